import numpy as np
import pytest
from numpy.typing import NDArray

from lib.activelearning.embedding import N_NUMBERS
from lib.activelearning.look import look, times_to_look
from lib.activelearning.uncertainty import class_entropy, disagreement, frame_uncertainty
from lib.errors import ImageSizeError

SIDE = 96


class LevelEngine:
    """Says that what is dark is a vessel, with a probability that may be told for each shape of batch."""

    batch = 2

    def __init__(self, probability: float = 0.99) -> None:
        self.n_stacks = 0
        self._probability = probability

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        self.n_stacks += len(stacks)
        vessel = np.where(stacks[:, 1] < -1.0, self._probability, 0.01)
        return np.stack([vessel, np.full_like(vessel, 0.01)], axis=1).astype(np.float32)


def a_run(n_frames: int = 8, column: int = 40, shift: int = 0) -> NDArray[np.float32]:
    """A light picture with a dark vertical vessel, which may jump from frame to frame."""
    frames = np.full((n_frames, SIDE, SIDE), 0.8, np.float32)
    frames += np.random.default_rng(0).normal(0, 0.01, frames.shape).astype(np.float32)
    for t in range(n_frames):
        start = column + shift * (t % 2)
        frames[t, 10:-10, start : start + 5] = 0.2
    return np.clip(frames, 0, 1)


def a_plane(value: float, n_columns: int) -> NDArray[np.float32]:
    """Probability 0 but for some columns."""
    plane = np.zeros((SIDE, SIDE), np.float32)
    plane[:, :n_columns] = value
    return plane


def test_a_network_that_is_sure_of_its_vessel_is_less_uncertain_than_one_that_is_not() -> None:
    sure = look(a_run(), LevelEngine(0.99), [2, 5])
    unsure = look(a_run(), LevelEngine(0.5), [2, 5])

    assert sure.uncertainty < 0.1
    assert unsure.uncertainty > 0.6
    assert unsure.foreground == pytest.approx(sure.foreground)
    assert sure.foreground == pytest.approx(76 * 5 / SIDE**2, rel=0.05)


def test_frames_come_the_most_uncertain_first() -> None:
    frames = a_run(6)
    frames[4:, 10:-10, 40:45] = 0.8
    frames[4, 10:-10, 80:85] = 0.2

    found = look(frames, LevelEngine(), [1, 4])

    assert [t for t, _ in found.frames] == [4, 1]
    assert found.uncertainty == pytest.approx(np.mean([value for _, value in found.frames]))


def test_each_frame_is_looked_at_once_and_a_pause_is_possible_before_each() -> None:
    engine, pauses = LevelEngine(), []

    look(a_run(), engine, [3, 4, 7], pause=lambda: pauses.append(1))

    assert engine.n_stacks == len({3, 4, 5, 6, 7})
    assert len(pauses) == 3


def test_a_run_of_one_frame_has_no_neighbour() -> None:
    engine = LevelEngine()

    assert look(a_run(1), engine, [0]).uncertainty < 0.1
    assert engine.n_stacks == 1


def test_a_grey_run_needs_no_network() -> None:
    engine = LevelEngine()

    found = look(np.full((3, SIDE, SIDE), 0.5, np.float32), engine, [0, 2])

    assert engine.n_stacks == 0
    assert (found.uncertainty, found.foreground) == (0.0, 0.0)
    assert found.embedding.shape == (N_NUMBERS,)


def test_a_picture_that_is_too_small_is_refused() -> None:
    with pytest.raises(ImageSizeError):
        look(np.random.default_rng(0).random((2, 20, 20), np.float32), LevelEngine(), [0])


def test_runs_that_look_alike_lie_near_to_each_other() -> None:
    left, beside, right = (look(a_run(column=x), LevelEngine(), [2, 5]).embedding for x in (20, 22, 70))

    assert np.linalg.norm(left) == pytest.approx(1.0, rel=1e-5)
    assert np.linalg.norm(left - beside) < np.linalg.norm(left - right) / 2


def test_the_background_says_nothing_about_how_unsure_a_network_is() -> None:
    narrow = class_entropy(np.stack([a_plane(0.5, 10), a_plane(0.01, 96)]))
    wide = class_entropy(np.stack([a_plane(0.5, 60), a_plane(0.01, 96)]))

    assert narrow == pytest.approx(wide, rel=0.02)
    assert narrow > 0.9


def test_a_small_class_counts_as_much_as_a_large_one_but_a_few_pixels_do_not() -> None:
    sure_vessel = a_plane(0.999, 60)
    stray = np.zeros((SIDE, SIDE), np.float32)
    stray[0, :1] = 0.5

    assert class_entropy(np.stack([sure_vessel, a_plane(0.5, 10)])) == pytest.approx(0.5, abs=0.02)
    assert class_entropy(np.stack([sure_vessel, stray])) < 0.12


def test_frames_disagree_where_a_vessel_vanishes_but_not_where_it_moves_a_little() -> None:
    here = np.zeros((SIDE, SIDE), np.float32)
    here[:, 40:44] = 0.9
    there, far = np.roll(here, 2, axis=1), np.roll(here, 30, axis=1)

    assert disagreement(here, there) < 0.05
    assert disagreement(here, far) > 0.8
    assert disagreement(here, np.zeros_like(here)) == pytest.approx(0.45, abs=0.05)


def test_disagreement_in_time_adds_to_the_uncertainty() -> None:
    here = np.stack([a_plane(0.95, 5), a_plane(0.0, 5)])

    assert frame_uncertainty(here, here[:, :, ::-1].copy()) > frame_uncertainty(here, here) + 0.2


@pytest.mark.parametrize(
    ("n_frames", "fullest", "n_times", "times"),
    [
        (1, 0, 4, [0]),
        (3, 1, 4, [0, 1]),
        (41, 20, 4, [10, 20, 23, 30]),
        (40, 39, 2, [19, 39]),
        (9, 4, 1, [4]),
    ],
)
def test_the_frames_looked_at_lie_around_the_fullest_one(
    n_frames: int, fullest: int, n_times: int, times: list[int]
) -> None:
    assert times_to_look(n_frames, fullest, n_times) == times
