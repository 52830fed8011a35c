"""Queues of trainings whose processes never start, for tests of what is above them."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lib.datastore.ledger import Ledger
from lib.settings import load_settings
from lib.trainers.launch import start_locked
from lib.trainers.queue import TrainingQueue
from lib.trainers.training_folder import TrainingFolder

AT_WORK = [sys.executable, "-S", "-c", "import time; time.sleep(20)"]


def start_nothing(folder: TrainingFolder, _: str, __: Mapping[str, Any]) -> "subprocess.Popen[bytes]":
    """Start a process that holds the lock of a training and does nothing."""
    return start_locked(AT_WORK, folder, {})


def idle_queue(data: Path, ledger: Ledger, **settings: Any) -> TrainingQueue:
    """Return a queue that says of its trainings that they run."""
    return TrainingQueue(ledger, load_settings(data=data, training=settings), start_nothing)
