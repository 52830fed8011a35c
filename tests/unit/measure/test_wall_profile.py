import numpy as np
import pytest

from lib.measure.wall_profile import Look, darkness, toned


def cross_section(offsets: np.ndarray, radius: float, blur: float, bend: float) -> np.ndarray:
    """Return a blurred round vessel by brute force."""
    fine = np.arange(-60, 60, 0.01)
    chord = np.sqrt(np.maximum(0, 1 - (fine / radius) ** 2))
    bent = chord if bend == 0 else -np.expm1(-bend * chord) / bend
    kernel = np.exp(-0.5 * (np.arange(-8, 8.005, 0.01) / blur) ** 2)
    return np.interp(offsets, fine, np.convolve(bent, kernel / kernel.sum(), "same"))


@pytest.mark.parametrize(("radius", "blur", "bend"), [(0.6, 1.0, 0.0), (3.0, 0.8, 0.7), (12.0, 0.5, 2.0)])
def test_the_table_agrees_with_brute_force(radius: float, blur: float, bend: float) -> None:
    offsets = np.linspace(-radius - 4, radius + 4, 60)

    found = darkness(offsets[None], np.array([[radius]]), np.ones((1, 1)), Look(blur, bend, 0.0))

    assert np.abs(found[0] - cross_section(offsets, radius, blur, bend)).max() < 0.003


def test_edge_enhancement_makes_bright_seams() -> None:
    offsets = np.linspace(-12, 12, 97)[None]
    radius, depth = np.array([[4.0]]), np.array([[0.5]])

    plain = darkness(offsets, radius, depth, Look(0.8, 0.0, 0.0))
    raised = darkness(offsets, radius, depth, Look(0.8, 0.0, 0.8))

    assert plain.min() > -1e-3
    assert raised.min() < -0.01
    assert raised.max() > plain.max()


def test_the_toe_keeps_the_bright_and_never_goes_below_black() -> None:
    values = np.array([-0.5, 0.0, 0.1, 0.2, 0.7])

    found = toned(values, 0.2)

    assert found[3:] == pytest.approx(values[3:])
    assert (found > 0).all()
    assert (np.diff(found) > 0).all()
