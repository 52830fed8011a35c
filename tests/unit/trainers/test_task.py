"""What MONAI Label sees of our trainers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.training_records import TrainingState
from lib.trainers.queue import TrainingQueue
from lib.trainers.task import queued_trainings
from lib.trainers.training_folder import News
from tests.queues import idle_queue


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[TrainingQueue]:
    ledger = Ledger.in_folder(tmp_path)
    yield idle_queue(tmp_path, ledger, backend="nnunet")
    ledger.close()


def test_both_trainers_are_listed_and_clicks_says_what_it_trains(queue: TrainingQueue) -> None:
    tasks = queued_trainings(lambda: queue)

    assert list(tasks) == ["vessels", "clicks"]
    assert "The same training as vessels" in tasks["clicks"].info()["description"]
    assert tasks["vessels"].config() == {"backend": ["nnunet", "own"], "minutes": 30.0, "promote": True}


def test_the_figures_are_those_of_the_newest_training(queue: TrainingQueue) -> None:
    task = queued_trainings(lambda: queue)["vessels"]
    assert task.stats() == {}
    training = queue.ask("vessels", "by hand", "anna")
    queue.folder(training.id).tell(News("learning", 5, 10, 0.5, 0.7))

    assert (task.stats()["epoch"], task.stats()["best_metric"]) == (5, 0.7)


def test_who_calls_waits_for_the_end(queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_: float) -> None:
        [open_one] = queue.ledger.open_trainings()
        queue.ledger.end_training(open_one.id, TrainingState.DONE, "Live.", datetime.now(UTC), "abc")

    monkeypatch.setattr("lib.trainers.task.time.sleep", end)

    stats = queued_trainings(lambda: queue)["clicks"]({"minutes": 5, "client_id": "anna"}, None)

    assert (stats["state"], stats["version"]) == ("done", "abc")
    assert queue.ledger.trainings()[0].settings["minutes"] == 5
