"""The click engine on the frames of runs: that of the live model, and each frame looked at once."""

import logging
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
        open_clicker: Returns the engine of the model that is live; asked at each use. Only the first use of
            a model takes seconds.
        shelf: Where the runs are.
        opened: Runs that are decoded.
        encodings: Frames that the engine looked at lately.
    """

    open_clicker: Callable[[], Clicker]
    shelf: RunShelf
    opened: OpenRuns
    encodings: Encodings = field(default_factory=Encodings)

    @property
    def clicker(self) -> Clicker:
        """The engine of now."""
        return self.open_clicker()

    @property
    def engine(self) -> str:
        """Name and version of the engine: with another one, the same prompts may give other masks."""
        clicker = self.clicker
        return f"{clicker.name}@{clicker.version}"

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
        clicker = self.clicker
        return self.encodings.of(
            f"{clicker.version} {image_id}", t, lambda: self._encode(clicker, image_id, t)
        )

    def _encode(self, clicker: Clicker, image_id: str, t: int) -> Encoding:
        frames = self.opened.source(image_id, self.shelf.dicom(image_id))
        if not 0 <= t < len(frames):
            raise FrameNotFoundError(image_id, t + 1, len(frames))
        return clicker.encode(frames, t)
