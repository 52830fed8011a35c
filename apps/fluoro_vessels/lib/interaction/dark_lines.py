"""What the classical tools see in one frame: its dark lines, in shares of the frame's own contrast."""

from typing import Final

import cv2
import numpy as np

from lib.arrays import Frame
from lib.ridges.contrast import LEAST_STRENGTH, attenuation, strengths
from lib.ridges.filter import Image, levels_for, ridge_depth
from lib.ridges.grid import Grid

WIDEST_MM: Final = 6.0
"""Width of the widest vessel to look for where nobody says another; it suits coronary arteries."""


def dark_lines(frame: Frame, grid: Grid, widest_mm: float = WIDEST_MM) -> Image:
    """Return how deep each pixel lies in a dark line; about 1 on the axes of the frame's main branches.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        grid: The run's grid; the search runs on its fine side.
        widest_mm: Width of the widest line to look for.

    Returns:
        (H, W) in native resolution, 0 where there is no line.
    """
    depth = ridge_depth(attenuation(frame, grid.fine), levels_for(widest_mm / grid.fine_mm))
    strength = max(float(strengths(depth[np.newaxis])[0]), LEAST_STRENGTH)
    return np.asarray(cv2.resize(depth / strength, frame.shape[::-1]), np.float32)
