"""One frame by itself gets what it gets when the whole run is segmented."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.networks.one_frame import probabilities_at
from lib.networks.runtime import segment_run
from lib.networks.sizes import working_size


class EchoEngine:
    """Answers with two channels of its input, so that any difference in the stack shows."""

    batch = 2

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray(stacks[:, [1, 3]] * stacks[:, [0, 2]])


@pytest.mark.parametrize("side", [96, 800])
@pytest.mark.parametrize("t", [0, 7, 19])
def test_one_frame_is_seen_as_in_the_whole_run(side: int, t: int) -> None:
    frames = np.random.default_rng(3).random((20, side, side), np.float32)

    alone = probabilities_at(frames, t, EchoEngine())

    whole = dict(segment_run(frames, EchoEngine()))[t]
    size = working_size(side, side)
    assert alone.shape == (2, *size.working)
    np.testing.assert_array_equal(size.to_native(alone), whole)


def test_a_run_of_one_grey_shows_nothing() -> None:
    assert not probabilities_at(np.full((3, 64, 64), 0.5, np.float32), 1, EchoEngine()).any()
