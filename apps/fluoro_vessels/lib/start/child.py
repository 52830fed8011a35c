"""A program that a start begins, watches and ends."""

import ctypes
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Thread
from typing import IO, Final

from lib.errors.start import ChildSilentError, ChildStoppedError

logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_POLL_S: Final = 0.05
_LOG_BYTES: Final = 10 * 2**20


class Child:
    """A program with a log of its own, that does not outlive us.

    It runs in its own process group, so that Ctrl-C reaches us alone and we end things in order. It stays in
    our session: kernels that share the processor between sessions (autogroup) would weigh a network that
    stands behind in one program as much as all that the other one does.
    The kernel ends it when the thread that started it is gone, however that happened; start it
    from the main thread.
    """

    def __init__(self, name: str, log: Path, redact: Callable[[str], str] = str) -> None:
        """Describe the program.

        Args:
            name: How messages call it.
            log: File for all that it writes.
            redact: Takes out of a line what does not belong into a log.
        """
        self.name = name
        self.log = log
        self._redact = redact
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: Thread | None = None

    def start(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Begin the program in a folder; what it writes goes to the log, which is kept small."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=_end_with_parent,
        )
        output = (self._process.stdout, self.log, self._redact)
        self._writer = Thread(target=_write_log, args=output, daemon=True)
        self._writer.start()
        logger.info("started %s as process %d", self.name, self._process.pid)

    @property
    def pid(self) -> int:
        """Process id; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def is_alive(self) -> bool:
        """It was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def require_alive(self) -> None:
        """Make sure that it runs.

        Raises:
            ChildStoppedError: It has ended; the sentence has its status and its last lines.
        """
        if not self.is_alive:
            status = self._process.returncode if self._process else 0
            self._finish_log()
            raise ChildStoppedError(self.name, status, self.log, self.tail())

    def wait_until(self, is_ready: Callable[[], bool], timeout_s: float) -> None:
        """Wait until `is_ready` says so.

        Raises:
            ChildStoppedError: It ended meanwhile.
            ChildSilentError: The time is up.
        """
        until = time.monotonic() + timeout_s
        while not is_ready():
            self.require_alive()
            if time.monotonic() > until:
                raise ChildSilentError(self.name, timeout_s, self.log, self.tail())
            time.sleep(_POLL_S)
        self.require_alive()

    def tail(self, n_lines: int = 12) -> str:
        """Return the last lines of its log."""
        if not self.log.exists():
            return ""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-n_lines:])

    def stop(self, timeout_s: float = 15.0) -> None:
        """End it and all that it started: politely, then by force."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                logger.warning("%s did not end within %.0f s and was killed", self.name, timeout_s)
        _kill_group(process.pid)
        process.wait()
        self._finish_log()
        self._process = None
        logger.info("stopped %s", self.name)

    def _finish_log(self) -> None:
        """Wait until its last words are in the log; what it started may hold the pipe open."""
        if self._writer is not None:
            self._writer.join(timeout=1.0)


def _write_log(output: IO[bytes], log: Path, redact: Callable[[str], str]) -> None:
    """Copy lines into a log; when it is full it becomes `<log>.1`, and so does the log of an earlier run."""
    handler = RotatingFileHandler(log, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    if log.stat().st_size:
        handler.doRollover()
    with output:
        for line in output:
            text = line.decode("utf-8", errors="replace").rstrip("\n")
            handler.handle(logging.makeLogRecord({"msg": redact(text)}))
    handler.close()


def _end_with_parent() -> None:
    """Ask the kernel, in the new process, to end it when its parent is gone."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _kill_group(group: int) -> None:
    """Kill what is left of a process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
