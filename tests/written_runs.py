"""Small moving runs with writing in them, for tests of burned-in text."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def moving_run(n_frames: int = 6, rows: int = 128, columns: int = 256, seed: int = 1) -> NDArray[np.uint8]:
    """Return (T, H, W) frames of a soft, noisy picture in which a dark vessel moves."""
    random = np.random.default_rng(seed)
    ground = 110 + 40 * np.linspace(0, 1, columns)[None, :] + 10 * np.linspace(0, 1, rows)[:, None]
    frames = ground + random.normal(0, 4, (n_frames, rows, columns))
    for t in range(n_frames):
        left = 40 + 3 * t
        frames[t] -= 50 * _tube(rows, columns, left)
    return frames.clip(20, 235).round().astype(np.uint8)


def write(
    frames: NDArray[Any], text: str, x: int = 20, y: int = 30, value: int = 255, scale: float = 0.6
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return frames with text on all of them, and (H, W), where its ink is."""
    ink = np.zeros(frames.shape[1:3], np.uint8)
    cv2.putText(ink, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, cv2.LINE_AA)
    written = frames.copy()
    written[:, ink > 127] = value
    return written, ink > 127


def _tube(rows: int, columns: int, left: int) -> NDArray[np.float32]:
    canvas = np.zeros((rows, columns), np.float32)
    cv2.line(canvas, (left, rows), (left + 90, rows // 2), 1.0, 6, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(canvas, (5, 5), 1.2), np.float32)
