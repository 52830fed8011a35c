"""Tidying a mask: keep what was clicked, leave out specks, fill holes."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.interaction.prompts import Point


@dataclass(frozen=True)
class CleanUp:
    """What is tidied after each prompt; nothing by default.

    Attributes:
        only_clicked: Keep the connected parts that were clicked; all of them where none was.
        min_area_px: Connected parts of fewer pixels are left out, unless they were clicked.
        fill_holes_px: Holes of up to so many pixels are filled.
    """

    only_clicked: bool = False
    min_area_px: int = 0
    fill_holes_px: int = 0


def clean_up(mask: NDArray[np.bool_], rules: CleanUp, clicked: Sequence[Point] = ()) -> NDArray[np.bool_]:
    """Return a mask, (H, W), tidied.

    Args:
        mask: (H, W).
        rules: What is done.
        clicked: (y, x) inside the frame, where a person said that the label is.
    """
    if rules.only_clicked or rules.min_area_px > 1:
        mask = _without_parts(mask, rules, clicked)
    return _filled(mask, rules.fill_holes_px) if rules.fill_holes_px > 0 else mask


def _without_parts(mask: NDArray[np.bool_], rules: CleanUp, clicked: Sequence[Point]) -> NDArray[np.bool_]:
    parts, areas = _parts(mask, connectivity=8)
    was_clicked = np.zeros(len(areas), bool)
    was_clicked[[parts[round(y), round(x)] for y, x in clicked]] = True
    was_clicked[0] = False
    stays = (areas >= rules.min_area_px) | was_clicked
    if rules.only_clicked and was_clicked.any():
        stays = was_clicked
    stays[0] = False
    return np.asarray(stays[parts], bool)


def _filled(mask: NDArray[np.bool_], most_px: int) -> NDArray[np.bool_]:
    """Fill what is not mask, does not reach the frame's border, and is small enough."""
    parts, areas = _parts(~mask, connectivity=4)
    is_hole = areas <= most_px
    is_hole[0] = False
    for border in (parts[0], parts[-1], parts[:, 0], parts[:, -1]):
        is_hole[border] = False
    return np.asarray(mask | is_hole[parts], bool)


def _parts(mask: NDArray[np.bool_], connectivity: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return which connected part each pixel is of, 0 for none, and the parts' areas in pixels."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=connectivity)
    return parts, stats[:, cv2.CC_STAT_AREA]
