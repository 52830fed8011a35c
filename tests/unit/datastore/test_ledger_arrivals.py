"""What the ledger remembers of runs that arrive: each once, and each with one end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.datastore.arrival_records import ArrivalEnd, ArrivalState
from lib.datastore.ledger import Ledger
from lib.errors import RunNotFoundError
from lib.errors.arrivals import ArrivalAtWorkError, ArrivalNotFoundError
from tests.datastore_builders import IMAGE_ID, a_run

HOUR = timedelta(hours=1)
DONE = ArrivalEnd(ArrivalState.DONE, "Segmented by vessels@1.", "angiograms", "a" * 32)
FAILED = ArrivalEnd(ArrivalState.FAILED, "The pixels cannot be read.", "angiograms")


def now() -> datetime:
    return datetime.now(UTC)


def come(ledger: Ledger, *image_ids: str) -> None:
    """Watch, let runs come one after the other, and note each."""
    ledger.watch_arrivals(now())
    for image_id in image_ids:
        ledger.note_runs([a_run(image_id)])
        ledger.note_arrivals(now())


def test_what_was_there_before_somebody_looked_is_left_alone(ledger: Ledger) -> None:
    assert ledger.note_arrivals(now()) == 0

    come(ledger, "1.2")

    assert [one.image_id for one in ledger.arrivals()] == ["1.2"]


def test_the_watch_outlives_a_process_and_runs_that_came_meanwhile_count(
    tmp_path: Path, ledger: Ledger
) -> None:
    since = ledger.watch_arrivals(now())
    ledger.note_runs([a_run("1.2")])
    ledger.close()
    again = Ledger.in_folder(tmp_path)

    assert again.watch_arrivals(now() + HOUR) == since == again.arrivals_since()
    assert again.note_arrivals(now()) == 1


def test_runs_that_come_while_nobody_looks_are_left_alone(ledger: Ledger) -> None:
    ledger.watch_arrivals(now())
    ledger.forget_arrival_watch()
    ledger.note_runs([a_run("1.2")])
    ledger.watch_arrivals(now())

    assert ledger.note_arrivals(now()) == 0
    assert ledger.note_arrivals(now(), also=["1.2"]) == 1


def test_a_run_is_noted_once(ledger: Ledger) -> None:
    come(ledger, "1.2")

    assert ledger.note_arrivals(now()) == 0


def test_what_came_first_is_worked_on_first_and_by_one(ledger: Ledger) -> None:
    come(ledger, "1.3", "1.2")

    first, second = ledger.claim_arrival("one", now()), ledger.claim_arrival("two", now())

    assert first is not None
    assert second is not None
    assert (first.image_id, second.image_id) == ("1.3", "1.2")
    assert ledger.claim_arrival("three", now()) is None
    assert ledger.open_arrivals() == {"1.3": "working", "1.2": "working"}


def test_an_end_is_kept_with_all_that_was_told(ledger: Ledger) -> None:
    come(ledger, "1.2")
    ledger.claim_arrival("one", now())

    assert ledger.end_arrival("1.2", "one", DONE, now())

    ended = ledger.arrival("1.2")
    assert (ended.state, ended.rule, ended.label_id) == (ArrivalState.DONE, "angiograms", "a" * 32)
    assert (ended.outcome, ended.claimed_by) == ("Segmented by vessels@1.", None)
    assert ledger.open_arrivals("1.2") == {}
    assert ledger.count_arrivals()[ArrivalState.DONE] == 1


def test_who_lost_a_run_cannot_end_it(ledger: Ledger) -> None:
    come(ledger, "1.2")
    ledger.claim_arrival("one", now())
    ledger.release_arrivals_of("one")
    ledger.claim_arrival("two", now())

    assert not ledger.end_arrival("1.2", "one", DONE, now())
    assert ledger.arrival("1.2").claimed_by == "two"


def test_a_run_that_is_released_waits_and_only_deaths_are_counted(ledger: Ledger) -> None:
    come(ledger, "1.2")
    ledger.claim_arrival("one", now())
    ledger.release_arrival("1.2", "one", "The PACS sleeps.", has_died=False)
    waiting = ledger.arrival("1.2")
    ledger.claim_arrival("one", now())
    ledger.release_arrival("1.2", "one", has_died=True)

    assert (waiting.state, waiting.outcome, waiting.attempts) == ("waiting", "The PACS sleeps.", 0)
    assert ledger.arrival("1.2").attempts == 1
    assert ledger.arrival_claimants() == set()


def test_what_failed_is_tried_again_behind_the_others(ledger: Ledger) -> None:
    come(ledger, "1.2", "1.3")
    ledger.claim_arrival("one", now())
    ledger.end_arrival("1.2", "one", FAILED, now())

    again = ledger.retry_arrival("1.2", now() + HOUR)

    assert (again.state, again.outcome, again.rule, again.ended_at) == ("waiting", None, None, None)
    claimed = [ledger.claim_arrival("one", now()) for _ in range(2)]
    assert [one.image_id for one in claimed if one] == ["1.3", "1.2"]


def test_a_run_that_was_there_before_is_looked_at_when_somebody_wants_it(ledger: Ledger) -> None:
    with pytest.raises(ArrivalNotFoundError, match="not among those that arrived"):
        ledger.arrival(IMAGE_ID)

    assert ledger.retry_arrival(IMAGE_ID, now()).state is ArrivalState.WAITING


def test_what_waits_or_has_its_draft_is_not_looked_at_again(ledger: Ledger) -> None:
    come(ledger, "1.2")

    with pytest.raises(ArrivalAtWorkError, match="is waiting"):
        ledger.retry_arrival("1.2", now())
    ledger.claim_arrival("one", now())
    ledger.end_arrival("1.2", "one", DONE, now())
    with pytest.raises(ArrivalAtWorkError, match="is done"):
        ledger.retry_arrival("1.2", now())
    with pytest.raises(RunNotFoundError):
        ledger.retry_arrival("9.9", now())


def test_a_run_that_left_the_pacs_does_not_arrive(ledger: Ledger) -> None:
    ledger.watch_arrivals(now())
    ledger.note_runs([a_run("1.2")])
    ledger.mark_gone("1.2")

    assert ledger.note_arrivals(now()) == 0


def test_the_list_begins_with_the_newest_and_may_be_of_one_state(ledger: Ledger) -> None:
    come(ledger, "1.2", "1.3")
    ledger.claim_arrival("one", now())

    assert [one.image_id for one in ledger.arrivals()] == ["1.3", "1.2"]
    assert [one.image_id for one in ledger.arrivals(ArrivalState.WAITING)] == ["1.3"]
    assert len(ledger.arrivals(most=1)) == 1


def test_an_end_can_be_told_to_another_process() -> None:
    assert ArrivalEnd.from_json(DONE.to_json()) == DONE
