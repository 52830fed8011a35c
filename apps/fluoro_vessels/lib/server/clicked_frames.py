"""The click engine on the frames of runs: opened once, and each frame looked at once."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lib.datastore.shelf import RunShelf
from lib.errors import FluoroError, FrameNotFoundError
from lib.interaction.clicker import Clicker, Encoding
from lib.interaction.encodings import Encodings
from lib.server.open_runs import OpenRuns

logger = logging.getLogger(__name__)

USUAL_SHAPE: Final = (512, 512)
"""Rows and columns of most runs; networks are compiled for a size."""


@dataclass
class ClickedFrames:
    """Frames as the click engine sees them; safe for several threads.

    Attributes:
        open_clicker: Opens the engine; called at the first use, as models take seconds to open.
        shelf: Where the runs are.
        opened: Runs that are decoded.
        encodings: Frames that the engine looked at lately.
    """

    open_clicker: Callable[[], Clicker]
    shelf: RunShelf
    opened: OpenRuns
    encodings: Encodings = field(default_factory=Encodings)
    _clicker: Clicker | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def clicker(self) -> Clicker:
        """The engine."""
        with self._opening:
            if self._clicker is None:
                self._clicker = self.open_clicker()
            return self._clicker

    @property
    def engine(self) -> str:
        """Name and version of the engine: with another one, the same prompts may give other masks."""
        return f"{self.clicker.name}@{self.clicker.version}"

    def warm_up(self) -> None:
        """Open the engine and let it look at a ramp of greys: the first click need not wait for it."""
        ramp = np.linspace(0, 1, USUAL_SHAPE[0] * USUAL_SHAPE[1], dtype=np.float32)
        try:
            self.clicker.encode(ramp.reshape(1, *USUAL_SHAPE), 0)
        except FluoroError as error:
            logger.warning("the click engine cannot be opened: %s", error)

    def encoding(self, image_id: str, t: int) -> Encoding:
        """Return what the engine knows of a frame.

        Raises:
            FrameNotFoundError: The run has no such frame.
            RunNotFoundError: Neither the cache nor the PACS has the run.
        """
        return self.encodings.of(image_id, t, lambda: self._encode(image_id, t))

    def _encode(self, image_id: str, t: int) -> Encoding:
        frames = self.opened.source(image_id, self.shelf.dicom(image_id))
        if not 0 <= t < len(frames):
            raise FrameNotFoundError(image_id, t + 1, len(frames))
        return self.clicker.encode(frames, t)
