import numpy as np
import pytest

from lib.phantom.imaging.field import Blade, Field, draw_field
from lib.phantom.imaging.view import View

SHAPE = (100, 160)


def view(rows: int, columns: int) -> View:
    return View(0, 0, 1000, 750, 0.3, rows, columns)


def test_an_open_field_shows_all() -> None:
    field = Field()

    assert field.mask(SHAPE).all()
    assert field.shown(SHAPE).all()
    assert (field.transmission(SHAPE) == 1).all()


def test_a_round_field_is_a_disc_about_its_centre() -> None:
    mask = Field(radius=0.6, centre=(0.2, -0.4)).mask(SHAPE)

    y, x = (places.mean() for places in np.nonzero(mask))
    assert mask.sum() == pytest.approx(np.pi * 30**2, rel=0.02)
    assert (y, x) == pytest.approx((49.5 + 10, 79.5 - 20), abs=0.5)


@pytest.mark.parametrize(
    ("angle_deg", "hidden"),
    [(0, np.s_[50, -1]), (90, np.s_[-1, 80]), (180, np.s_[50, 0]), (270, np.s_[0, 80])],
)
def test_a_blade_hides_its_side_only(angle_deg: float, hidden: tuple[int, int]) -> None:
    mask = Field(blades=(Blade(angle_deg, 0.5, 1.0, 0.2),)).mask(SHAPE)

    assert not mask[hidden]
    assert mask[50, 80]
    assert 0 < (~mask).mean() < 0.5


def test_beyond_a_soft_blade_a_part_of_the_beam_is_left() -> None:
    field = Field(blades=(Blade(0.0, 0.5, 2.0, 0.2),))

    line = field.transmission(SHAPE)[50]

    assert line[0] == pytest.approx(1.0, abs=0.01)
    assert line[-1] == pytest.approx(0.2, abs=0.01)
    assert (np.diff(line) <= 0).all()
    assert field.shown(SHAPE).all()


def test_a_blanked_field_shows_nothing_beyond_its_blades() -> None:
    field = Field(blades=(Blade(0.0, 0.5, 2.0, 0.2),), is_blanked=True)

    assert np.array_equal(field.shown(SHAPE), field.mask(SHAPE))


def test_beyond_a_wedge_filter_the_patient_is_still_seen() -> None:
    field = Field(blades=(Blade(0.0, 0.0, 20.0, 0.5, is_filter=True),))

    assert field.mask(SHAPE).all()
    assert field.transmission(SHAPE).min() < 0.6


@pytest.mark.parametrize(("rows", "columns"), [(64, 64), (512, 512), (464, 512)])
def test_every_drawn_field_leaves_something_to_see(rows: int, columns: int) -> None:
    for seed in range(100):
        field = draw_field(view(rows, columns), np.random.default_rng(seed))
        mask = field.mask((rows, columns))

        assert mask.mean() > 0.3
        assert (field.transmission((rows, columns)) > 0).all()
        assert field == draw_field(view(rows, columns), np.random.default_rng(seed))


def test_a_larger_picture_has_the_same_field() -> None:
    for seed in range(30):
        small, large = (
            draw_field(view(size, size), np.random.default_rng(seed)).mask((size, size)).mean()
            for size in (128, 512)
        )

        assert small == pytest.approx(large, abs=0.02)
