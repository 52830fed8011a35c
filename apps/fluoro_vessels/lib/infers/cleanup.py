"""From the probabilities of a frame to its label map: two thresholds, specks, main branches."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

VESSEL: Final = 1
DEVICE: Final = 2
CERTAIN_PX: Final = 80
"""A few pixels are certain by chance."""


@dataclass(frozen=True)
class Rules:
    """What becomes of probabilities.

    Attributes:
        threshold: Probability that a pixel needs.
        certainty: Probability that a connected piece needs in CERTAIN_PX of its pixels; 0 asks for none.
        min_area_px: Connected pixels of a class that are fewer are left out.
        min_length_px: So are those whose bounding box has a shorter diagonal.
        only_main: Keep the main branches of the vessels only.
    """

    threshold: float = 0.5
    certainty: float = 0.0
    min_area_px: int = 0
    min_length_px: float = 0.0
    only_main: bool = False


def classes_of(probabilities: NDArray[np.float32], rules: Rules) -> NDArray[np.uint8]:
    """Return (H, W): 0 nothing, 1 vessel, 2 device.

    A thin branch may be faint where it hangs on something that is certain; a faint thing by itself is noise.

    Paper:
        Canny 1986, doi:10.1109/TPAMI.1986.4767851: two thresholds with hysteresis.

    Args:
        probabilities: (2, H, W) in [0, 1] of vessel and device; where both reach the threshold, the larger
            one decides, and the vessel where they are equal.
        rules: See there.
    """
    vessel, device = probabilities
    is_vessel = (vessel >= rules.threshold) & (vessel >= device)
    is_device = (device >= rules.threshold) & (device > vessel)
    is_vessel = without_specks(is_vessel, vessel, rules)
    is_device = without_specks(is_device, device, rules)
    if rules.only_main:
        from lib.ridges.main_branches import main_branches

        is_vessel = main_branches(is_vessel)
    return np.asarray(is_vessel * np.uint8(VESSEL) + is_device * np.uint8(DEVICE), np.uint8)


def without_specks(
    mask: NDArray[np.bool_], probability: NDArray[np.float32], rules: Rules
) -> NDArray[np.bool_]:
    """Return (H, W) without the connected parts that are too small, too short or nowhere certain."""
    if rules.min_area_px <= 1 and rules.min_length_px <= 1 and not rules.certainty:
        return mask
    n_parts, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    lengths = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    stays = (stats[:, cv2.CC_STAT_AREA] >= rules.min_area_px) & (lengths >= rules.min_length_px)
    if rules.certainty:
        certain = np.bincount(parts[mask & (probability >= rules.certainty)], minlength=n_parts)
        stays &= certain >= CERTAIN_PX
    stays[0] = False
    return np.asarray(stays[parts], bool)
