import numpy as np
import pytest

from lib.errors.measure_graph import ShortLineError
from lib.measure.centre_line import STEP_PX, CentreLine


def arc(radius: float) -> np.ndarray:
    """Return the pixels of half a circle around (100, 100)."""
    angle = np.linspace(0, np.pi, 400)
    return np.round(100 + radius * np.stack([np.sin(angle), np.cos(angle)], axis=1))


def test_samples_are_evenly_spaced_and_reach_both_ends() -> None:
    line = CentreLine.of([(10, 10), (10, 40), (25, 60)])

    steps = np.diff(line.along_px)
    assert steps == pytest.approx(STEP_PX, abs=0.02)
    assert line.yx[[0, -1]] == pytest.approx(np.array([[10, 10], [25, 60]]))


@pytest.mark.parametrize("radius", [10, 20, 50])
def test_the_staircase_of_pixels_goes_and_the_bend_stays(radius: float) -> None:
    line = CentreLine.of(arc(radius))

    off = np.linalg.norm(line.yx - 100, axis=1) - radius
    assert np.abs(off).mean() < 0.15
    assert abs(off.mean()) < 0.1
    assert line.length_px == pytest.approx(np.pi * radius, rel=0.02)


def test_normals_point_to_the_left_of_the_way() -> None:
    to_the_right = CentreLine.of([(10, 10), (10, 40)])

    assert to_the_right.tangents[5] == pytest.approx([0, 1])
    assert to_the_right.normals[5] == pytest.approx([-1, 0])


def test_a_line_moved_along_its_normals_keeps_its_distance() -> None:
    line = CentreLine.of([(10, 10), (10, 40)])

    assert line.shifted(np.full(len(line), 2.0)).yx[:, 0] == pytest.approx(8.0)


def test_a_part_and_a_turned_line_have_the_same_places() -> None:
    line = CentreLine.of([(10, 10), (10, 40)])

    assert line.part(4, 20).yx.tolist() == line.yx[4:21].tolist()
    assert line.reversed().yx.tolist() == line.yx[::-1].tolist()
    assert line.reversed().length_px == pytest.approx(30)


def test_the_nearest_sample_is_found() -> None:
    line = CentreLine.of([(10, 10), (10, 40)])

    index = line.nearest((14, 25))

    assert line.yx[index] == pytest.approx([10, 25])
    assert line.distance_px((14, 25)) == pytest.approx(4)
    assert line.index_at(15.0) == index


@pytest.mark.parametrize("points", [[(3, 4)], [(3, 4), (3, 4)]])
def test_one_place_is_no_line(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ShortLineError, match="Mark two places apart on the vessel"):
        CentreLine.of(points)


def test_one_sample_is_no_part() -> None:
    with pytest.raises(ShortLineError, match="A line of 1 point"):
        CentreLine.of([(0, 0), (0, 9)]).part(3, 3)
