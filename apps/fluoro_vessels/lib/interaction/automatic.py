"""The mask before the first click: the main branches of what the network is sure of.

A main branch that is missing costs one click, a twig that nobody wants costs one too; on simulated frames,
with whole trees and with main branches wanted, these together start nearest to both.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.ridges.filter import Image
from lib.ridges.main_branches import main_branches

SURE: Final = 0.95
"""Probability that a pixel needs."""


def automatic_mask(vessel: Image, device: Image, lumen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (h, w), from probabilities of vessel and device, with the walls of the over-complete lumen."""
    sure = main_branches(lumen & (vessel > SURE) & (vessel >= device))
    near = cv2.dilate(sure.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray(lumen & near, bool)
