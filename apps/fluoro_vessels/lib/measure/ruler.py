"""Pixels or millimetres: every length of a measurement goes through a ruler and comes out with its unit."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.measure.centre_line import CentreLine
from lib.measure.scale import Scale

Unit: TypeAlias = Literal["mm", "px"]


@dataclass(frozen=True)
class Ruler:
    """Measures places of a frame.

    Attributes:
        scale: The size of a pixel; None: lengths stay in pixels.
    """

    scale: Scale | None

    @property
    def unit(self) -> Unit:
        """The unit of every length."""
        return "px" if self.scale is None else "mm"

    @property
    def steps(self) -> NDArray[np.float64]:
        """(2,) length of a step of one pixel along y and along x."""
        return np.array((1.0, 1.0) if self.scale is None else self.scale.mm_per_px)

    def between(self, begin_yx: ArrayLike, end_yx: ArrayLike) -> NDArray[np.float64]:
        """Return (...) distances of places (..., 2)."""
        away = (np.asarray(end_yx, np.float64) - np.asarray(begin_yx, np.float64)) * self.steps
        return np.asarray(np.linalg.norm(away, axis=-1))

    def length(self, line: CentreLine) -> float:
        """Return the length of a line."""
        return float(self.between(line.yx[:-1], line.yx[1:]).sum())

    def along(self, line: CentreLine) -> NDArray[np.float64]:
        """Return (N,) the way from the line's beginning to each of its points."""
        return np.concatenate([[0.0], np.cumsum(self.between(line.yx[:-1], line.yx[1:]))])

    def across(self, line: CentreLine, at: int) -> float:
        """Return what a pixel across a line is at one of its points."""
        return float(np.linalg.norm(line.normals[at] * self.steps))

    def across_all(self, line: CentreLine) -> NDArray[np.float64]:
        """Return (N,) what a pixel across a line is at each of its points."""
        return np.asarray(np.linalg.norm(line.normals * self.steps, axis=1))
