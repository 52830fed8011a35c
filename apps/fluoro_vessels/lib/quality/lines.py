"""Where two drawings of one frame have other lines: branches that only one of them shows.

How thick somebody draws a vessel is a matter of taste; that a branch is missing is none. So centre lines are
compared, and a line counts as shown by both where the other drawing is within 2 pixels.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

TOLERANCE_PX: Final = 2.0
FEW_PX: Final = 100
"""Lines of a frame that shows next to nothing count little: so many pixels are added below the share."""


@dataclass(frozen=True)
class Dispute:
    """How a label's lines on a frame differ from another drawing's, in pixels of centre line.

    Attributes:
        missed_px: The longest connected line that only the other drawing has.
        extra_px: The longest that only the label has.
        disputed_px: All lines that only one of them has.
        total_px: All lines of both.
    """

    missed_px: int
    extra_px: int
    disputed_px: int
    total_px: int

    @property
    def share(self) -> float:
        """Return the disputed share, in [0, 1); small where there are few lines at all."""
        return self.disputed_px / (self.total_px + FEW_PX)


def dispute_of(label: NDArray[np.bool_], other: NDArray[np.bool_]) -> Dispute:
    """Compare a label's vessels on a frame with another drawing's, both (H, W)."""
    ours, theirs = _lines(label), _lines(other)
    extra, missed = ours & ~_near(other), theirs & ~_near(label)
    return Dispute(
        missed_px=_longest(missed),
        extra_px=_longest(extra),
        disputed_px=int(missed.sum()) + int(extra.sum()),
        total_px=int(ours.sum()) + int(theirs.sum()),
    )


def _lines(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(skeletonize(mask), bool)


def _near(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (H, W): within the tolerance of a mask; nowhere for an empty one."""
    if not mask.any():
        return np.zeros(mask.shape, bool)
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away <= TOLERANCE_PX, bool)


def _longest(lines: NDArray[np.bool_]) -> int:
    """Return the pixels of the longest connected line, 0 where there is none."""
    _, numbers = cv2.connectedComponents(lines.astype(np.uint8), connectivity=8)
    return int(np.bincount(numbers[lines], minlength=1).max())
