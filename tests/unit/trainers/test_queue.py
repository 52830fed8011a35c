"""One training at a time, whoever asks; a process that died is started once more."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.training_records import TrainingState
from lib.errors import TrainingOverError, TrainingSettingsError, UnknownTrainerError
from lib.settings import load_settings
from lib.trainers.launch import is_at_work, start_locked
from lib.trainers.queue import TrainingQueue
from lib.trainers.training_folder import TrainingFolder

SLEEPER = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


class Sleepers:
    """Starts processes that do nothing, and ends them."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.children: list[subprocess.Popen[bytes]] = []

    def __call__(
        self, folder: TrainingFolder, training_id: str, wish: Mapping[str, Any]
    ) -> "subprocess.Popen[bytes]":
        assert wish["backend"] == "own"
        self.started.append(training_id)
        self.children.append(start_locked(SLEEPER, folder, {}))
        return self.children[-1]

    def die(self) -> None:
        """Kill the newest process."""
        self.children[-1].kill()
        self.children[-1].wait()


@pytest.fixture
def launch() -> Iterator[Sleepers]:
    launch = Sleepers()
    yield launch
    for child in launch.children:
        child.kill()
        child.wait()


@pytest.fixture
def queue(tmp_path: Path, launch: Sleepers) -> Iterator[TrainingQueue]:
    ledger = Ledger.in_folder(tmp_path)
    yield TrainingQueue(ledger, load_settings(data=tmp_path), launch)
    ledger.close()


def test_the_first_training_starts_at_once_and_the_second_waits(
    queue: TrainingQueue, launch: Sleepers
) -> None:
    first = queue.ask("vessels", "by hand", "anna")
    second = queue.ask("vessels", "by hand", "ben", {"minutes": 5})
    queue.advance()

    assert (first.state, second.state) == (TrainingState.RUNNING, TrainingState.WAITING)
    assert launch.started == [first.id]
    assert second.settings["minutes"] == 5


def test_what_waits_already_is_not_queued_twice(queue: TrainingQueue) -> None:
    queue.ask("vessels", "by hand", "anna")

    waiting = queue.ask("vessels", "by hand", "ben")

    assert queue.ask("clicks", "after 20 labels", "server") == waiting
    assert len(queue.ledger.open_trainings()) == 2


def test_the_next_one_starts_when_the_first_has_ended(queue: TrainingQueue, launch: Sleepers) -> None:
    first, second = queue.ask("vessels", "", ""), queue.ask("vessels", "", "")
    queue.ledger.end_training(first.id, TrainingState.DONE, "Done.", first.created_at)
    launch.die()

    queue.advance()

    assert launch.started == [first.id, second.id]


def test_a_process_that_died_is_started_once_more_and_then_the_training_has_failed(
    queue: TrainingQueue, launch: Sleepers
) -> None:
    training = queue.ask("vessels", "by hand", "anna")

    launch.die()
    queue.advance()
    assert queue.ledger.training(training.id).state is TrainingState.RUNNING
    launch.die()
    queue.advance()

    assert launch.started == [training.id] * 2
    ended = queue.ledger.training(training.id)
    assert ended.state is TrainingState.FAILED
    assert ended.outcome is not None
    assert ended.outcome.startswith("Its process died 2 times")


def test_a_queue_that_opens_later_finds_a_training_at_work(queue: TrainingQueue, launch: Sleepers) -> None:
    training = queue.ask("vessels", "by hand", "anna")
    after_restart = TrainingQueue(queue.ledger, queue.settings, launch)

    after_restart.advance()

    assert launch.started == [training.id]
    assert is_at_work(after_restart.folder(training.id))


def test_a_training_that_waits_is_cancelled_at_once_and_one_that_runs_is_told(queue: TrainingQueue) -> None:
    running, waiting = queue.ask("vessels", "", ""), queue.ask("vessels", "", "")

    assert queue.cancel(waiting.id).state is TrainingState.CANCELLED
    assert queue.cancel(running.id).state is TrainingState.RUNNING

    assert queue.folder(running.id).is_cancelled()
    with pytest.raises(TrainingOverError):
        queue.cancel(waiting.id)


def test_a_cancelled_training_whose_process_died_is_not_started_again(
    queue: TrainingQueue, launch: Sleepers
) -> None:
    training = queue.ask("vessels", "by hand", "anna")
    queue.cancel(training.id)
    launch.die()

    queue.advance()

    assert queue.ledger.training(training.id).state is TrainingState.CANCELLED
    assert len(launch.started) == 1


def test_a_process_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    def fail(*_: object) -> "subprocess.Popen[bytes]":
        raise PermissionError(13, "Permission denied")

    ledger = Ledger.in_folder(tmp_path)
    queue = TrainingQueue(ledger, load_settings(data=tmp_path), fail)

    training = queue.ask("vessels", "by hand", "anna")

    assert (training.state, training.outcome) == (
        TrainingState.FAILED,
        "Its process could not be started (permission denied).",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"backend": "other"}, "backend: input should be 'own' or 'nnunet'"),
        ({"at_time": "02:00"}, "at_time: there is no such key"),
        ({"recipe": {"stepz": 3}}, "stepz: extra inputs"),
        ({"recipe": {"steps": 0}}, "steps: input should be greater"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(
    queue: TrainingQueue, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(TrainingSettingsError, match=sentence):
        queue.ask("vessels", "by hand", "anna", changes)

    assert queue.ledger.trainings() == []


def test_an_unknown_trainer_is_refused(queue: TrainingQueue) -> None:
    with pytest.raises(UnknownTrainerError, match="vessels, clicks"):
        queue.ask("livers", "by hand", "anna")
