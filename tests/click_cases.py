"""An engine for clicks that needs no weights, for tests of those who use one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lib.arrays import Frames
from lib.interaction.prompts import Prompt


@dataclass(frozen=True)
class DrawnEncoding:
    """A frame as it is."""

    frame: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        return self.frame.shape

    @property
    def nbytes(self) -> int:
        return int(self.frame.nbytes)


def nothing(frame: np.ndarray) -> np.ndarray:
    """Find nothing in a frame."""
    return np.zeros(frame.shape, bool)


@dataclass
class SquareClicker:
    """Fills or clears a square about the first point of a prompt."""

    find: Callable[[np.ndarray], np.ndarray] = nothing
    reach: int = 2
    name: str = "square"
    version: str = "1"
    n_encoded: int = 0
    n_started: int = 0

    def encode(self, frames: Frames, t: int) -> DrawnEncoding:
        self.n_encoded += 1
        return DrawnEncoding(frames[t])

    def start(self, encoding: DrawnEncoding) -> np.ndarray:
        self.n_started += 1
        return self.find(encoding.frame)

    def answer(self, encoding: DrawnEncoding, mask: np.ndarray, prompt: Prompt) -> np.ndarray:
        assert mask.shape == encoding.shape
        y, x = (round(value) for value in prompt.points[0])
        answer = mask.copy()
        rows = slice(max(y - self.reach, 0), y + self.reach + 1)
        answer[rows, max(x - self.reach, 0) : x + self.reach + 1] = prompt.is_positive
        return answer
