"""A stretch of coronary artery followed through a simulated heartbeat, beside the true points."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lib.measure.centre_line import CentreLine
from lib.measure.follow import Followed, follow
from lib.phantom import PhantomRun, draw_scenario, simulate

T0, BRANCH = 3, "circumflex distal"


@lru_cache
def run() -> PhantomRun:
    """Return seven frames of a full heart, most of a systole."""
    return simulate(draw_scenario(9001, "coronary", is_dsa=False, size=160), range(34, 41))


def truth(t: int) -> dict[int, NDArray[np.float64]]:
    """Return y, x of the branch's points in a frame."""
    line = next(line for line in run().truth.centre_lines[t] if line.name == BRANCH)
    return dict(zip(line.points.tolist(), line.yx, strict=True))


@lru_cache
def followed() -> tuple[list[int], Followed]:
    """Return the points of the stretch, in order, and where it was followed to."""
    points = sorted(truth(T0))
    stretch = points[len(points) // 5 : -len(points) // 5]
    line = CentreLine.of([truth(T0)[point] for point in stretch])
    return stretch, follow(run().display(), line, T0, run().truth.vessel)


def test_every_frame_of_a_full_heart_has_the_line() -> None:
    _, lines = followed()

    assert all(line is not None for line in lines)


def test_the_line_lies_on_the_true_middle_in_every_frame() -> None:
    stretch, lines = followed()

    for t, line in enumerate(lines):
        assert line is not None
        seen = truth(t)
        assert np.median([line.distance_px(seen[point]) for point in stretch if point in seen]) < 0.7


def test_the_middle_of_the_line_stays_at_its_place_in_the_heart() -> None:
    stretch, lines = followed()
    places = lines.places(0.5)
    middle = min(stretch, key=lambda point: float(np.linalg.norm(truth(T0)[point] - places[T0])))

    off = [np.linalg.norm(places[t] - truth(t)[middle]) for t in range(len(lines)) if middle in truth(t)]

    moved = [np.linalg.norm(truth(T0)[middle] - truth(t)[middle]) for t in range(len(lines))]
    assert max(moved) > 5
    assert np.median(off) < 2
