"""What an engine behind clicks is: it looks at a frame once, then answers prompt after prompt."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lib.arrays import FrameSource
from lib.interaction.prompts import Prompt


class Encoding(Protocol):
    """What the prompts of one frame share; only the engine that made it looks inside."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the frame in pixels."""
        ...

    @property
    def nbytes(self) -> int:
        """Memory that it holds."""
        ...


class Clicker(Protocol):
    """An engine that turns prompts into the mask of a frame.

    The mask after the prompts p1 ... pn is answer(... answer(start, p1) ..., pn), so undo, redo and
    replay give the same mask to the last pixel.
    """

    name: str
    version: str
    """Changes whenever the same prompts may give another mask."""

    def encode(self, frames: FrameSource, t: int) -> Encoding:
        """Look at frame t of a run, (T, H, W) in [0, 1] with dark vessels; dear, so once per frame.

        Raises:
            ImageSizeError: A side is too short or too long for the engine.
        """
        ...

    def start(self, encoding: Encoding) -> NDArray[np.bool_]:
        """Return (H, W), the automatic result that the first prompt corrects."""
        ...

    def answer(self, encoding: Encoding, mask: NDArray[np.bool_], prompt: Prompt) -> NDArray[np.bool_]:
        """Return (H, W), the mask after a prompt; `mask` stays as it is.

        The same input gives the same output. A clicked pixel is inside after a positive prompt and
        outside after a negative one.

        Raises:
            PromptError: A point lies outside the frame.
        """
        ...
