"""Where the vessels of one frame went in another one: dense motion between vessel maps, at half size.

A key is compared with each frame directly, not by way of the frames between: errors would add up, and the
heart comes back to where it was. The search begins at the motion of the neighbour frame; a search from rest
is tried beside it, and the better one is taken.

Paper: Kroeger et al. 2016, Fast optical flow using dense inverse search, doi:10.1007/978-3-319-46493-0_29.
"""

from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.propagation.plane import Plane

Field: TypeAlias = NDArray[np.float32]
"""(H, W, 2), often at half size: for each pixel of a frame, (x, y) of the way to where it was in the key."""

BLUR_PX: Final = 1.0
GREY_LEVELS: Final = 255


class Motion:
    """Finds the motion from one key frame to others."""

    def __init__(self, key: Plane) -> None:
        """Take the vessel map of the key frame, in [0, 1]."""
        self._key = _blurred(key)

    def to(self, frame: Plane, begin: Field | None) -> Field:
        """Return the motion to a frame.

        Args:
            frame: Its vessel map, as large as the key's.
            begin: A motion to begin from, that of a neighbour; None where there is none.
        """
        target = _blurred(frame)
        found = [dense_flow(target, self._key)]
        if begin is not None:
            found.append(dense_flow(target, self._key, begin))
        return min(found, key=lambda field: float(cv2.norm(warped(self._key, field), target, cv2.NORM_L1)))


def dense_flow(frame: Plane, key: Plane, begin: Field | None = None) -> Field:
    """Return the motion between two pictures in [0, 1] of one size."""
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    first, second = (np.asarray(np.rint(picture * GREY_LEVELS), np.uint8) for picture in (frame, key))
    return np.asarray(flow.calc(first, second, None if begin is None else begin.copy()), np.float32)


def warped(image: Plane, field: Field) -> Plane:
    """Return what a picture of the key looks like in the frame that a motion leads to.

    Args:
        image: (H, W), or several pictures as (H, W, N).
        field: Of the same size, or of another, in whose pixels it is then measured.
    """
    height, width = image.shape[:2]
    if field.shape[:2] != (height, width):
        scale = np.array([width / field.shape[1], height / field.shape[0]], np.float32)
        field = cv2.resize(field, (width, height)) * scale
    x = field[..., 0] + np.arange(width, dtype=np.float32)
    y = field[..., 1] + np.arange(height, dtype=np.float32)[:, np.newaxis]
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _blurred(plane: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), BLUR_PX), np.float32)
