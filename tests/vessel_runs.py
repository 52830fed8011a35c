"""Drawn X-ray runs with a vessel tree whose exact mask is known."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, Mask
from lib.frames.carm import CArm
from lib.frames.cine import Cine, RunHeader
from lib.frames.spacing import Spacing, SpacingSource
from lib.frames.timing import Timing

Points = Sequence[tuple[int, int]]

TRUNK: Points = ((190, 120), (230, 180), (250, 260), (240, 350), (260, 430))
BRANCH: Points = ((250, 260), (330, 300), (400, 380))
TWIG: Points = ((240, 350), (170, 400), (140, 450))
TREE: tuple[tuple[Points, int], ...] = ((TRUNK, 15), (BRANCH, 11), (TWIG, 9))
"""x, y of each branch in a picture of 512 x 512, and its width in pixels."""

CATHETER: Points = ((90, 0), (110, 50), (150, 90), (190, 120))


def curve(points: Points, width: int, side: int = 512) -> NDArray[np.float32]:
    """Return (side, side): the chord of a round tube along a polyline, 1 on its axis."""
    canvas = np.full((side, side), 255, np.uint8)
    scaled = (np.array(points, np.float64) * side / 512).round().astype(np.int32)
    cv2.polylines(canvas, [scaled.reshape(-1, 1, 2)], isClosed=False, color=0, thickness=1)
    distance = cv2.distanceTransform(canvas, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    radius = width * side / 512 / 2
    return np.sqrt(np.maximum(1.0 - (distance / radius) ** 2, 0.0)).astype(np.float32)


def vessel_chords(side: int = 512) -> NDArray[np.float32]:
    """Return (side, side): the thickness of the vessel tree, 1 on the trunk's axis."""
    widest = TREE[0][1]
    return np.maximum.reduce([curve(points, width, side) * width / widest for points, width in TREE])


def vessel_truth(side: int = 512) -> NDArray[np.bool_]:
    """Return (side, side) bool: the vessel tree."""
    return vessel_chords(side) > 0


def tissue(side: int = 512) -> NDArray[np.float32]:
    """Return (side, side): attenuation of a chest without lines, brighter to the upper right."""
    y, x = np.mgrid[:side, :side] / side
    spine = 0.35 / (1.0 + np.exp(-(x - 0.75) * 30))
    return (0.5 + 0.3 * y - 0.2 * x + spine).astype(np.float32)


def shot(attenuation: NDArray[np.float32], seed: int = 0, noise: float = 0.01) -> NDArray[np.float32]:
    """Return a frame in [0, 1] for an attenuation, with the noise of a detector."""
    random = np.random.default_rng(seed)
    return np.clip(np.exp(-attenuation) + random.normal(0.0, noise, attenuation.shape), 0, 1).astype(
        np.float32
    )


def filled_frame(side: int = 512, depth: float = 0.35) -> NDArray[np.float32]:
    """Return one frame whose tree is full of contrast."""
    return shot(tissue(side) + depth * vessel_chords(side))


def filling_run(n_frames: int = 12, *, has_catheter: bool = True) -> tuple[Frames, Mask]:
    """Return a run of 512 x 512 and its truth: three frames without contrast, then the tree fills and sways.

    A catheter lies still from the upper border to the tree and darkens when contrast passes; a wire
    crosses the picture and never changes.
    """
    chords, still = vessel_chords(), tissue() + 0.12 * curve(((480, 0), (470, 511)), 5)
    tube = curve(CATHETER, 9)
    frames, truth = [], []
    for t in range(n_frames):
        level = min(max(t - 2, 0) / 3.0, 1.0)
        beat = np.roll(chords, round(4 * np.sin(t)), axis=1)
        catheter = (0.1 + 0.08 * (level > 0)) * tube if has_catheter else 0.0
        frames.append(shot(still + 0.35 * level * beat + catheter, seed=t))
        truth.append((beat > 0) & (level > 0))
    return np.stack(frames), np.stack(truth)


def cine_of(frames: Any, spacing_mm: float | None = None) -> Cine:
    """Return a cine around frames, (T, H, W)."""
    n_frames, rows, columns = frames.shape
    spacing = None
    if spacing_mm is not None:
        spacing = Spacing(spacing_mm, spacing_mm, SpacingSource.GEOMETRY, is_calibrated=True)
    timing = Timing(tuple(float(t) for t in range(n_frames)), "", None)
    header = RunHeader("1", "2", "3", "4", "XA", n_frames, rows, columns, spacing, timing, CArm(), ())
    return Cine(header, np.ascontiguousarray(frames, np.float32))


def dice(mask: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Return the overlap of two masks."""
    return 2.0 * int((mask & truth).sum()) / max(int(mask.sum()) + int(truth.sum()), 1)
