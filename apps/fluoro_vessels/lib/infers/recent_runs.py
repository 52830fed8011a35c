"""The runs of the last infer requests: their headers at once, their frames when a method looks at them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from lib.arrays import Frames
from lib.frames.cine import Cine, RunHeader
from lib.infers.source import open_cine

KEPT: Final = 2


@dataclass(frozen=True)
class RunFile:
    """An image file of a request.

    Attributes:
        path: Where it lies.
        changed_ns: When it was written; another file of the same name is another run.
    """

    path: Path
    changed_ns: int

    @property
    def name(self) -> str:
        """The run's SOP Instance UID; the name of a file that a client sent."""
        return self.cine.header.sop_instance_uid or self.path.name

    @property
    def key(self) -> str:
        """What tells it from every other file."""
        return f"{self.path}@{self.changed_ns}"

    @property
    def header(self) -> RunHeader:
        """What is known about the run."""
        return self.cine.header

    @property
    def frames(self) -> Frames:
        """(T, H, W) in [0, 1], vessels dark."""
        return self.cine.frames

    @cached_property
    def cine(self) -> Cine:
        """The run, decoded when it is first asked for."""
        return open_cine(self.path)


class RecentRuns:
    """Runs that were asked for lately, at most `KEPT`, so that a second click does not decode them again."""

    def __init__(self) -> None:
        self._runs: OrderedDict[RunFile, RunFile] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, path: Path) -> RunFile:
        """Return the run of an image file.

        Raises:
            FrameError: It cannot be read as a run; raised when its header or frames are looked at.
        """
        run = RunFile(path, path.stat().st_mtime_ns)
        with self._lock:
            known = self._runs.setdefault(run, run)
            self._runs.move_to_end(known)
            while len(self._runs) > KEPT:
                self._runs.popitem(last=False)
        return known
