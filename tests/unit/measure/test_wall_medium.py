"""Contrast medium is as dark in a thin vessel as in a wide one, and so the thin one's width can be told."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from lib.measure.diameter import diameters
from lib.measure.wall_fit import fit_walls
from lib.measure.wall_look import usual_look
from lib.measure.wall_medium import find_medium
from lib.measure.wall_profile import Medium
from lib.measure.wall_samples import Samples, radius_from_mask, straighten
from tests.filmed_tubes import filmed

LOOK = replace(usual_look(0.85), curvature=0.0, edge_strength=0.0)


def straightened(diameter_mm: float) -> Samples:
    tube = filmed(diameter_mm)
    return straighten(tube.frame, tube.line, radius_from_mask(tube.mask, tube.line), tube.mask)


def medium_of(*diameters_mm: float) -> Medium | None:
    vessels = [straightened(diameter) for diameter in diameters_mm]
    return find_medium(vessels, [fit_walls(samples, LOOK).state for samples in vessels], LOOK)


def test_vessels_of_different_widths_have_the_same_medium() -> None:
    wide, wider = medium_of(2.5), medium_of(4.0)

    assert wide is not None
    assert wider is not None
    assert wide.expected(np.array([0.6])) == pytest.approx(wider.expected(np.array([0.6])), abs=0.1)


def test_thin_vessels_do_not_tell_the_medium() -> None:
    assert medium_of(0.35) is None


def test_one_vessel_that_is_too_dark_does_not_decide() -> None:
    vessels = [straightened(3.0)] * 4
    states = [fit_walls(samples, LOOK).state for samples in vessels]
    states[3] = states[3] + np.eye(6)[2]

    found = find_medium(vessels, states, LOOK)

    assert found is not None
    assert found.contrast == pytest.approx(float(np.median(states[0][:, 2])), abs=0.15)


@pytest.mark.parametrize("grown_px", [1, 2])
def test_the_medium_tells_the_width_where_the_mask_is_too_wide(grown_px: int) -> None:
    tube, medium = filmed(0.7), medium_of(3.0)
    square = np.ones((2 * grown_px + 1,) * 2, np.uint8)
    mask = cv2.dilate(tube.mask.astype(np.uint8), square) > 0

    with_it, without = (
        diameters(tube.frame, tube.line, mask, look=replace(LOOK, medium=known)) for known in (medium, None)
    )

    assert float(np.median(with_it.diameter_px)) == pytest.approx(tube.diameter_px, abs=0.5)
    assert float(np.median(without.diameter_px)) > tube.diameter_px + 0.8


def test_the_same_darkness_is_a_thinner_vessel_of_darker_medium() -> None:
    tube, medium = filmed(0.5), medium_of(3.0)
    assert medium is not None

    usual, darker = (
        diameters(tube.frame, tube.line, tube.mask, look=replace(LOOK, medium=known))
        for known in (medium, replace(medium, contrast=medium.contrast + 0.4))
    )

    assert np.median(darker.diameter_px) < 0.97 * np.median(usual.diameter_px)
