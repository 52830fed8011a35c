"""A line followed through drawn runs that move, fill and empty, and through a simulated heart."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.errors.measure_run import FrameOfSiteError, MasksOfRunError, SiteOutsideFrameError
from lib.measure.centre_line import CentreLine
from lib.measure.follow import Followed, follow
from tests.moving_tree import moving_run

STRETCH = ((50, 62), (70, 66), (100, 62))
"""(y, x) along the trunk of the drawn tree."""

SWAY = [(round(6 * np.sin(t)), round(5 * np.cos(t))) for t in range(9)]
FULL = [1.0] * 9


def stretch() -> CentreLine:
    """Return the line of the frame that lies still at (0, 0)."""
    return CentreLine.of(np.array(STRETCH, np.float64))


def off_px(followed: Followed, shifts: list[tuple[float, float]], share: float) -> NDArray[np.float64]:
    """Return (T,) how far one place lies from where it was drawn."""
    begin = followed.places(share)[followed.t0]
    moved = np.array(shifts, np.float64) - np.array(shifts[followed.t0])
    return np.asarray(np.linalg.norm(followed.places(share) - begin - moved, axis=1))


def test_a_line_follows_a_vessel_that_moves_by_several_pixels_a_frame() -> None:
    shifts = [(0, 0), *SWAY[1:]]
    frames, _, _ = moving_run(shifts, FULL)

    followed = follow(frames, stretch(), 0)

    assert followed.losses == (None,) * 9
    assert max(np.median(off_px(followed, shifts, share)) for share in (0.2, 0.5, 0.8)) < 1.0


def test_motion_along_the_vessel_is_seen_by_its_branches() -> None:
    shifts = [(float(y), 0.0) for y in (0, 3, 6, 8, 6, 3, 0, -3, -6)]
    frames, _, _ = moving_run(shifts, FULL)

    followed = follow(frames, stretch(), 0)

    assert np.max(off_px(followed, shifts, 0.5)) < 2.5


def test_a_frame_without_contrast_medium_has_no_line() -> None:
    frames, _, _ = moving_run([(0, 0)] * 7, [0, 0, 1, 1, 1, 0, 0])

    followed = follow(frames, stretch(), 3)

    assert [loss == "no contrast" for loss in followed.losses] == [
        True,
        True,
        False,
        False,
        False,
        True,
        True,
    ]
    assert followed[0] is None
    assert followed.likeness[0] == 0


def test_a_line_that_leaves_the_picture_is_lost_there_and_comes_back() -> None:
    shifts = [(0.0, 0.0), (0.0, 20.0), (0.0, 40.0), (0.0, 62.0), (0.0, 75.0), (0.0, 62.0), (0.0, 40.0)]
    frames, _, _ = moving_run(shifts, FULL[:7])

    followed = follow(frames, stretch(), 0)

    assert followed[1] is not None
    assert followed[4] is None
    assert np.isnan(followed.places(0.5)[4]).all()


def test_a_wire_that_lies_in_no_mask_is_no_filled_vessel() -> None:
    frames, masks, _ = moving_run([(0, 0)] * 3, FULL[:3])
    masks[2] = False

    followed = follow(frames, stretch(), 0, masks)

    assert followed.losses == (None, None, "no contrast")


def test_a_line_beside_the_middle_stays_as_far_beside_it() -> None:
    frames, _, _ = moving_run([(0, 0), (2, 3), (0, -3)], FULL[:3])
    beside = CentreLine(stretch().yx + np.array([0.0, 1.5]))

    followed = follow(frames, beside, 0)

    assert off_px(followed, [(0, 0), (2, 3), (0, -3)], 0.5).max() < 0.8


def test_the_line_of_the_frame_where_it_was_drawn_is_not_touched() -> None:
    frames, _, _ = moving_run(SWAY, FULL)
    line = stretch()

    followed = follow(frames, line, 0)

    assert followed[0] is line
    assert followed.likeness[0] == 1


def test_one_frame_is_a_run_as_well() -> None:
    frames, _, _ = moving_run([(0, 0)], [1.0])

    assert len(follow(frames, stretch(), 0)) == 1


@pytest.mark.parametrize("t0", [-1, 3])
def test_a_frame_that_the_run_has_not_is_refused(t0: int) -> None:
    frames, _, _ = moving_run([(0, 0)] * 3, FULL[:3])

    with pytest.raises(FrameOfSiteError, match="3 frames"):
        follow(frames, stretch(), t0)


def test_a_line_outside_the_picture_is_refused() -> None:
    frames, _, _ = moving_run([(0, 0)] * 2, FULL[:2])

    with pytest.raises(SiteOutsideFrameError, match="128 x 128"):
        follow(frames, CentreLine.of([(50.0, 100.0), (50.0, 140.0)]), 0)


def test_masks_of_another_size_are_refused() -> None:
    frames, masks, _ = moving_run([(0, 0)] * 2, FULL[:2])

    with pytest.raises(MasksOfRunError, match=r"\(2, 64, 128\)"):
        follow(frames, stretch(), 0, masks[:, :64])


def test_a_large_picture_is_followed_as_well() -> None:
    shifts = [(0, 0), (3, 2), (-2, 4)]
    small, _, _ = moving_run(shifts, FULL[:3])
    frames: Frames = np.stack([cv2.resize(frame, (640, 640)) for frame in small]).astype(np.float32)
    line = CentreLine.of((np.array(STRETCH) + 0.5) * 5 - 0.5)

    followed = follow(frames, line, 0)

    assert off_px(followed, [(5 * y, 5 * x) for y, x in shifts], 0.5).max() < 4
