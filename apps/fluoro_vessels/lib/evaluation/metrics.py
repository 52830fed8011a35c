"""How well one mask agrees with its truth.

Both masks empty is full agreement. Where only one of them is empty every share is 0 and the distance is the
frame's diagonal, so a method gains nothing by finding nothing.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from lib.evaluation.surfaces import surface_distances

MaskImage = NDArray[np.bool_]
"""(H, W) bool."""

TOLERANCE_PX: Final = 2.0
FAR_PERCENT: Final = 95.0


@dataclass(frozen=True)
class Overlap:
    """What the pixel counts of two masks say; each in [0, 1]."""

    dice: float
    precision: float
    recall: float


@dataclass(frozen=True)
class FrameScore:
    """The figures of one frame.

    Attributes:
        overlap: Dice, precision and recall.
        cldice: Centre-line Dice.
        hd95_px: The larger of the two 95th percentiles of the distances between the borders.
        surface_dice_2px: Share of both borders that lies within 2 px of the other one.
        is_empty: Neither mask has a pixel.
    """

    overlap: Overlap
    cldice: float
    hd95_px: float
    surface_dice_2px: float
    is_empty: bool


def score_frame(mask: MaskImage, truth: MaskImage) -> FrameScore:
    """Return all figures of a mask against its truth, both (H, W)."""
    overlap = overlap_of(mask, truth)
    if not mask.any() and not truth.any():
        return FrameScore(overlap, 1.0, 0.0, 1.0, is_empty=True)
    if not mask.any() or not truth.any():
        return FrameScore(overlap, 0.0, math.hypot(*mask.shape), 0.0, is_empty=False)
    box = _box_around(mask | truth)
    mask, truth = mask[box], truth[box]
    there, back = surface_distances(mask, truth)
    return FrameScore(
        overlap,
        _cldice(mask, truth),
        float(max(np.percentile(there, FAR_PERCENT), np.percentile(back, FAR_PERCENT))),
        _share(int((there <= TOLERANCE_PX).sum() + (back <= TOLERANCE_PX).sum()), len(there) + len(back)),
        is_empty=False,
    )


def overlap_of(mask: MaskImage, truth: MaskImage) -> Overlap:
    """Return Dice, precision and recall of a mask against its truth, both (H, W)."""
    found, wanted = int(np.count_nonzero(mask)), int(np.count_nonzero(truth))
    hits = int(np.count_nonzero(mask & truth))
    if found + wanted == 0:
        return Overlap(1.0, 1.0, 1.0)
    return Overlap(2.0 * hits / (found + wanted), _share(hits, found), _share(hits, wanted))


def _cldice(mask: MaskImage, truth: MaskImage) -> float:
    """Return how well two masks hold each other's centre lines.

    Paper: Shit et al. 2021, clDice, doi:10.1109/CVPR46437.2021.01629.
    """
    mask_lines, truth_lines = skeletonize(mask), skeletonize(truth)
    precision = _share(int((mask_lines & truth).sum()), int(mask_lines.sum()))
    sensitivity = _share(int((truth_lines & mask).sum()), int(truth_lines.sum()))
    total = precision + sensitivity
    return 2.0 * precision * sensitivity / total if total else 0.0


def _box_around(mask: MaskImage) -> tuple[slice, slice]:
    """Return the rectangle that holds a mask which is not empty; nothing outside it changes a figure."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
