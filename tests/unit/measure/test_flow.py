"""Contrast medium that runs down a drawn vessel by the phantom's own law, timed at places along it."""

from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.errors.measure_run import CurveLengthError, NoArrivalError, NoFrameTimesError, NoValueInRunError
from lib.measure.centre_line import CentreLine
from lib.measure.flow import DensityCurve, Place, arrival, places_along, time_density
from lib.measure.flow_timi import timi_frame_count
from lib.measure.follow import Followed
from lib.phantom import draw_scenario
from lib.phantom.physiology.flow import concentration

FLOW = draw_scenario(9001, "coronary", is_dsa=False).flow
N_FRAMES, LENGTH_PX, SPEED_PX_S = 45, 100, 120.0
LINE = CentreLine.of([(30.0, 10.0), (30.0, 10.0 + LENGTH_PX)])


@lru_cache
def run(frame_ms: float = 66.7, n_frames: int = N_FRAMES) -> Frames:
    """Return a straight vessel, 8 pixels wide, that fills from x = 10 to x = 110 with a constant speed."""
    x = np.arange(128)
    way_s = np.clip(x - 10, 0, None) / SPEED_PX_S
    random = np.random.default_rng(4)
    frames = []
    for t in range(n_frames):
        depth = np.zeros((60, 128), np.float32)
        depth[26:34] = 0.5 * concentration(way_s, FLOW, t * frame_ms / 1000)
        bright = 0.8 * np.exp(-cv2.GaussianBlur(depth, (0, 0), 1.0))
        frames.append(bright + random.normal(0, 0.01, bright.shape))
    return np.stack(frames).astype(np.float32)


def still(n_frames: int = N_FRAMES, seen: slice = np.s_[12:40]) -> Followed:
    """Return the line as if it was followed in the frames in which contrast medium shows it."""
    lines = [LINE if t in range(n_frames)[seen] else None for t in range(n_frames)]
    return Followed(20, tuple(lines), (None,) * n_frames, np.ones(n_frames))


def times(frame_ms: float = 66.7, n_frames: int = N_FRAMES) -> list[float]:
    """Return when the frames were taken."""
    return [frame_ms * t for t in range(n_frames)]


def curves(count: int = 3) -> tuple[DensityCurve, ...]:
    """Return the curves of places along the vessel."""
    return time_density(run(), places_along(still(), 4.0, count), times())


def test_places_lie_evenly_along_the_line() -> None:
    places = places_along(still(), 4.0, 3)

    assert [place.name for place in places] == [f"{n} px along the line" for n in (0, 50, 100)]
    assert [place.yx[20, 1] for place in places] == pytest.approx([10, 60, 110])
    assert np.isnan(places[0].yx[0]).all()


def test_arrival_is_within_one_frame_of_the_true_one() -> None:
    for curve, way_px in zip(curves(), (0, 50, 100), strict=True):
        true_ms = 1000 * (FLOW.begin_s + way_px / SPEED_PX_S)
        found = arrival(curve).time_ms

        assert found == pytest.approx(true_ms, abs=67)


def test_the_density_is_nothing_before_the_contrast_medium_and_most_with_it() -> None:
    density = curves()[1].density

    assert abs(density[:3]).max() < 0.02
    assert density.max() > 0.15


def test_the_timi_count_is_the_way_at_thirty_frames_a_second() -> None:
    first, *_, last = curves()

    count = timi_frame_count(first, last)

    assert count.frames == pytest.approx(30 * LENGTH_PX / SPEED_PX_S, rel=0.1)
    assert count.frames_of_run == pytest.approx(count.frames / 2, rel=0.01)
    assert count.resolution == pytest.approx(2, abs=0.01)
    assert count.words.startswith(f"The TIMI frame count is {count.frames:.0f} at 30 frames a second")


def test_the_count_of_the_anterior_descending_artery_is_corrected_for_its_length() -> None:
    first, *_, last = curves()

    count = timi_frame_count(first, last, is_lad=True)

    assert count.corrected == pytest.approx(count.frames / 1.7)
    assert "LAD" in count.words


def test_the_count_does_not_depend_on_the_rate_of_the_run() -> None:
    places = places_along(still(90), 4.0, 2)
    quick = time_density(run(33.3, 90), places, times(33.3, 90))
    first, *_, last = curves()

    assert timi_frame_count(*quick).frames == pytest.approx(timi_frame_count(first, last).frames, abs=1.5)


def test_without_frame_times_there_is_an_arrival_in_frames_and_no_count() -> None:
    first, last = time_density(run(), places_along(still(), 4.0, 2), [0.0] * N_FRAMES)

    assert arrival(first).time_ms is None
    with pytest.raises(NoFrameTimesError, match="Frame Time"):
        timi_frame_count(first, last)


def test_a_vessel_that_is_full_from_the_beginning_has_no_arrival() -> None:
    frames = run()[25:36]

    with pytest.raises(NoArrivalError, match="first frame already"):
        arrival(time_density(frames, [spot(11)])[0])


def test_a_place_where_nothing_comes_has_no_arrival() -> None:
    with pytest.raises(NoArrivalError, match="does not rise"):
        arrival(time_density(run(), [spot(N_FRAMES, y=50.0)])[0])


def test_a_run_that_fills_backwards_has_no_count() -> None:
    first, *_, last = curves()

    with pytest.raises(NoArrivalError, match="before the origin"):
        timi_frame_count(last, first)


def test_a_place_is_sought_where_the_nearest_frame_had_it() -> None:
    everywhere = spot(N_FRAMES)
    here_and_there = Place("there", everywhere.yx.copy(), 4.0)
    here_and_there.yx[[0, 1, 2, 30, 44]] = np.nan

    (whole, gappy) = time_density(run(), [everywhere, here_and_there])

    assert np.array_equal(whole.density, gappy.density)


def test_a_place_that_no_frame_knows_has_no_curve() -> None:
    with pytest.raises(NoValueInRunError):
        time_density(run(), [Place("nowhere", np.full((N_FRAMES, 2), np.nan), 4.0)])


def test_a_place_needs_a_position_for_each_frame() -> None:
    with pytest.raises(CurveLengthError, match=f"44 values for {N_FRAMES} frames"):
        time_density(run(), [spot(44)])


def spot(n_frames: int, y: float = 30.0) -> Place:
    """Return a place in the middle of the vessel, or beside it."""
    yx: NDArray[np.float64] = np.tile([y, 60.0], (n_frames, 1))
    return Place("there", yx, 4.0)
