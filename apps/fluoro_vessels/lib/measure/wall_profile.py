"""What a round vessel looks like across: chord lengths, the film's curve, blur and edge enhancement.

A beam through a round vessel is longest in the middle and zero at the walls, so the darkness across it is
half an ellipse. The detector blurs it, and most machines raise edges afterwards, which adds bright seams
beside the vessel. Both move the place where an edge seems to be; here they are part of the model instead.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Values = NDArray[np.float64]

BLUR_RATIOS: Final = np.geomspace(0.03, 12.0, 72)
"""Blur in parts of the radius, for which the table is made."""

CURVATURES: Final = np.linspace(-1.0, 4.0, 21)
"""Curvature times depth, for which the table is made."""

PLACES: Final = np.linspace(0.0, 1.0, 128)
"""Places across, from the middle to where nothing is left, for which the table is made."""

REACH: Final = 4.0
"""Nothing is left so many standard deviations outside the wall."""

NODES: Final = 192
"""Chords that a vessel is cut into; enough for a blur of 0.03 radii."""


@dataclass(frozen=True)
class Medium:
    """How dark contrast medium is in a picture; that is about the same in all vessels of one injection.

    Attributes:
        contrast: Logarithm of the darkness of one pixel of depth, beside which the grey value is `level`.
        level: See above.
        by_level: What is added to that logarithm for each unit of grey: many machines show more where it is
            bright.
    """

    contrast: float
    level: float
    by_level: float

    def expected(self, level: Values) -> Values:
        """Return (N,) the logarithm of the contrast where the surroundings have grey values (N,)."""
        return np.asarray(self.contrast + self.by_level * (level - self.level))


@dataclass(frozen=True)
class Look:
    """How a picture shows a sharp thing.

    Attributes:
        blur_px: Standard deviation of the blur.
        curvature: Darkness saturates as (1 - exp(-curvature * depth)) / curvature; 0 for a logarithmic
            picture.
        edge_strength: Part of the fine detail that the machine added again.
        edge_px: Size of that detail, a standard deviation.
        toe: Grey value below which the picture darkens ever less.
        medium: How dark contrast medium is; None where that is not known.
    """

    blur_px: float
    curvature: float = 0.5
    edge_strength: float = 0.3
    edge_px: float = 2.5
    toe: float = 0.15
    medium: Medium | None = None


def darkness(
    offsets: Values, radius_px: Values, depth: Values, look: Look, row_px: float | None = None
) -> Values:
    """Return how much darker than its surroundings a vessel is.

    Args:
        offsets: (N, M) pixels from the vessel's middle.
        radius_px: (N, 1).
        depth: (N, 1) darkness in the middle of a sharp, linear picture.
        look: Of the picture.
        row_px: Distance of neighbouring rows, which blur into each other; None where they are no neighbours.
    """
    bend = look.curvature * depth

    def seen(blur_px: float) -> Values:
        across = np.asarray(depth * _blurred(offsets, radius_px, blur_px, bend))
        return across if row_px is None else _along(across, blur_px / row_px)

    sharp = seen(look.blur_px)
    if not look.edge_strength:
        return sharp
    smooth = seen(float(np.hypot(look.blur_px, look.edge_px)))
    return (1 + look.edge_strength) * sharp - look.edge_strength * smooth


def _along(rows: Values, blur_rows: float) -> Values:
    """Blur rows, (N, M), into their neighbours; a vessel goes on beyond its last row."""
    return np.asarray(gaussian_filter1d(rows, blur_rows, axis=0, mode="nearest", truncate=REACH))


def toned(values: Values, toe: float) -> Values:
    """Apply the soft dark end of a picture's tone curve."""
    return np.where(values > toe, values, toe * np.exp(np.minimum(values - toe, 0) / toe))


def _blurred(offsets: Values, radius_px: Values, blur_px: float, bend: Values) -> Values:
    """Look the blurred cross-section of depth 1 up in the table, (N, M): first its row, then the place."""
    rows = _rows(blur_px / radius_px[:, 0], bend[:, 0])
    last = len(PLACES) - 1
    place = np.minimum(np.abs(offsets) * (last / (radius_px + REACH * blur_px)), last - 1e-6)
    whole = place.astype(np.int64)
    flat = whole + np.arange(len(rows))[:, None] * len(PLACES)
    before, after = rows.ravel()[flat], rows.ravel()[flat + 1]
    return np.asarray(before + (after - before) * (place - whole))


def _rows(ratio: Values, bend: Values) -> Values:
    """Return (N, places) cross-sections between the four nearest of the table."""
    span = np.log(BLUR_RATIOS[-1] / BLUR_RATIOS[0])
    of_blur = np.clip(np.log(ratio / BLUR_RATIOS[0]) / span, 0, 1 - 1e-9) * (len(BLUR_RATIOS) - 1)
    scale = (len(CURVATURES) - 1) / (CURVATURES[-1] - CURVATURES[0])
    of_bend = np.clip((bend - CURVATURES[0]) * scale, 0, len(CURVATURES) - 1 - 1e-9)
    i, j = of_blur.astype(np.int64), of_bend.astype(np.int64)
    u = (of_blur - i)[:, None].astype(np.float32)
    v = (of_bend - j)[:, None].astype(np.float32)
    table = _table()
    low = (1 - v) * table[i, j] + v * table[i, j + 1]
    high = (1 - v) * table[i + 1, j] + v * table[i + 1, j + 1]
    return np.asarray((1 - u) * low + u * high, np.float32)


@cache
def _table() -> NDArray[np.float32]:
    """Return (blur ratios, curvatures, places): blurred cross-sections of radius 1 and depth 1.

    The integral over the chords is Chebyshev's: chord k lies at cos(angle k) and is 2 sin(angle k) long.
    """
    angles = (np.arange(NODES) + 0.5) * np.pi / NODES
    chords, widths = np.sin(angles), np.sin(angles) * np.pi / NODES
    bent = np.stack([_bent(chords, bend) for bend in CURVATURES], axis=1) * widths[:, None]
    rows = []
    for ratio in BLUR_RATIOS:
        places = PLACES * (1 + REACH * ratio)
        away = (places[:, None] - np.cos(angles)) / ratio
        kernel = np.exp(-0.5 * away**2) / (ratio * np.sqrt(2 * np.pi))
        rows.append((kernel @ bent).T)
    return np.asarray(np.stack(rows), np.float32)


def _bent(depth: Values, bend: float) -> Values:
    """Apply the film's curve to depths of 0 to 1."""
    return depth if abs(bend) < 1e-9 else np.asarray(-np.expm1(-bend * depth) / bend)
