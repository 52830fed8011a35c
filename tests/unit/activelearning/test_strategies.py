import random
from typing import Any

import pytest

from lib.activelearning.strategies import First, Random


class FakeDatastore:
    """Knows which runs are open, and notes what it was asked."""

    def __init__(self, *open_runs: str) -> None:
        self.open_runs = list(open_runs)
        self.asked: list[tuple[Any, Any]] = []

    def get_unlabeled_images(self, label_tag: Any = None, labels: Any = None) -> list[str]:
        self.asked.append((label_tag, labels))
        return self.open_runs


def test_first_returns_the_first_open_run_and_says_why() -> None:
    found = First()({"strategy": "first"}, FakeDatastore("1.2", "1.3"))

    assert found == {"id": "1.2", "reason": "First of 2 runs without a submitted label."}


def test_random_draws_each_open_run_about_equally() -> None:
    strategy, store = Random(random.Random(1)), FakeDatastore("1.2", "1.3")

    drawn = [strategy({}, store)["id"] for _ in range(200)]

    assert 60 < drawn.count("1.2") < 140


@pytest.mark.parametrize("strategy", [First(), Random()])
def test_nothing_is_proposed_when_all_runs_are_done(strategy: First | Random) -> None:
    assert strategy({}, FakeDatastore()) is None


def test_the_tag_that_counts_as_done_can_be_chosen() -> None:
    store = FakeDatastore("1.2")

    First()({"label_tag": "original"}, store)

    assert store.asked == [("original", None)]


def test_a_tag_that_is_no_text_is_asked_for_as_text() -> None:
    store = FakeDatastore("1.2")

    First()({"label_tag": 5}, store)

    assert store.asked == [("5", None)]
