"""How full the vessels are, frame by frame."""

import numpy as np
import pytest

from lib.errors.measure_run import MasksOfRunError
from lib.measure.contrast import best_contrast, filling, vessel_area_px
from tests.moving_tree import moving_run

LEVELS = [0, 0.3, 0.6, 1, 0.8, 0.5, 0.2, 0]


def test_the_frame_with_most_contrast_medium_is_the_best() -> None:
    frames, masks, _ = moving_run([(0, 0)] * 8, LEVELS)

    assert abs(best_contrast(frames) - 3) <= 1
    assert abs(best_contrast(frames, masks) - 3) <= 1


def test_filling_goes_from_nothing_to_one_as_the_contrast_medium_does() -> None:
    frames, _, _ = moving_run([(0, 0)] * 8, LEVELS)

    full = filling(frames)

    assert (full.min(), full.max()) == (0, 1)
    assert np.corrcoef(full, LEVELS)[0, 1] > 0.9


def test_what_is_dark_in_every_frame_counts_in_none() -> None:
    frames, masks, _ = moving_run([(0, 0)] * 8, LEVELS)
    frames[:, 20:24, :] *= 0.4

    assert filling(frames)[0] < 0.05
    assert abs(best_contrast(frames, masks) - 3) <= 1


def test_dark_things_outside_the_masks_do_not_count() -> None:
    frames, masks, _ = moving_run([(0, 0)] * 8, LEVELS)
    frames[6:, 5:40:8, :] *= 0.3

    assert best_contrast(frames) >= 6
    assert abs(best_contrast(frames, masks) - 3) <= 1


def test_the_area_is_counted_frame_by_frame() -> None:
    masks = np.zeros((3, 8, 8), bool)
    masks[1, :2, :3] = True

    assert vessel_area_px(masks).tolist() == [0, 6, 0]


def test_masks_of_another_run_are_refused() -> None:
    frames, masks, _ = moving_run([(0, 0)] * 2, [1, 1])

    with pytest.raises(MasksOfRunError, match="one mask for each frame"):
        filling(frames, masks[:1])
