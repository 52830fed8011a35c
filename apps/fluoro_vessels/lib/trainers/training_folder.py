"""The folder of a training, `<data>/trainings/<id>`: what it tells while it runs, and what it keeps.

    progress.jsonl    what it did, a line for each step: `News`
    log.txt           what its process wrote
    tensorboard/      the same as curves
    cancel            is there once somebody cancelled it
    plan.json         what it learns from, fixed when it began; see `plan`
    work/             examples, checkpoint, weights; removed when it ends

No identity of a patient is in any of them.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

TRAININGS: Final = "trainings"
"""Folder below the data folder."""

TAIL_BYTES: Final = 64 * 1024
"""So much of the end of a progress file is read for a look at it."""


@dataclass(frozen=True)
class News:
    """One line of a training's progress.

    Attributes:
        stage: What it does, in words.
        step: Steps of learning done; 0 before the first.
        steps: Of the whole learning.
        loss: Of the last step.
        dice: Of vessels on the patients that validate, at the last validation so far.
        scores: What a validation found, by group and class; empty between two.
        at: When, UTC, ISO 8601.
    """

    stage: str
    step: int = 0
    steps: int = 0
    loss: float | None = None
    dice: float | None = None
    scores: Mapping[str, Any] = field(default_factory=dict)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))


@dataclass(frozen=True)
class TrainingFolder:
    """Where everything of a training lies."""

    path: Path

    @property
    def progress_file(self) -> Path:
        """What it did, a line of JSON for each step."""
        return self.path / "progress.jsonl"

    @property
    def log(self) -> Path:
        """What its process wrote."""
        return self.path / "log.txt"

    @property
    def lock(self) -> Path:
        """Locked as long as a process works on it."""
        return self.path / "worker.lock"

    @property
    def curves(self) -> Path:
        """TensorBoard's events."""
        return self.path / "tensorboard"

    @property
    def work(self) -> Path:
        """What a process that goes on needs, and nobody afterwards."""
        return self.path / "work"

    @property
    def plan(self) -> Path:
        """What it learns from."""
        return self.path / "plan.json"

    def cancel(self) -> None:
        """Ask its process to stop."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "cancel").touch()

    def is_cancelled(self) -> bool:
        """Return whether somebody asked it to stop."""
        return (self.path / "cancel").exists()

    def tidy(self) -> None:
        """Remove what only a process that goes on would need."""
        shutil.rmtree(self.work, ignore_errors=True)

    def tell(self, news: News) -> None:
        """Add a line to the progress; one write, so that readers see whole lines or a cut last one."""
        self.path.mkdir(parents=True, exist_ok=True)
        line = json.dumps(asdict(news), allow_nan=False, default=str) + "\n"
        descriptor = os.open(self.progress_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def tail(self, most: int = 20) -> list[News]:
        """Return the last lines of the progress, oldest first; a cut line is left out."""
        try:
            with self.progress_file.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - TAIL_BYTES, 0))
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return []
        found = [news for line in lines[-4 * most :] if (news := _news(line)) is not None]
        return found[-most:]


def folder_of(data: Path, training_id: str) -> TrainingFolder:
    """Return the folder of a training below a data folder; it need not be there."""
    return TrainingFolder(data / TRAININGS / training_id)


def _news(line: bytes) -> News | None:
    """Return what a line says; None for half a line, which a killed process leaves."""
    try:
        return News(**json.loads(line))
    except (ValueError, TypeError):
        return None
