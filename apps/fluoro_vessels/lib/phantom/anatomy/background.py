"""The anatomy in motion: its layers shifted and squeezed as the body moves."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.view import View
from lib.phantom.model import Anatomy, Depth, MovesWith
from lib.phantom.physiology.motion import Motion

HEART_POINTS = 25.0 * np.array(
    [[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
)
"""Points in mm whose motion tells how the heart's silhouette moves."""


class Background:
    """Layers of one anatomy as a view sees them; layers of one motion are added first."""

    def __init__(self, anatomy: Anatomy, view: View, motion: Motion) -> None:
        self._view = view
        self._motion = motion
        self._layers: dict[MovesWith, Depth] = {}
        for layer in anatomy.layers:
            before = self._layers.get(layer.moves_with)
            depth = np.asarray(layer.depth, np.float32)
            self._layers[layer.moves_with] = depth if before is None else before + depth
        self._at_rest, _ = view.project(HEART_POINTS)

    def at(self, time_s: float) -> Depth:
        """Return the optical depth of the anatomy at a time, (H, W)."""
        shape = (self._view.rows, self._view.columns)
        total = np.zeros(shape, np.float32)
        for moves_with, depth in self._layers.items():
            warp = self._warp(moves_with, time_s)
            if np.allclose(warp, np.eye(2, 3), atol=2e-3):
                total += depth
            else:
                total += cv2.warpAffine(
                    depth, warp, shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
                )
        return total

    def _warp(self, moves_with: MovesWith, time_s: float) -> NDArray[np.float64]:
        """Return the 2 x 3 matrix, in x and y, that best follows some points of the layer."""
        moved, _ = self._view.project(self._motion.move(HEART_POINTS, moves_with, time_s))
        before, after = self._at_rest[:, ::-1], moved[:, ::-1]
        centre_before, centre_after = before.mean(axis=0), after.mean(axis=0)
        spread = float(((before - centre_before) ** 2).sum())
        scale = float(((before - centre_before) * (after - centre_after)).sum()) / spread
        if moves_with != "heart":
            scale = 1.0
        return np.column_stack([scale * np.eye(2), centre_after - scale * centre_before])
