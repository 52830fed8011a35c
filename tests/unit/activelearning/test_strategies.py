from types import SimpleNamespace
from typing import Any

import pytest

from lib.activelearning.strategies import next_run_strategies
from lib.datastore.ledger import Ledger
from lib.settings import LearningSettings
from tests.datastore_builders import a_new_label
from tests.unit.activelearning.scored_runs import fill


def strategies_of(ledger: Ledger, **settings: Any) -> Any:
    store: Any = SimpleNamespace(ledger=ledger, list_images=list)
    return next_run_strategies(store, LearningSettings(**settings))


def test_the_strategy_of_the_settings_comes_first(ledger: Ledger) -> None:
    assert list(strategies_of(ledger)) == ["mixed", "uncertainty", "diverse", "random", "first"]
    assert next(iter(strategies_of(ledger, strategy="random"))) == "random"


def test_every_strategy_says_what_it_does(ledger: Ledger) -> None:
    assert all(strategy.info()["description"] for strategy in strategies_of(ledger).values())


def test_an_answer_has_the_run_its_frames_from_0_and_from_1_and_the_reason(ledger: Ledger) -> None:
    fill(ledger, 1)

    answer = strategies_of(ledger)["first"]({"client_id": "anna"}, None)

    assert answer == {
        "id": "1.1",
        "frames": [30, 39],
        "frame_numbers": [31, 40],
        "reason": "The first of 1 run that waits. Begin with frames 31 and 40.",
    }


def test_a_run_is_reserved_for_who_asked(ledger: Ledger) -> None:
    fill(ledger, 1)
    first = strategies_of(ledger)["first"]

    first({"client_id": "anna"}, None)

    assert ledger.reserved() == {"1.1": "anna"}
    assert first({"client_id": "ben"}, None) is None


@pytest.mark.parametrize("name", ["mixed", "uncertainty", "diverse", "random", "first"])
def test_nothing_is_suggested_when_all_runs_are_done(ledger: Ledger, name: str) -> None:
    assert strategies_of(ledger)[name]({}, None) is None


def test_the_tag_that_counts_as_done_can_be_chosen(ledger: Ledger) -> None:
    fill(ledger, 2)
    ledger.add_label(a_new_label("original", "1.1"))

    assert strategies_of(ledger)["first"]({"label_tag": "original"}, None)["id"] == "1.2"
