import cv2
import numpy as np
import pytest

from lib.ridges.filter import depth_of, levels_for, line_means, ridge_depth, without
from tests.vessel_runs import curve

LEVELS = levels_for(10.0)


def line(angle_deg: float, width: int = 4) -> np.ndarray:
    """Return (128, 128) attenuation: 1 on a straight line through the middle, 0 beside it."""
    image = np.zeros((128, 128), np.float32)
    step = 50 * np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))])
    ends = [tuple(np.round(64 + sign * step).astype(int).tolist()) for sign in (-1, 1)]
    return cv2.line(image, ends[0], ends[1], 1.0, width)


@pytest.mark.parametrize("angle_deg", [0, 20, 45, 71, 90, 133])
def test_a_line_of_any_direction_is_found(angle_deg: float) -> None:
    depth = ridge_depth(line(angle_deg), LEVELS)

    assert depth[64, 64] > 0.6
    assert np.median(depth) < 0.02


def test_the_edge_of_something_dark_is_no_line() -> None:
    step = np.zeros((128, 128), np.float32)
    step[:, 64:] = 1.0

    assert ridge_depth(step, LEVELS).max() < 0.02


def test_the_border_of_the_picture_is_no_line() -> None:
    image = np.zeros((96, 96), np.float32)
    image[:, :4] = 1.0

    assert ridge_depth(image, LEVELS).max() < 0.02


def test_a_wide_line_needs_the_levels_for_wide_lines() -> None:
    wide = curve(((0, 256), (511, 256)), width=56, side=256)

    assert ridge_depth(wide, levels_for(4.0))[128, 128] < 0.1
    assert ridge_depth(wide, levels_for(30.0))[128, 128] > 0.3


def test_what_the_background_holds_is_taken_out() -> None:
    wire, vessel = line(90), line(0)
    means = line_means(np.maximum(wire, vessel), LEVELS)

    added = depth_of(without(means, line_means(wire, LEVELS)), wire.shape)

    assert added[64, 30] > 0.6
    assert added[30, 64] < 0.05
