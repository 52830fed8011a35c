"""Starts the process of a training: one of its own, which outlives the server that asked for it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

from lib.networks.cores import usable_cores
from lib.settings import APP_FOLDER, Settings
from lib.trainers.training_folder import TrainingFolder

WORKER: Final = "lib.trainers.worker"
GPU_FILES: Final = Path("/dev")
"""Holds a file for each GPU; torch, which takes seconds to import, is asked only where one is there."""

NICENESS: Final = 15
"""Whoever segments comes first."""

Launch: TypeAlias = Callable[[TrainingFolder, str, Mapping[str, Any]], "subprocess.Popen[bytes]"]
"""Starts the process of a training by its id and settings."""


def launcher(settings: Settings) -> Launch:
    """Return what starts the processes of a server with these settings."""

    def launch(
        folder: TrainingFolder, training_id: str, wish: Mapping[str, Any]
    ) -> "subprocess.Popen[bytes]":
        device = wish.get("device")
        words = [*behind_others(NICENESS), *command(training_id, n_processes(device))]
        process = start_locked(words, folder, environment_of(settings, device))
        give_way(process.pid, NICENESS)
        return process

    return launch


def start_locked(
    words: Sequence[str], folder: TrainingFolder, environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Start a process, in a session of its own, that holds the training's lock until it ends."""
    folder.path.mkdir(parents=True, exist_ok=True)
    with folder.lock.open("ab") as lock, folder.log.open("ab") as log:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return subprocess.Popen(
            words,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(lock.fileno(),),
        )


def is_at_work(folder: TrainingFolder) -> bool:
    """Return whether a process holds the training's lock."""
    if not folder.lock.exists():
        return False
    with folder.lock.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def command(training_id: str, n: int) -> list[str]:
    """Return the words that start a training in n processes; more than one by torch's own launcher."""
    if n == 1:
        return [sys.executable, "-m", WORKER, training_id]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(n)]
    return [*torchrun, "-m", WORKER, training_id]


def n_processes(device: str | None) -> int:
    """Return how many processes train together: one for each GPU, unless one device is named."""
    if device is not None and device != "cuda":
        return 1
    if not any(GPU_FILES.glob("nvidia[0-9]*")):
        return 1
    import torch

    return max(torch.cuda.device_count(), 1)


def environment_of(settings: Settings, device: str | None) -> dict[str, str]:
    """Return the variables of the process: our settings, and only the GPUs that it may use."""
    paths = [str(APP_FOLDER), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    ledger = settings.datastore.ledger_url
    hidden = {"cpu": "", None: None, "cuda": None}
    gpus = hidden[device] if device in hidden else str(device).removeprefix("cuda:")
    # With fewer threads than it was promised, oneDNN waits for ever.
    inherited = {name: text for name, text in os.environ.items() if name != "OMP_THREAD_LIMIT"}
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "FLUORO_DATA": str(settings.data),
        "FLUORO_PACS__URL": settings.pacs.url,
        **({"FLUORO_DATASTORE__LEDGER_URL": ledger} if ledger else {}),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(usable_cores())),
        **({} if gpus is None else {"CUDA_VISIBLE_DEVICES": gpus}),
    }


def behind_others(niceness: int) -> list[str]:
    """Return the words that put a command behind everybody else, where the system has them."""
    nice = shutil.which("nice")
    return [nice, "-n", str(niceness)] if nice else []


def give_way(pid: int, niceness: int) -> None:
    """Put the session of a process behind others too, where the kernel weighs sessions first; sched(7)."""
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness), encoding="ascii")
