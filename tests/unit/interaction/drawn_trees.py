"""Drawn vessel trees, filmed without noise, and an engine that knows some of their branches."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 192
LINES = {
    "trunk": (((10, 96), (180, 96)), 9),
    "left": (((60, 96), (120, 30)), 5),
    "right": (((90, 96), (150, 165)), 5),
}
"""Ends (y, x) and width of each branch; the sides leave the trunk."""


@dataclass
class KnowingEngine:
    """A network that is sure of the pixels it knows, and counts how often it is asked."""

    known: NDArray[np.bool_]
    batch: int = 1
    asked: int = 0

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (N, 2, H, W): vessel where it knows one, no device."""
        self.asked += 1
        found = np.zeros((len(stacks), 2, *stacks.shape[2:]), np.float32)
        small = cv2.resize(self.known.astype(np.float32), stacks.shape[:1:-1], interpolation=cv2.INTER_AREA)
        found[:, 0] = 0.98 * cv2.GaussianBlur(small, (0, 0), 0.7)
        return found


def branch(*names: str, scale: int = 1) -> NDArray[np.bool_]:
    """Return (SIDE, SIDE) times `scale`: some of the branches."""
    drawn = np.zeros((SIDE * scale, SIDE * scale), np.uint8)
    for name in names:
        (begin, end), width = LINES[name]
        points = [(scale * x, scale * y) for y, x in (begin, end)]
        cv2.line(drawn, *points, 1, scale * width)
    return drawn > 0


def filmed(vessels: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return (1, H, W), a frame in which vessels are dark, their walls a little blurred."""
    return (0.8 - 0.4 * cv2.GaussianBlur(vessels.astype(np.float32), (0, 0), 0.8))[np.newaxis]
