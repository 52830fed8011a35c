from dataclasses import replace

import numpy as np
import pytest

from lib.frames.cine import RunHeader
from lib.ridges.contrast import LEAST_STRENGTH, run_strength
from lib.ridges.grid import grid_for
from tests.vessel_runs import cine_of


def header(side: int, spacing_mm: float | None = None) -> RunHeader:
    return cine_of(np.zeros((1, side, side)), spacing_mm).header


def test_an_uncalibrated_run_is_worked_on_at_512() -> None:
    assert grid_for(header(1024)).fine == (512, 512)
    assert grid_for(header(512)).fine == (512, 512)


def test_a_calibrated_run_is_worked_on_at_the_usual_pixel_size() -> None:
    grid = grid_for(header(1024, 0.154))

    assert grid.fine[0] == pytest.approx(1024 * 0.154 / 0.28, abs=1)
    assert grid.fine_mm == pytest.approx(0.28, abs=0.001)


def test_a_size_near_the_usual_one_is_left_as_it_is() -> None:
    assert grid_for(header(512, 0.3)).fine == (512, 512)


def test_a_spacing_that_no_detector_has_is_not_believed() -> None:
    grid = grid_for(header(512, 5.0))

    assert max(grid.fine) <= 768
    assert grid.fine_mm <= 0.45


def test_a_small_picture_is_not_enlarged_beyond_twice() -> None:
    assert grid_for(header(64)).fine == (128, 128)


def test_sides_keep_their_proportion() -> None:
    grid = grid_for(replace(header(1024), rows=512))

    assert (grid.native, grid.fine, grid.coarse) == ((512, 1024), (256, 512), (128, 256))


def test_one_odd_frame_does_not_make_a_run_strong() -> None:
    per_frame = np.array([0.1, 0.1, 0.9, 0.1, 0.2, 0.3, 0.3, 0.3])

    assert run_strength(per_frame, noise=0.0) == pytest.approx(0.3)


def test_noise_is_never_taken_for_contrast() -> None:
    assert run_strength(np.array([0.01]), noise=0.001) == LEAST_STRENGTH
    assert run_strength(np.array([0.1]), noise=0.02) == pytest.approx(0.24)
