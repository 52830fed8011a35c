import numpy as np

from lib.ridges.skeleton import group_lines, trace


def cross() -> np.ndarray:
    """Return (41, 41) bool: two bars, three pixels wide, that cross in the middle."""
    mask = np.zeros((41, 41), bool)
    mask[19:22, 3:38] = True
    mask[3:38, 19:22] = True
    return mask


def test_a_cross_is_cut_into_four_arms() -> None:
    skeleton = trace(cross())

    assert skeleton.n_segments == 4
    assert (skeleton.lengths[1:] >= 12).all()


def test_the_mean_along_an_arm_leaves_the_others_out() -> None:
    skeleton = trace(cross())
    values = np.zeros((41, 41))
    values[:, 25:] = 1.0

    means = skeleton.mean(values)

    assert sorted(np.round(means[1:], 1))[:3] == [0.0, 0.0, 0.0]
    assert means.max() > 0.7


def test_all_arms_together_are_all_lines_junction_included() -> None:
    skeleton = trace(cross())

    lines = skeleton.lines_of(np.ones(5, bool))

    assert (lines == skeleton.lines).all()


def test_every_pixel_takes_the_value_of_the_nearest_line() -> None:
    mask = np.zeros((20, 40), bool)
    mask[10, 2:18] = mask[10, 22:38] = True
    values = np.zeros((20, 40), np.uint8)
    values[:, :20], values[:, 20:] = 3, 7

    spread = trace(mask).spread(values)

    assert spread[2, 5] == 3
    assert spread[18, 35] == 7


def test_a_frame_without_lines_spreads_nothing() -> None:
    skeleton = trace(np.zeros((8, 9), bool))

    assert skeleton.spread(np.ones((8, 9), np.uint8)).tolist() == np.zeros((8, 9)).tolist()
    assert skeleton.n_segments == 0


def test_groups_sum_the_depth_of_connected_lines() -> None:
    lines = np.zeros((10, 10), bool)
    lines[2, :4] = lines[8, 5:7] = True

    group, scores = group_lines(lines, np.full((10, 10), 2.0, np.float32))

    assert scores[group[2, 0]] == 8.0
    assert scores[group[8, 5]] == 4.0
