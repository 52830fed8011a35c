"""The anatomy in motion: its layers shifted and squeezed as the body moves."""

from collections.abc import Iterable
from typing import Final, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.view import View
from lib.phantom.model import Anatomy, Depth, MovesWith
from lib.phantom.physiology.motion import Motion

HEART_POINTS: Final = 25.0 * np.array(
    [[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
)
"""Points in mm whose motion tells how the heart's silhouette moves."""

WIDEST_MARGIN: Final = 0.3
"""Of the picture's longer side; what lies beyond is mirrored in."""


class Background:
    """Layers of one anatomy as a view sees them; layers of one motion are added first."""

    def __init__(self, anatomy: Anatomy, view: View, motion: Motion, margin_px: int = 0) -> None:
        """Keep the layers.

        Args:
            anatomy: Drawn for the view, widened by the margin.
            view: What the picture shows.
            motion: Of the body.
            margin_px: How far the anatomy reaches beyond the picture at each side.
        """
        self._view = view
        self._motion = motion
        self._margin_px = margin_px
        self._layers: dict[MovesWith, Depth] = {}
        for layer in anatomy.layers:
            before = self._layers.get(layer.moves_with)
            depth = np.asarray(layer.depth, np.float32)
            self._layers[layer.moves_with] = depth if before is None else before + depth

    def at(self, time_s: float) -> Depth:
        """Return the optical depth of the anatomy at a time, (H, W)."""
        shape = (self._view.rows, self._view.columns)
        total = np.zeros(shape, np.float32)
        for moves_with, depth in self._layers.items():
            warp = warp_of(self._view, self._motion, moves_with, time_s)
            if not self._margin_px and np.allclose(warp, np.eye(2, 3), atol=2e-3):
                total += depth
                continue
            warp[:, 2] -= warp[:, :2].sum(axis=1) * self._margin_px
            total += cv2.warpAffine(
                depth, warp, shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
            )
        return total


def margin_for(view: View, motion: Motion, times_s: Iterable[float]) -> int:
    """Return how far beyond the picture the anatomy has to reach at each side, in pixels."""
    corners = np.array([[0, 1, 0, 1], [0, 0, 1, 1]]) * [[view.columns], [view.rows]]
    warps = [warp_of(view, motion, moves, time) for time in times_s for moves in get_args(MovesWith)]
    farthest = max((np.abs(warp[:, :2] @ corners + warp[:, 2:] - corners).max() for warp in warps), default=0)
    return int(min(np.ceil(farthest), WIDEST_MARGIN * max(view.rows, view.columns)))


def warp_of(view: View, motion: Motion, moves_with: MovesWith, time_s: float) -> NDArray[np.float64]:
    """Return the 2 x 3 matrix, in x and y, that best follows some points of a layer."""
    at_rest, _ = view.project(HEART_POINTS)
    moved, _ = view.project(motion.move(HEART_POINTS, moves_with, time_s))
    before, after = at_rest[:, ::-1], moved[:, ::-1]
    centre_before, centre_after = before.mean(axis=0), after.mean(axis=0)
    scale = 1.0
    if moves_with == "heart":
        spread = float(((before - centre_before) ** 2).sum())
        scale = float(((before - centre_before) * (after - centre_after)).sum()) / spread
    return np.column_stack([scale * np.eye(2), centre_after - scale * centre_before])
