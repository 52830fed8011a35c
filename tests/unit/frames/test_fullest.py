"""The frame to look at."""

import numpy as np
import pytest

from lib.arrays import Frames
from lib.frames.fullest import fullest_frame


def run(amounts: list[float], size: int = 128) -> Frames:
    """Return a noisy run with a catheter at rest and a vessel as full as `amounts` says."""
    noise = np.random.default_rng(3).normal(0.7, 0.01, (len(amounts), size, size))
    noise[:, :, 20:24] -= 0.4
    for t, amount in enumerate(amounts):
        noise[t, size // 2 : size // 2 + 4, 30:] -= amount
    return noise.clip(0, 1).astype(np.float32)


@pytest.mark.parametrize("full", [0, 3, 6, 11])
def test_the_frame_with_most_contrast_is_found(full: int) -> None:
    amounts = [max(0.0, 0.4 - 0.06 * abs(t - full)) for t in range(12)]

    assert fullest_frame(run(amounts)) == full


def test_a_wide_dark_region_is_no_vessel() -> None:
    frames = run([0, 0.1, 0.2, 0.3, 0.2, 0.1, 0, 0])
    frames[7, 40:] -= 0.5

    assert fullest_frame(frames) == 3


def test_a_run_without_contrast_and_a_single_frame_give_the_first() -> None:
    assert fullest_frame(np.full((5, 32, 32), 0.5, np.float32)) == 0
    assert fullest_frame(run([0.3])) == 0


def test_large_frames_are_compared_small() -> None:
    assert fullest_frame(run([0, 0.1, 0.3, 0.1, 0], size=600)) == 2
