"""The worker's process as the server sees it: started when there is work, ended when there is none."""

import json
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from lib.datastore.arrival_records import ArrivalEnd
from lib.errors.arrivals import (
    ArrivalLateError,
    ArrivalLaterError,
    ArrivalStoppedError,
    ArrivalWorkerError,
)
from lib.server.arrivals.worker import END, LATER, MODULE
from lib.settings import Settings
from lib.trainers.launch import behind_others, environment_of

logger = logging.getLogger(__name__)

LONGEST_S: Final = 1800.0
"""A run that takes longer is given up, and its process with it."""

POLL_S: Final = 0.1

Begin: TypeAlias = Callable[[], "subprocess.Popen[bytes]"]
"""Starts a worker with pipes to its standard input and output."""


class WorkerProcess:
    """Gives runs to a worker, one at a time; for one thread, the one that lives as long as the server."""

    def __init__(self, begin: Begin, longest_s: float = LONGEST_S) -> None:
        self._begin = begin
        self._longest_s = longest_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    def look(self, image_id: str, is_stopping: Callable[[], bool]) -> ArrivalEnd:
        """Let the worker look at a run, and return what became of it.

        Raises:
            ArrivalLaterError: The PACS does not answer, the ledger is busy, or the disk is full.
            ArrivalStoppedError: `is_stopping` said so; the worker was ended.
            ArrivalWorkerError: The worker ended by itself.
            ArrivalLateError: It took too long; it was ended.
        """
        process = self._process = self._process or self._begin()
        try:
            told = self._ask(process, image_id, is_stopping)
        except BaseException:
            self.close()
            raise
        if LATER in told:
            raise ArrivalLaterError(told[LATER])
        return ArrivalEnd.from_json(told[END])

    def close(self) -> None:
        """End the process at once; what it has not saved is done again later."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
            logger.info("ended the process of arriving runs")

    def _ask(
        self, process: "subprocess.Popen[bytes]", image_id: str, is_stopping: Callable[[], bool]
    ) -> dict[str, Any]:
        """Ask and wait for the line that answers."""
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise ArrivalWorkerError(process.poll())
        try:
            asked.write(f"{image_id}\n".encode())
            asked.flush()
        except BrokenPipeError as error:
            raise ArrivalWorkerError(process.wait()) from error
        until = time.monotonic() + self._longest_s
        while not select.select([answers], [], [], POLL_S)[0]:
            if is_stopping():
                raise ArrivalStoppedError
            if time.monotonic() > until:
                raise ArrivalLateError(self._longest_s)
        line = answers.readline()
        if not line.endswith(b"\n"):
            raise ArrivalWorkerError(process.wait())
        told: dict[str, Any] = json.loads(line)
        return told


def worker_of(settings: Settings) -> Begin:
    """Return what starts the worker of a server: with its settings, and behind everybody else.

    It stays in the server's session. Were it in one of its own, kernels that share the processor between
    sessions (autogroup) would give it as much as the server.
    """

    def begin() -> "subprocess.Popen[bytes]":
        words = [*behind_others(settings.arrival.niceness), sys.executable, "-m", MODULE, str(os.getpid())]
        process = started(words, settings)
        logger.info("started the process of arriving runs, %d", process.pid)
        return process

    return begin


def started(words: Sequence[str], settings: Settings) -> "subprocess.Popen[bytes]":
    """Start a command as a worker; it has the rules of this server, whatever its file says meanwhile."""
    environment = environment_of(settings, None)
    rules = json.dumps([rule.model_dump(mode="json") for rule in settings.arrival.rules])
    return subprocess.Popen(
        words,
        env={**environment, "FLUORO_ARRIVAL__RULES": rules},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        process_group=0,  # Ctrl-C reaches the server alone, which then ends the worker
    )
