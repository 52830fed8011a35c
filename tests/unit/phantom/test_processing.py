from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.phantom.imaging.field import Field
from lib.phantom.imaging.processing import Processing, Response, develop, draw_processing

PLAIN = Processing(
    response="log",
    recursion=0.0,
    compression=0.0,
    compression_sigma_px=30.0,
    coring=0.0,
    edge_strength=0.0,
    edge_sigma_px=2.0,
    resampling=1.0,
    median_value=0.45,
    spread=0.4,
    gain_limits=(0.8, 0.8),
    gamma=1.0,
    shoulder=0.1,
    bits=8,
    jpeg_quality=None,
    border_value=0.0,
    is_inverted=False,
)
OPEN = Field()


def quanta(n_frames: int = 3, shape: tuple[int, int] = (96, 128), noise: float = 20.0) -> NDArray[np.float32]:
    """Return a slope with a vessel down its middle."""
    random = np.random.default_rng(1)
    light = np.tile(np.linspace(800, 1200, shape[1], dtype=np.float32), (n_frames, shape[0], 1))
    light[:, :, 60:68] *= 0.6
    return (light + noise * random.standard_normal(light.shape)).astype(np.float32)


def test_a_seed_gives_the_same_look() -> None:
    for seed in range(30):
        for is_dsa in (False, True):
            first, second = (draw_processing(is_dsa, np.random.default_rng(seed)) for _ in range(2))
            assert first == second


@pytest.mark.parametrize("is_dsa", [False, True])
def test_whatever_the_look_vessels_are_dark_and_values_fit_the_bits(is_dsa: bool) -> None:
    light = quanta()
    masks = quanta(2)
    masks[:, :, 60:68] = masks[:, :, 50:58]
    for seed in range(40):
        look = draw_processing(is_dsa, np.random.default_rng(seed))
        stored = develop(light, look, OPEN, masks if is_dsa else None)

        assert stored.dtype == (np.uint8 if look.bits == 8 else np.uint16)
        assert stored.shape == light.shape
        assert stored.max() < 2**look.bits
        beside = (stored[:, :, 50:56].mean() + stored[:, :, 72:78].mean()) / 2
        assert stored[:, :, 62:66].mean() < beside - 0.03 * 2**look.bits


@pytest.mark.parametrize("response", ["log", "sqrt", "linear"])
def test_every_response_has_the_same_slope_at_the_median(response: Response) -> None:
    light = np.full((1, 64, 64), 1000.0, np.float32)
    light[:, :, 1::8] = 1020.0

    stored = develop(light, replace(PLAIN, response=response, bits=12), OPEN)

    assert np.ptp(stored) == pytest.approx(0.02 * 0.8 * 4095, abs=2)
    assert np.median(stored) == pytest.approx(0.45 * 4095, abs=1)


def test_subtraction_leaves_vessels_on_grey_only() -> None:
    masks = quanta(8, noise=5.0)
    masks[:, :, 60:68] /= 0.6

    stored = develop(quanta(noise=5.0), PLAIN, OPEN, masks).astype(float)

    assert stored[:, :, :50].mean() == pytest.approx(stored[:, :, 80:].mean(), abs=2)
    assert stored[:, :, 64].mean() < stored[:, :, :50].mean() - 60


def test_what_is_not_shown_has_the_borders_value_on_every_frame() -> None:
    field = Field(radius=0.9)

    stored = develop(quanta(), replace(PLAIN, border_value=0.5), field)

    assert (stored[:, ~field.mask((96, 128))] == 128).all()


def test_sharpening_makes_edges_overshoot() -> None:
    light = quanta(1, noise=0.0)
    plain = develop(light, PLAIN, OPEN)[0, 48].astype(int)
    sharp = develop(light, replace(PLAIN, edge_strength=1.0, edge_sigma_px=12.0), OPEN)[0, 48].astype(int)

    assert sharp[58] > plain[58] + 5
    assert sharp[61] < plain[61] - 5


def test_compression_flattens_the_slope_and_keeps_the_vessel() -> None:
    light = quanta(1, noise=0.0)

    def slope_and_vessel(compression: float) -> tuple[float, float]:
        line = develop(light, replace(PLAIN, compression=compression), OPEN)[0, 48].astype(float)
        return line[100] - line[20], line[50] - line[64]

    plain, flat = slope_and_vessel(0.0), slope_and_vessel(0.7)
    assert flat[0] < 0.7 * plain[0]
    assert flat[1] > 0.6 * plain[1]


def test_coring_removes_noise_but_no_vessel() -> None:
    cored = develop(quanta(), replace(PLAIN, coring=0.8), OPEN).astype(float)
    plain = develop(quanta(), PLAIN, OPEN).astype(float)

    assert cored[:, :, 20].std() < 0.7 * plain[:, :, 20].std()
    assert cored[:, :, 64].mean() == pytest.approx(plain[:, :, 64].mean(), abs=2)


def test_a_frame_leaves_a_trace_in_the_next_one_only_where_they_are_neighbours() -> None:
    light = quanta(2, noise=0.0)
    light[1, :, 60:68] = light[1, :, 50:58]
    lagging = replace(PLAIN, recursion=0.3)

    trace, apart = (develop(light, lagging, OPEN, are_neighbours=near)[1, 48] for near in (True, False))

    assert trace[64] + 15 < trace[52]
    assert apart[64] == apart[54]


def test_jpeg_costs_little_and_changes_something() -> None:
    plain = develop(quanta(), PLAIN, OPEN).astype(int)
    lossy = develop(quanta(), replace(PLAIN, jpeg_quality=60), OPEN).astype(int)

    assert 0 < np.abs(plain - lossy).mean() < 5


@pytest.mark.parametrize("value", [0.5, 1000.0])
def test_an_even_picture_is_no_fault(value: float) -> None:
    look = draw_processing(False, np.random.default_rng(3))

    stored = develop(np.full((1, 64, 64), value, np.float32), look, OPEN)

    assert np.isfinite(stored).all()
