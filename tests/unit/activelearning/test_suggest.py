import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lib.activelearning.choose import STRATEGIES
from lib.activelearning.suggest import Suggester
from lib.datastore.ledger import Ledger
from lib.datastore.records import RunFacts
from lib.datastore.session_records import NewSession
from lib.datastore.states import RunState
from lib.errors import UnknownStrategyError
from tests.datastore_builders import a_new_label
from tests.unit.activelearning.scored_runs import a_stored_score, fill

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def suggester(ledger: Ledger) -> Suggester:
    return Suggester(ledger, HALF_AN_HOUR, new_seed=lambda: 5)


@pytest.mark.parametrize("strategy", ["mixed", "first"])
def test_two_people_are_never_sent_to_the_same_run(ledger: Ledger, strategy: str) -> None:
    ids = fill(ledger, 9)
    together = threading.Barrier(3)
    sent: dict[str, set[str]] = defaultdict(set)

    def work(owner: str) -> None:
        own = Suggester(ledger, HALF_AN_HOUR)
        together.wait()
        while (found := own.suggest(strategy, owner)) and found.image_id not in sent[owner]:
            sent[owner].add(found.image_id)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, ("anna", "ben", "cleo")))

    assert sorted(image_id for own in sent.values() for image_id in own) == sorted(ids)


def test_a_reservation_that_expired_holds_nobody_off(ledger: Ledger) -> None:
    fill(ledger, 1)
    Suggester(ledger, timedelta(0)).suggest("first", "anna")

    found = Suggester(ledger, HALF_AN_HOUR).suggest("first", "ben")

    assert found is not None
    assert found.image_id == "1.1"


def test_who_asks_again_gets_another_run_until_none_is_left(suggester: Suggester, ledger: Ledger) -> None:
    fill(ledger, 2)

    found = [suggester.suggest("first", "anna") for _ in range(3)]

    assert [one.image_id for one in found if one] == ["1.1", "1.2", "1.1"]
    assert suggester.suggest("first", "ben") is None


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_runs_that_are_closed_or_labelled_are_not_suggested(
    suggester: Suggester, ledger: Ledger, strategy: str
) -> None:
    fill(ledger, 6)
    for image_id, state in zip(("1.1", "1.2", "1.3"), ("skipped", "rejected", "done"), strict=True):
        ledger.set_run_state(image_id, RunState(state), "anna")
    ledger.mark_gone("1.4")
    ledger.add_label(a_new_label("final", "1.5"))

    found = suggester.suggest(strategy, "ben")

    assert found is not None
    assert found.image_id == "1.6"


def test_a_run_on_which_somebody_else_works_is_left_to_them(suggester: Suggester, ledger: Ledger) -> None:
    fill(ledger, 2)
    ledger.create_session(NewSession("1.1", "anna", "automatic", "squares@1"))

    found = suggester.suggest("first", "ben")

    assert found is not None
    assert found.image_id == "1.2"


def test_the_pacs_is_asked_only_when_no_run_waits(ledger: Ledger) -> None:
    suggester = Suggester(ledger, HALF_AN_HOUR, list_runs=lambda: fill(ledger, 1))

    found = suggester.suggest("first", "anna")

    assert found is not None
    assert found.image_id == "1.1"


def test_the_frames_are_those_of_which_the_model_is_least_sure(suggester: Suggester, ledger: Ledger) -> None:
    fill(ledger, 1)
    ledger.exclude_frames("1.1", [30], "anna")

    found = suggester.suggest("uncertainty", "ben")

    assert found is not None
    assert found.frames == (39, 2)


def test_without_a_look_the_fullest_frame_is_suggested_or_else_the_middle_one(
    suggester: Suggester, ledger: Ledger
) -> None:
    fill(ledger, 2, n_scored=0)
    ledger.put_run_facts(RunFacts("1.1", None, None, None, "P-1", 17, datetime.now(UTC)))

    found = [suggester.suggest("first", "anna") for _ in range(2)]

    assert [one.frames for one in found if one] == [(17,), (24,)]


def test_scores_that_came_later_count_too(suggester: Suggester, ledger: Ledger) -> None:
    fill(ledger, 3)
    before = suggester.book.read()["1.3"].run.uncertainty

    ledger.put_run_score(a_stored_score("1.3", 3, uncertainty=0.99))

    assert before < suggester.book.read()["1.3"].run.uncertainty == 0.99


def test_with_few_runs_looked_at_chance_decides_and_the_reason_says_so(
    suggester: Suggester, ledger: Ledger
) -> None:
    fill(ledger, 30, n_scored=5)

    found = suggester.suggest("mixed", "anna")

    assert found is not None
    assert found.reason.startswith("The model has looked at 5 of 30 runs that wait, too few to choose by")


def test_a_strategy_that_does_not_exist_is_refused(suggester: Suggester, ledger: Ledger) -> None:
    fill(ledger, 1)

    with pytest.raises(UnknownStrategyError):
        suggester.suggest("epistemic", "anna")
