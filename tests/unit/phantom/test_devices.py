import numpy as np
import pytest

from lib.phantom.devices.in_vessels import catheter_to, guidewire_in, implants
from lib.phantom.model import Device
from lib.phantom.trees.territories import TERRITORIES, grow


def total_depth(device: Device) -> float:
    return 2 * (device.radius_mm - device.lumen_radius_mm) * device.attenuation_per_mm


@pytest.mark.parametrize("territory", TERRITORIES)
@pytest.mark.parametrize("seed", range(8))
def test_a_catheter_ends_in_the_injected_vessel_and_is_a_thin_tube(territory: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    tree = grow(territory, random)

    catheter = catheter_to(tree, random)

    vessels = np.concatenate([branch.points_mm for branch in tree.branches])
    tip_gap = np.linalg.norm(vessels - catheter.points_mm[-1], axis=1).min()
    assert tip_gap < (14.0 if "aorta" in tree.branches[0].name else 1.0)
    assert 4 / 6 - 1e-9 <= catheter.radius_mm <= 8 / 6 + 1e-9
    assert 0 < catheter.lumen_radius_mm < catheter.radius_mm
    assert 0.06 <= total_depth(catheter) <= 0.35


@pytest.mark.parametrize("territory", TERRITORIES)
def test_devices_are_smooth_and_evenly_sampled(territory: str) -> None:
    for seed in range(12):
        random = np.random.default_rng(seed)
        tree = grow(territory, random)
        catheter = catheter_to(tree, random)
        wire = guidewire_in(tree, random, catheter)
        tools = (catheter, *((wire,) if wire is not None else ()), *implants(territory, random))
        for device in tools:
            gaps = np.linalg.norm(np.diff(device.points_mm, axis=0), axis=1)
            assert np.isfinite(device.points_mm).all()
            assert gaps.max() < 1.0


def test_a_catheter_in_a_coronary_artery_moves_with_the_heart_at_its_tip_only() -> None:
    random = np.random.default_rng(0)

    catheter = catheter_to(grow("coronary", random), random)

    assert catheter.moves_with == "still"
    assert catheter.tip_moves_with == "heart"
    assert 30 < catheter.tip_length_mm < 80


def test_a_guidewire_is_there_in_about_a_third_and_is_a_standard_wire() -> None:
    tree = grow("coronary", np.random.default_rng(1))

    wires = [guidewire_in(tree, np.random.default_rng(seed)) for seed in range(200)]

    found = [wire for wire in wires if wire is not None]
    assert 45 < len(found) < 95
    assert {round(2 * wire.radius_mm / 25.4, 3) for wire in found} <= {0.014, 0.035}
    assert all(0.3 <= total_depth(wire) <= 1.0 for wire in found)


def test_a_guidewire_comes_through_its_catheter() -> None:
    tree = grow("coronary", np.random.default_rng(1))
    catheter = catheter_to(tree, np.random.default_rng(2))

    wires = [guidewire_in(tree, np.random.default_rng(seed), catheter) for seed in range(12)]

    wire = next(wire for wire in wires if wire is not None)
    assert (
        np.linalg.norm(wire.points_mm - catheter.points_mm[len(catheter.points_mm) // 2], axis=1).min() < 2.0
    )


@pytest.mark.parametrize("territory", TERRITORIES)
def test_implants_are_mostly_absent_and_otherwise_dense(territory: str) -> None:
    drawn = [implants(territory, np.random.default_rng(seed)) for seed in range(120)]

    empty = sum(not devices for devices in drawn)
    devices = [device for group in drawn for device in group]
    assert 50 < empty < 94
    assert all(0.9 <= total_depth(device) <= 2.1 for device in devices if device.kind == "clip")
    assert all(0.04 <= total_depth(device) <= 2.1 for device in devices)
