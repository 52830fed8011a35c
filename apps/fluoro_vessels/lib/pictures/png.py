"""Frames and pictures as PNG."""

import cv2
import numpy as np

from lib.arrays import Frame, Picture


def frame_png(frame: Frame) -> bytes:
    """Return a frame (H, W) in [0, 1] as an 8-bit grey PNG."""
    grey = np.rint(np.clip(frame, 0.0, 1.0) * 255.0).astype(np.uint8)
    return bytes(cv2.imencode(".png", grey)[1])


def picture_png(picture: Picture) -> bytes:
    """Return an RGB picture (H, W, 3) as PNG."""
    return bytes(cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1])
