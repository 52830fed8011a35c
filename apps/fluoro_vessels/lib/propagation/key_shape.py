"""A key's mask as distances, which stay meaningful when a motion bends them; and what lies beside it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.propagation.motion import Field, warped
from lib.propagation.plane import Plane
from lib.propagation.tracker import MaskImage

REACH_PX: Final = 8.0
"""Farther out no pixel can belong to the mask: what is left of the motion after it was found."""

DEEP_PX: Final = 2.5
"""Farther in it makes no difference how far."""

SEEN: Final = 0.5
"""Probability from which on something in the key frame counts as a vessel."""

GAP_PX: Final = 3
"""What is seen closer to the mask than this is its own wall, drawn a little tighter than it is seen."""


@dataclass(frozen=True)
class KeyShape:
    """What was drawn on a key frame, and what was seen there and not drawn.

    Attributes:
        inside: (H, W) pixels to the border of the mask, positive inside, within -REACH_PX to DEEP_PX.
        others: The same for vessels that do not belong to it: other branches, catheters, false findings.
    """

    inside: Plane
    others: Plane

    def moved(self, field: Field) -> "KeyShape":
        """Return the shape as a motion leaves it."""
        moved = warped(np.dstack([self.inside, self.others]), field)
        return KeyShape(np.ascontiguousarray(moved[..., 0]), np.ascontiguousarray(moved[..., 1]))

    def may_be(self) -> MaskImage:
        """Return (H, W), where the mask may be: near what was drawn, and not nearer to something else."""
        return np.asarray((self.inside > -REACH_PX) & (self.inside >= self.others), np.bool_)


def shape_of(mask: MaskImage, probability: Plane) -> KeyShape:
    """Return the shape of a key.

    Args:
        mask: (H, W), not empty; the whole tree, or one branch of it.
        probability: (H, W) of the same frame, in [0, 1].
    """
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * GAP_PX + 1, 2 * GAP_PX + 1))
    around = cv2.dilate(mask.astype(np.uint8), kernel).astype(np.bool_)
    return KeyShape(depth_inside(mask), depth_inside((probability >= SEEN) & ~around))


def depth_inside(mask: NDArray[np.bool_]) -> Plane:
    """Return (H, W) pixels to the border of a mask, positive inside, within -REACH_PX to DEEP_PX."""
    if not mask.any():
        return np.full(mask.shape, -REACH_PX, np.float32)
    within = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    without = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(np.clip(within - without, -REACH_PX, DEEP_PX), np.float32)
