"""When a training is due: after so many labels, at a time of day, and never without new labels."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lib.datastore.ledger import Ledger
from lib.server.training_clock import TrainingClock, due
from lib.settings import TrainingSettings
from tests.datastore_builders import a_new_label, a_run
from tests.queues import idle_queue

SUMMER = timezone(timedelta(hours=2))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-06-30T{text}").replace(tzinfo=SUMMER)


@pytest.mark.parametrize(("n_new", "reason"), [(19, None), (20, "after 20 labels"), (23, "after 23 labels")])
def test_enough_labels_make_a_training_due(n_new: int, reason: str | None) -> None:
    settings = TrainingSettings(after_labels=20)

    assert due(settings, at("10:00:00"), at("10:00:02"), n_new) == reason


@pytest.mark.parametrize(
    ("before", "now", "n_new", "reason"),
    [
        ("01:59:59", "02:00:01", 1, "at 02:00"),
        ("01:59:59", "02:00:00", 1, "at 02:00"),
        ("02:00:00", "02:00:02", 1, None),
        ("01:59:57", "01:59:59", 1, None),
        ("01:59:59", "02:00:01", 0, None),
    ],
    ids=["passed", "met", "again", "not yet", "nothing new"],
)
def test_a_time_of_day_makes_a_training_due_once(
    before: str, now: str, n_new: int, reason: str | None
) -> None:
    assert due(TrainingSettings(at_time="02:00"), at(before), at(now), n_new) == reason


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.in_folder(tmp_path)
    ledger.note_runs([a_run()])
    yield ledger
    ledger.close()


def test_labels_are_counted_from_the_last_training(tmp_path: Path, ledger: Ledger) -> None:
    clock = TrainingClock(idle_queue(tmp_path, ledger, after_labels=2))

    for n_trainings in (0, 1, 1):
        ledger.add_label(a_new_label())
        clock.tick()
        assert len(ledger.trainings()) == n_trainings

    ledger.add_label(a_new_label())
    clock.tick()
    newest = ledger.trainings()[0]
    assert len(ledger.trainings()) == 2
    assert (newest.reason, newest.asked_by) == ("after 2 labels", "server")


def test_nothing_is_trained_unless_somebody_wants_it(tmp_path: Path, ledger: Ledger) -> None:
    clock = TrainingClock(idle_queue(tmp_path, ledger))
    ledger.add_label(a_new_label())

    clock.tick()

    assert ledger.trainings() == []
