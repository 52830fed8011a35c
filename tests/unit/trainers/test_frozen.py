import numpy as np
import pytest
from numpy.typing import NDArray

from lib.trainers.examples import LabelledFrame
from lib.trainers.frozen import gate_frames, speeds_ms
from lib.trainers.lessons import Lesson
from tests.model_builders import DarkEngine

SIDE = 64


class Blind:
    """Finds nothing."""

    batch = 3

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.zeros((len(stacks), 2, *stacks.shape[2:]), np.float32)


def a_lesson() -> Lesson:
    """Frames 1 and 3 of a run with a dark bar; on frame 3 nobody saw a vessel."""
    frames = np.random.default_rng(0).uniform(0.6, 0.9, (4, SIDE, SIDE)).astype(np.float32)
    bar = np.zeros((SIDE, SIDE), bool)
    bar[20:60, 30:36] = True
    frames[1][bar] -= 0.5
    finished = tuple(
        LabelledFrame("P-1", "1.2", t, frames, mask, None) for t, mask in ((1, bar), (3, np.zeros_like(bar)))
    )
    return Lesson(finished, {"vendor": "maker"})


def test_both_models_are_scored_on_the_same_frames() -> None:
    [frame] = gate_frames([a_lesson()], Blind(), DarkEngine())

    assert (frame.patient, frame.run, frame.slices) == ("P-1", "1.2", {"vendor": "maker"})
    assert frame.before == 0
    assert frame.after > frame.before


def test_the_times_of_both_are_measured_after_the_first_round(monkeypatch: pytest.MonkeyPatch) -> None:
    from lib.trainers import frozen

    monkeypatch.setattr(frozen, "SPEED_SIDE", 32)
    before, after = DarkEngine(), DarkEngine()

    times = speeds_ms(before, after)

    assert min(times) > 0
    assert before.shapes == after.shapes == [(3, 5, 32, 32)] * (frozen.SPEED_ROUNDS + 1)
