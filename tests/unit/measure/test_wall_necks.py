"""Short and tight necks: the fit may not smooth them away, and trust may not take them for errors."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.evaluation.tubes import Tube, film_tube
from lib.measure.diameter import DiameterProfile, diameters
from lib.measure.stenosis import stenosis
from lib.measure.wall_profile import Look, darkness

QUANTA = 2000.0


def measured(tube: Tube, mask: NDArray[np.bool_] | None = None) -> DiameterProfile:
    return diameters(tube.frame, tube.line, tube.mask if mask is None else mask)


@pytest.mark.parametrize(("diameter_mm", "narrowing", "within"), [(2.0, 0.8, 8.0), (3.0, 0.5, 6.0)])
def test_a_short_tight_neck_is_graded(diameter_mm: float, narrowing: float, within: float) -> None:
    profile = measured(film_tube(diameter_mm, QUANTA, narrowing=narrowing, neck_mm=4.0))

    found = stenosis(profile, around=profile.line.length_px / 2)

    assert found.percent_diameter == pytest.approx(100 * narrowing, abs=within)


def test_a_row_of_a_picture_is_blurred_into_its_neighbours() -> None:
    radius = np.full((21, 1), 3.0)
    radius[10] = 1.0
    rows = np.zeros((21, 1)), radius, 0.1 * radius, Look(1.0, 0.0, 0.0)

    alone, together = darkness(*rows), darkness(*rows, row_px=1.0)

    assert together[10] > 2 * alone[10]
    assert together.sum() == pytest.approx(alone.sum(), rel=0.01)
    assert together[0] == pytest.approx(alone[0])


def test_a_mask_that_narrows_too_makes_the_flanks_of_a_neck_trusted() -> None:
    tube = film_tube(2.0, QUANTA, narrowing=0.6, neck_mm=6.0)
    even = film_tube(2.0, QUANTA).mask

    with_neck, without = measured(tube), measured(tube, even)

    flanks = np.abs(np.abs(tube.line.along_px - tube.line.length_px / 2) - 8) < 4
    assert with_neck.confidence[flanks].min() > without.confidence[flanks].min() + 0.1
