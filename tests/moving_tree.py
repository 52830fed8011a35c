"""Drawn runs of a vessel tree that moves, fills and empties, and what a network would see."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, Mask
from lib.propagation.evidence import Look
from lib.propagation.plane import Plane

SIDE = 128
TRUNK = ((10, 64), (40, 60), (70, 66), (115, 60))
TWIG = ((40, 60), (60, 85), (70, 112))
"""(y, x) of each branch."""


def drawn(
    points: tuple[tuple[int, int], ...], shift: tuple[float, float], width: int = 7
) -> NDArray[np.bool_]:
    """Return (SIDE, SIDE), one branch moved by (y, x)."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    xy = np.array([[x + shift[1], y + shift[0]] for y, x in points]).round().astype(np.int32)
    cv2.polylines(canvas, [xy.reshape(-1, 1, 2)], isClosed=False, color=1, thickness=width)
    return canvas > 0


def moving_run(
    shifts: list[tuple[float, float]], levels: list[float], twig_levels: list[float] | None = None
) -> tuple[Frames, Mask, Mask]:
    """Return frames, the mask of the tree and that of its side branch, all (T, SIDE, SIDE).

    Args:
        shifts: How far the tree has moved in each frame, (y, x) pixels.
        levels: Contrast medium in the trunk of each frame, 0 to 1; from 0.3 on it is seen.
        twig_levels: The same for the side branch; as the trunk where it is None.
    """
    random = np.random.default_rng(1)
    frames, trees, twigs = [], [], []
    for shift, level, twig_level in zip(shifts, levels, twig_levels or levels, strict=True):
        trunk, twig = drawn(TRUNK, shift), drawn(TWIG, shift)
        depth = 0.4 * np.maximum(level * trunk, twig_level * twig).astype(np.float32)
        shot = np.exp(-(0.4 + cv2.GaussianBlur(depth, (0, 0), 1.0)))
        frames.append(shot + random.normal(0, 0.01, shot.shape))
        twigs.append(twig & (twig_level >= 0.3))
        trees.append((trunk & (level >= 0.3)) | twigs[-1])
    return np.clip(np.stack(frames), 0, 1).astype(np.float32), np.stack(trees), np.stack(twigs)


def sees(truth: Mask | Frames) -> Look:
    """Return a look that finds a truth, (T, H, W) bool or in [0, 1], blurred and with doubt."""

    def look(frames: Frames, is_cancelled: Callable[[], bool]) -> Iterator[tuple[int, Plane]]:
        for t in range(len(frames)):
            if is_cancelled():
                return
            blurred = cv2.GaussianBlur(truth[t].astype(np.float32), (0, 0), 1.0)
            yield t, 0.02 + 0.9 * blurred

    return look


def dice(mask: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Return the overlap of two masks, 1 where both are empty."""
    total = int(mask.sum()) + int(truth.sum())
    return 2.0 * int((mask & truth).sum()) / total if total else 1.0
