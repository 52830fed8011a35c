"""Tubes in a picture: how much lies in the beam, and where."""

import numpy as np
import pytest

from lib.phantom.imaging.raster import Tubes, draw_tubes, join_tubes

STEP_PX = 0.5


def tube(radius_px: float, *, y: float = 32.0, slope: float = 0.0, weight: float = STEP_PX) -> Tubes:
    """Return a tube across a picture of 64 x 64."""
    x = np.arange(-10, 74, STEP_PX)
    yx = np.stack([y + slope * (x - 32), x], axis=1)
    return Tubes(yx, np.full(len(x), radius_px), np.full(len(x), weight), np.ones(len(x), np.bool_))


@pytest.mark.parametrize("radius_px", [1.5, 4.0, 9.0])
def test_the_middle_of_a_tube_is_as_deep_as_its_diameter(radius_px: float) -> None:
    depth, _ = draw_tubes(tube(radius_px), (64, 64))

    assert depth[32, 20:44].mean() == pytest.approx(2 * radius_px, rel=0.06)


def test_a_chord_beside_the_middle_has_the_length_that_a_circle_gives_it() -> None:
    depth, _ = draw_tubes(tube(8.0), (64, 64))

    assert depth[37, 20:44].mean() == pytest.approx(2 * np.sqrt(8.0**2 - 5.0**2), rel=0.05)


def test_a_tube_thinner_than_a_pixel_keeps_its_volume() -> None:
    depth, _ = draw_tubes(tube(0.3, y=32.4), (64, 64))

    assert depth[:, 20:44].sum(axis=0).mean() == pytest.approx(np.pi * 0.3**2, rel=0.02)


def test_foreshortening_deepens_a_tube() -> None:
    """A tube of which two thirds of the length run along the beam has its discs closer together."""
    across, _ = draw_tubes(tube(4.0), (64, 64))
    oblique, _ = draw_tubes(tube(4.0, weight=3 * STEP_PX), (64, 64))

    assert oblique[32, 32] == pytest.approx(3 * across[32, 32], rel=1e-4)


def test_the_silhouette_is_as_wide_as_the_tube() -> None:
    _, mask = draw_tubes(tube(6.0), (64, 64))

    assert mask[:, 20:44].sum(axis=0).tolist() == [13] * 24


def test_the_thinnest_silhouette_has_no_gaps() -> None:
    _, mask = draw_tubes(tube(0.2, slope=0.37), (64, 64))

    assert mask.any(axis=0).all()


def test_points_that_are_not_shown_are_drawn_but_not_outlined() -> None:
    hidden = tube(4.0)

    depth, mask = draw_tubes(Tubes(hidden.yx, hidden.radii_px, hidden.weights, ~hidden.is_shown), (64, 64))

    assert depth.max() > 1
    assert not mask.any()


def test_tubes_joined_are_drawn_as_if_one_after_the_other() -> None:
    shape = (64, 64)
    first, second = tube(4.0), tube(2.0, y=40.0, slope=0.5)

    both, mask = draw_tubes(join_tubes([first, second]), shape)

    np.testing.assert_allclose(both, draw_tubes(first, shape)[0] + draw_tubes(second, shape)[0], atol=1e-4)
    assert (mask == draw_tubes(first, shape)[1] | draw_tubes(second, shape)[1]).all()


def test_a_tube_beside_the_picture_leaves_it_empty() -> None:
    depth, mask = draw_tubes(tube(4.0, y=-30.0), (64, 64))

    assert depth.shape == (64, 64)
    assert not depth.any()
    assert not mask.any()
