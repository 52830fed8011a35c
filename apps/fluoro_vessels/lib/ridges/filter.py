"""Finds dark lines: how much darker a short line is than the tissue on both of its sides.

Images here are attenuation, the negative logarithm of brightness: a vessel adds the same
amount wherever it lies, on dark spine or on bright lung, so one threshold fits a whole image.
The edge of a bone or of a collimator is dark on one side only and gives no response, because
the less contrasted side counts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.float32]

DIRECTIONS: Final = 12

HALF_LENGTH: Final = 5
"""Pixels from the middle of a short line to its end."""


@dataclass(frozen=True)
class Level:
    """One step of the pyramid.

    Attributes:
        halvings: How often the attenuation image is halved before the search.
        offsets: Distances in pixels of that step from a line's axis to the tissue beside it.
        along: Standard deviation of the averaging along the line, in pixels of that step.
        across: The same across the line.
    """

    halvings: int
    offsets: tuple[int, ...]
    along: float
    across: float = 0.6

    @property
    def margin(self) -> int:
        """Pixels by which an image is enlarged on each side, so that every offset stays inside."""
        return max(self.offsets) + 1


LineMeans: TypeAlias = dict[Level, list[Image]]
"""Per level and direction, (H + 2 margin, W + 2 margin)."""


LEVELS: Final = (
    Level(halvings=0, offsets=(2, 3, 4), along=3.0),
    Level(halvings=1, offsets=(3, 4), along=3.0),
    Level(halvings=2, offsets=(3, 4), along=3.0),
    Level(halvings=3, offsets=(3, 4), along=3.0),
)
"""Each step takes lines twice as wide: with 0.55 mm per pixel up to 2, 4, 9 and 18 mm."""

WIDEST_OF_FIRST_PX: Final = 4.0
"""Widest line, in pixels of the image, that the first level finds well."""


def levels_for(widest_px: float) -> tuple[Level, ...]:
    """Return the levels that lines up to `widest_px` pixels of the image need."""
    needed = 1 + max(0, math.ceil(math.log2(max(widest_px, 1.0) / WIDEST_OF_FIRST_PX) - 0.5))
    return LEVELS[:needed]


def ridge_depth(attenuation: Image, levels: Sequence[Level]) -> Image:
    """Return how deep each pixel lies in a dark line, in the unit of the attenuation.

    Args:
        attenuation: (H, W); vessels are high.
        levels: The widths to look for.

    Returns:
        (H, W), 0 where there is no line.
    """
    return depth_of(line_means(attenuation, levels), attenuation.shape)


def line_means(attenuation: Image, levels: Sequence[Level]) -> LineMeans:
    """Return the mean along a short line through each pixel, for every level and direction.

    Means are linear: those of a difference of two images are the difference of their means.
    What lies outside the image counts as dark, so that its border is no line.
    """
    means: LineMeans = {}
    for level in levels:
        shrunk = attenuation
        for _ in range(level.halvings):
            shrunk = halve(shrunk)
        outside = float(shrunk.max())
        padded = cv2.copyMakeBorder(shrunk, *(level.margin,) * 4, cv2.BORDER_CONSTANT, value=outside)
        means[level] = [
            cv2.filter2D(padded, -1, _line(direction, level), borderType=cv2.BORDER_REPLICATE)
            for direction in range(DIRECTIONS)
        ]
    return means


def without(means: LineMeans, background: LineMeans) -> LineMeans:
    """Return the means of an image from which a background has been subtracted."""
    return {
        level: [cv2.subtract(mean, still) for mean, still in zip(of_level, background[level], strict=True)]
        for level, of_level in means.items()
    }


def depth_of(means: LineMeans, shape: tuple[int, ...]) -> Image:
    """Return (H, W) of `shape`: the deepest line through each pixel, over all levels."""
    found = np.zeros(shape, np.float32)
    for level, of_level in means.items():
        deepest = cv2.resize(_deepest(of_level, level), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
        cv2.max(found, deepest, dst=found)
    return found


def halve(image: Image) -> Image:
    """Return the image at half of its size, every new pixel the mean of four."""
    size = (max(image.shape[1] // 2, 1), max(image.shape[0] // 2, 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _deepest(means: Sequence[Image], level: Level) -> Image:
    """Return the greatest difference to the darker side, over all directions and offsets of a level."""
    margin = level.margin
    height, width = means[0].shape
    found = np.zeros((height - 2 * margin, width - 2 * margin), np.float32)
    for direction, mean in enumerate(means):
        center = _shifted(mean, 0, 0, margin)
        for dy, dx in _sides(direction, level):
            darker = cv2.max(_shifted(mean, dy, dx, margin), _shifted(mean, -dy, -dx, margin))
            cv2.max(found, cv2.subtract(center, darker), dst=found)
    return found


def _sides(direction: int, level: Level) -> list[tuple[int, int]]:
    """Return the steps (dy, dx) from a line's axis to one of its sides, for each offset."""
    angle = np.pi * direction / DIRECTIONS
    return [(round(float(np.cos(angle) * far)), round(float(-np.sin(angle) * far))) for far in level.offsets]


@lru_cache(maxsize=256)
def _line(direction: int, level: Level) -> Image:
    """Return a short elongated Gaussian, turned from x towards y; its sum is 1."""
    angle = np.pi * direction / DIRECTIONS
    y, x = np.mgrid[-HALF_LENGTH : HALF_LENGTH + 1, -HALF_LENGTH : HALF_LENGTH + 1].astype(np.float32)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    weight = np.exp(-0.5 * ((along / level.along) ** 2 + (across / level.across) ** 2))
    return np.asarray(weight / weight.sum(), np.float32)


def _shifted(padded: Image, dy: int, dx: int, margin: int) -> Image:
    height, width = padded.shape
    return padded[margin + dy : height - margin + dy, margin + dx : width - margin + dx]
