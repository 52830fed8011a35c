"""`fluoro train` puts a training into the queue that the server has too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.datastore.ledger import Ledger
from tests.queues import start_nothing

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.trainers.queue.launcher", lambda _: start_nothing)


def test_a_training_is_queued_with_what_was_asked(run_json: RunJson, tmp_path: Path) -> None:
    code, answer, _ = run_json("--data", tmp_path, "train", "--set", "minutes=5", "--set", "promote=false")

    assert code == 0
    assert (answer["state"], answer["attempts"]) == ("running", 1)
    [training] = Ledger.in_folder(tmp_path).trainings()
    assert training.id == answer["id"]
    assert (training.settings["minutes"], training.settings["promote"]) == (5, False)


def test_a_wish_that_cannot_be_is_said(run_json: RunJson, tmp_path: Path) -> None:
    code, answer, _ = run_json("--data", tmp_path, "train", "--set", "speed=9")

    assert code == 1
    assert answer["error"].startswith("Training setting speed: there is no such key")
