import numpy as np
import pytest

from lib.arrays import Frames
from lib.networks.stack import CLIP, STACK, background_of, stack_at

SIDE = 96


def run(n_frames: int = 5) -> Frames:
    """Return frames with a dark vessel that moves down, on a slope of brightness."""
    random = np.random.default_rng(0)
    slope = np.linspace(0.3, 0.8, SIDE, dtype=np.float32)
    frames = np.tile(slope, (n_frames, SIDE, 1)) + random.normal(0, 0.02, (n_frames, SIDE, SIDE))
    for t in range(n_frames):
        frames[t, 20 + 8 * t : 24 + 8 * t] -= 0.25
    return np.clip(frames, 0, 1).astype(np.float32)


def test_a_stack_has_the_frame_between_its_neighbours() -> None:
    frames = run()

    stack = stack_at(frames, 2, background_of(frames))

    assert stack.shape == (len(STACK), SIDE, SIDE)
    assert stack.dtype == np.float32
    darkest_rows = [int(plane.mean(axis=1).argmin()) for plane in stack[:3]]
    assert darkest_rows == pytest.approx([29, 37, 45], abs=2)


def test_at_its_ends_a_run_is_repeated() -> None:
    frames = run()
    background = background_of(frames)

    first, last = stack_at(frames, 0, background), stack_at(frames, 4, background)

    np.testing.assert_array_equal(first[0], first[1])
    np.testing.assert_array_equal(last[2], last[1])


def test_a_single_frame_is_all_of_its_run() -> None:
    frames = run(1)

    stack = stack_at(frames, 0, background_of(frames))

    for channel in (0, 2, 3):
        np.testing.assert_array_equal(stack[channel], stack[1])


def test_the_background_holds_no_moving_vessel() -> None:
    background = background_of(run())

    assert background.mean(axis=1).min() > 0.5


@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0.1), (0.25, 0.6)])
def test_another_window_gives_the_same_stack(gain: float, offset: float) -> None:
    frames = run()
    windowed = (gain * frames + offset).astype(np.float32)

    stack = stack_at(frames, 2, background_of(frames))
    other = stack_at(windowed, 2, background_of(windowed))

    np.testing.assert_allclose(other, stack, atol=0.01)


def test_the_border_of_the_field_is_zero_and_changes_nothing_inside() -> None:
    frames = run()
    bordered = frames.copy()
    bordered[:, :, :20] = 0

    stack = stack_at(bordered, 2, background_of(bordered))

    assert not stack[:, :, :19].any()
    assert abs(float(np.median(stack[1, :, 25:]))) < 0.3


def test_local_contrast_lifts_a_faint_vessel_on_a_steep_slope() -> None:
    frames = run()

    local = stack_at(frames, 2, background_of(frames))[4]

    assert local[37:39].mean() < local[50:60].mean() - 0.7


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_even_picture_is_no_trouble(value: float) -> None:
    frames = np.full((3, 64, 64), value, np.float32)

    stack = stack_at(frames, 1, background_of(frames))

    assert np.isfinite(stack).all()
    assert np.abs(stack).max() <= CLIP


def test_a_vessel_over_a_saturated_background_is_still_seen() -> None:
    frames = run()
    frames[:, :, :30] = 1.0
    frames[2, 40:44, :30] = 0.4

    stack = stack_at(frames, 2, background_of(frames))

    assert (stack[1, 40:44, 2:28] < -0.1).all()
