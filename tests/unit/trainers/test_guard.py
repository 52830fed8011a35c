import threading
from pathlib import Path

import pytest

from lib.errors import TrainingStoppedError
from lib.trainers import guard as module
from lib.trainers.guard import Guard
from lib.trainers.training_folder import TrainingFolder


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    monkeypatch.setattr(module, "GRACE_S", 0.05)


def test_work_that_does_not_stop_by_itself_is_given_up(tmp_path: Path) -> None:
    folder, given_up = TrainingFolder(tmp_path), threading.Event()
    guard = Guard(folder, given_up.set)

    with guard.looking():
        guard.check()
        folder.cancel()
        assert given_up.wait(5)

    with pytest.raises(TrainingStoppedError):
        guard.check()


def test_what_is_being_stored_is_stored(tmp_path: Path) -> None:
    folder, given_up = TrainingFolder(tmp_path), threading.Event()
    guard = Guard(folder, given_up.set)

    with guard.looking():
        guard.begin_storing()
        folder.cancel()
        assert not given_up.wait(0.3)

    assert not guard.is_stopped()


def test_nothing_is_stored_once_somebody_cancelled(tmp_path: Path) -> None:
    folder = TrainingFolder(tmp_path)
    guard = Guard(folder, lambda: None)
    folder.cancel()

    with pytest.raises(TrainingStoppedError):
        guard.begin_storing()
