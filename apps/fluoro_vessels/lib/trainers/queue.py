"""The queue of trainings: one at a time, whoever asks, through whatever door, also after a restart.

The ledger holds it. Who looks at it drives it: `advance` starts what is next and mends what a dead process
left. A server does so every few seconds, the command line once.
"""

import logging
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from lib.datastore.file_lock import locked_if_free
from lib.datastore.ledger import Ledger
from lib.datastore.training_records import TrainingRecord, TrainingState
from lib.errors import TrainingOverError, UnknownTrainerError
from lib.settings import Settings
from lib.trainers.launch import Launch, is_at_work, launcher
from lib.trainers.training_folder import TRAININGS, TrainingFolder, folder_of
from lib.trainers.wish import TRAINERS, wish_of

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 2
"""A process that died is started once more, from its checkpoint."""

CANCELLED: Final = "Cancelled; the models are as they were."


@dataclass(frozen=True)
class TrainingQueue:
    """Takes trainings in, starts them one after the other, and sees to it that each has an end.

    Attributes:
        ledger: Holds the queue.
        settings: Where the data folder is, and what a training does unless somebody asks for other things.
        launch: Starts the process of a training.
    """

    ledger: Ledger
    settings: Settings
    launch: Launch
    _children: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def ask(
        self, trainer: str, reason: str, by: str, changes: Mapping[str, Any] | None = None
    ) -> TrainingRecord:
        """Put a training into the queue, and start it if none runs; one that waits already is not put twice.

        Args:
            trainer: One of TRAINERS.
            reason: Why now, in words.
            by: Who asks.
            changes: What is not to be as the section `training` of the settings says.

        Raises:
            UnknownTrainerError: There is no such trainer.
            TrainingSettingsError: There is no such setting, or a value is out of its limits.
        """
        if trainer not in TRAINERS:
            raise UnknownTrainerError(trainer, TRAINERS)
        wish = wish_of(self.settings.training, changes or {})
        for other in self.ledger.open_trainings():
            if other.state is TrainingState.WAITING and dict(other.settings) == wish:
                return other  # it has not looked at the labels yet: another one would find the same
        now = datetime.now(UTC)
        record = TrainingRecord(
            uuid.uuid4().hex, trainer, reason, by, wish, TrainingState.WAITING, created_at=now
        )
        self.ledger.add_training(record)
        logger.info("queued training %s of %s, %s", record.id, trainer, reason)
        self.advance()
        return self.ledger.training(record.id)

    def cancel(self, training_id: str) -> TrainingRecord:
        """Cancel a training; one that runs ends within seconds.

        Raises:
            TrainingNotFoundError: There is none of this id.
            TrainingOverError: It has ended.
        """
        training = self.ledger.training(training_id)
        if training.is_over:
            raise TrainingOverError(training_id)
        folder = self.folder(training_id)
        folder.cancel()
        if training.state is TrainingState.WAITING or not is_at_work(folder):
            self._end(training, TrainingState.CANCELLED, CANCELLED)
        return self.ledger.training(training_id)

    def advance(self) -> None:
        """Start what is next if nothing runs, and mend what a dead process left; never waits."""
        self._children[:] = [child for child in self._children if child.poll() is None]
        trainings = self.settings.data / TRAININGS
        if not self.ledger.open_trainings():
            return
        trainings.mkdir(parents=True, exist_ok=True)
        with locked_if_free(trainings / "queue.lock") as is_mine:
            if is_mine:
                self._advance()

    def folder(self, training_id: str) -> TrainingFolder:
        """Return where everything of a training lies."""
        return folder_of(self.settings.data, training_id)

    def _advance(self) -> None:
        for training in self._running_first():
            folder = self.folder(training.id)
            if training.state is TrainingState.RUNNING and is_at_work(folder):
                return
            if folder.is_cancelled():
                self._end(training, TrainingState.CANCELLED, CANCELLED)
            elif training.attempts >= MOST_ATTEMPTS:
                self._end(training, TrainingState.FAILED, _died(folder))
            elif self._start(training):
                return

    def _running_first(self) -> list[TrainingRecord]:
        """Return what is open: what runs, or should, before what waits."""
        found = self.ledger.open_trainings()
        return sorted(found, key=lambda one: one.state is not TrainingState.RUNNING)

    def _start(self, training: TrainingRecord) -> bool:
        """Start a training's process, the first or another one; False when that cannot be."""
        if not self.ledger.begin_training(training.id, datetime.now(UTC)):
            return False
        try:
            self._children.append(self.launch(self.folder(training.id), training.id, training.settings))
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            self._end(training, TrainingState.FAILED, f"Its process could not be started ({reason}).")
            return False
        again = " again, from its checkpoint" if training.attempts else ""
        logger.info("started training %s%s", training.id, again)
        return True

    def _end(self, training: TrainingRecord, state: TrainingState, outcome: str) -> None:
        if self.ledger.end_training(training.id, state, outcome, datetime.now(UTC)):
            self.folder(training.id).tidy()
            logger.info("training %s ended: %s", training.id, state)


def training_queue(ledger: Ledger, settings: Settings) -> TrainingQueue:
    """Return the queue of a ledger, whose trainings are processes of this machine."""
    return TrainingQueue(ledger, settings, launcher(settings))


def _died(folder: TrainingFolder) -> str:
    return (
        f"Its process died {MOST_ATTEMPTS} times, which happens when memory is short. The models are as they "
        f"were. What it wrote stands in {folder.log}."
    )
