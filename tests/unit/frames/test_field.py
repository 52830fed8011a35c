import numpy as np
import pytest
from numpy.typing import NDArray

from lib.frames.field import field_of_view


def a_frame(border: float | None, seed: int = 0) -> NDArray[np.float32]:
    """Return (80, 80) of noise between 0.1 and 0.9 with a slanted border of one value on the left."""
    frame = np.random.default_rng(seed).uniform(0.1, 0.9, (80, 80)).astype(np.float32)
    if border is not None:
        frame[is_border()] = border
    return frame


def is_border() -> NDArray[np.bool_]:
    rows, columns = np.mgrid[:80, :80]
    return columns < 10 + rows / 8


@pytest.mark.parametrize("value", [0.0, 0.35, 1.0])
def test_a_border_of_any_one_value_is_no_anatomy(value: float) -> None:
    field = field_of_view([a_frame(value, seed) for seed in range(3)])

    np.testing.assert_array_equal(field, ~is_border())


def test_a_picture_without_border_is_anatomy_everywhere() -> None:
    assert field_of_view([a_frame(None, seed) for seed in range(3)]).all()


def test_what_changes_through_the_run_is_anatomy() -> None:
    assert field_of_view([a_frame(0.3), a_frame(0.4, 1)]).all()


def test_a_grey_place_inside_is_anatomy() -> None:
    frames = [a_frame(0.35, seed) for seed in range(3)]
    for frame in frames:
        frame[30:40, 50:60] = 0.35

    assert field_of_view(frames)[30:40, 50:60].all()


def test_an_even_picture_is_anatomy() -> None:
    assert field_of_view([np.full((64, 64), 0.5, np.float32)]).all()
