"""What the ledger remembers of trainings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.states import LabelState
from lib.datastore.training_records import TrainingRecord, TrainingState
from lib.errors import TrainingNotFoundError
from tests.datastore_builders import a_new_label

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_training(number: int) -> TrainingRecord:
    wish = {"backend": "own", "recipe": {"steps": number}}
    return TrainingRecord(
        f"{number:032x}", "vessels", "by hand", "anna", wish, TrainingState.WAITING, NOON + number * MINUTE
    )


def test_a_training_is_remembered_with_all_that_was_asked(tmp_path: Path, ledger: Ledger) -> None:
    ledger.add_training(a_training(1))

    assert Ledger.in_folder(tmp_path).training(a_training(1).id) == a_training(1)


def test_what_was_asked_first_stands_first_and_the_list_begins_with_the_newest(ledger: Ledger) -> None:
    for number in (2, 1, 3):
        ledger.add_training(a_training(number))
    ledger.end_training(a_training(1).id, TrainingState.DONE, "It is live.", NOON, "abc")

    assert [one.id for one in ledger.open_trainings()] == [a_training(2).id, a_training(3).id]
    assert [one.id for one in ledger.trainings(most=2)] == [a_training(3).id, a_training(2).id]


def test_a_second_process_counts_and_the_first_beginning_stays(ledger: Ledger) -> None:
    ledger.add_training(a_training(1))

    assert ledger.begin_training(a_training(1).id, NOON)
    assert ledger.begin_training(a_training(1).id, NOON + MINUTE)

    begun = ledger.training(a_training(1).id)
    assert (begun.state, begun.started_at, begun.attempts) == (TrainingState.RUNNING, NOON, 2)


def test_an_end_stands_whoever_comes_later(ledger: Ledger) -> None:
    ledger.add_training(a_training(1))
    ledger.end_training(a_training(1).id, TrainingState.CANCELLED, "Cancelled.", NOON)

    assert not ledger.end_training(a_training(1).id, TrainingState.DONE, "Done.", NOON, "abc")
    assert not ledger.begin_training(a_training(1).id, NOON)

    ended = ledger.training(a_training(1).id)
    assert (ended.state, ended.outcome, ended.version) == (TrainingState.CANCELLED, "Cancelled.", None)


def test_an_unknown_training_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(TrainingNotFoundError, match="no training 'x'"):
        ledger.training("x")


def test_submitted_labels_count_once_and_drafts_do_not(ledger: Ledger) -> None:
    before = datetime.now(UTC)
    label = ledger.add_label(a_new_label())
    ledger.add_label(a_new_label(tag="draft"))
    ledger.set_label_state(label.id, LabelState.RETURNED, "ben")
    ledger.set_label_state(label.id, LabelState.SUBMITTED, "anna")

    assert ledger.submitted_since(None) == 1
    assert ledger.submitted_since(before) == 1
    assert ledger.submitted_since(datetime.now(UTC)) == 0
