"""From key frames to a run: directions, ranges, finished frames, blending, cancelling."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.errors import CancelledError, FrameRangeError, KeyFrameError, NoKeyFrameError
from lib.propagation.propagate import propagate
from lib.propagation.tracker import Guess, MaskImage, Watch

FRAMES = np.zeros((9, 8, 8), np.float32)


class StillTracker:
    """Leaves a key where it is, and writes down what it was asked."""

    name = "still"
    version = "1"

    def __init__(self, confidence: float = 0.8) -> None:
        self.confidence = confidence
        self.walks: list[tuple[int, list[int]]] = []

    def study(self, frames: Frames, times: range, watch: Watch) -> "StillTracker":  # noqa: ARG002
        watch.reached(1.0)
        return self

    def follow(self, t: int, key: MaskImage, path: range) -> Iterator[Guess]:
        self.walks.append((t, list(path)))
        for other in path:
            yield Guess(other, key.astype(np.float32), self.confidence)


def square(at: int) -> NDArray[np.bool_]:
    mask = np.zeros((8, 8), np.bool_)
    mask[at : at + 2, at : at + 2] = True
    return mask


def test_one_key_reaches_every_frame_in_both_directions() -> None:
    tracker = StillTracker()

    result = propagate(FRAMES, {4: square(2)}, tracker)

    assert tracker.walks == [(4, [3, 2, 1, 0]), (4, [5, 6, 7, 8])]
    assert (result.masks == square(2)).all()


def test_a_key_frame_stays_bit_by_bit_and_is_certain() -> None:
    result = propagate(FRAMES, {4: square(2)}, StillTracker())

    assert (result.masks[4] == square(2)).all()
    assert result.confidence[4] == 1.0
    assert result.confidence.dtype == np.float32
    assert (result.confidence[[0, 8]] < 1.0).all()


def test_a_finished_frame_stays_bit_by_bit() -> None:
    result = propagate(FRAMES, {4: square(2)}, StillTracker(), finished={6: square(5)})

    assert (result.masks[6] == square(5)).all()
    assert result.confidence[6] == 1.0
    assert (result.masks[7] == square(2)).all()


def test_only_the_wanted_frames_are_filled() -> None:
    result = propagate(FRAMES, {4: square(2)}, StillTracker(), wanted=range(5, 7))

    assert [bool(mask.any()) for mask in result.masks] == [t in (4, 5, 6) for t in range(9)]
    assert result.confidence[3] == 0.0


def test_a_key_beside_the_wanted_frames_walks_to_them() -> None:
    tracker = StillTracker()

    result = propagate(FRAMES, {1: square(2)}, tracker, wanted=range(5, 7))

    assert tracker.walks == [(1, [2, 3, 4, 5, 6])]
    assert [bool(mask.any()) for mask in result.masks] == [t in (1, 5, 6) for t in range(9)]


def test_between_two_keys_the_nearer_one_decides() -> None:
    result = propagate(FRAMES, {0: square(0), 8: square(5)}, StillTracker())

    assert (result.masks[1] == square(0)).all()
    assert (result.masks[7] == square(5)).all()


def test_frames_on_which_two_keys_disagree_are_less_sure() -> None:
    apart = propagate(FRAMES, {0: square(0), 8: square(5)}, StillTracker())
    alike = propagate(FRAMES, {0: square(0), 8: square(0)}, StillTracker())

    assert apart.confidence[3] < alike.confidence[3]


def test_an_empty_key_says_that_nothing_is_there_beside_it() -> None:
    result = propagate(FRAMES, {0: np.zeros((8, 8), np.bool_), 8: square(5)}, StillTracker())

    assert not result.masks[1].any()
    assert (result.masks[7] == square(5)).all()


def test_progress_rises_to_one() -> None:
    told: list[float] = []

    propagate(FRAMES, {4: square(2)}, StillTracker(), on_progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > len(FRAMES)


def test_a_cancelled_propagation_gives_nothing_and_stops_at_the_next_frame() -> None:
    told: list[float] = []

    with pytest.raises(CancelledError, match="was cancelled"):
        propagate(
            FRAMES,
            {4: square(2)},
            StillTracker(),
            on_progress=told.append,
            is_cancelled=lambda: len(told) >= 3,
        )

    assert len(told) == 3


def test_no_key_with_a_pixel_is_refused() -> None:
    with pytest.raises(NoKeyFrameError, match="Draw the vessels on one frame first"):
        propagate(FRAMES, {4: np.zeros((8, 8), np.bool_)}, StillTracker())


def test_a_key_of_another_shape_is_refused() -> None:
    with pytest.raises(KeyFrameError, match="frame 5 cannot be used: it has 4 x 4 pixels, the frame 8 x 8"):
        propagate(FRAMES, {4: np.ones((4, 4), np.bool_)}, StillTracker())


def test_a_key_beside_the_run_is_refused() -> None:
    with pytest.raises(KeyFrameError, match="frame 10 cannot be used: the run has frames 1 to 9"):
        propagate(FRAMES, {9: square(2)}, StillTracker())


@pytest.mark.parametrize("wanted", [range(5, 12), range(-1, 3), range(3, 3), range(0, 6, 2)])
def test_frames_that_the_run_does_not_have_are_refused(wanted: range) -> None:
    with pytest.raises(FrameRangeError, match="the run has frames 1 to 9"):
        propagate(FRAMES, {4: square(2)}, StillTracker(), wanted=wanted)
