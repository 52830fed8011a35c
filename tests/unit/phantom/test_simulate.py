"""A whole run, from seed to pixels and truth."""

import numpy as np
import pytest

from lib.phantom import TERRITORIES, draw_scenario, simulate
from lib.phantom.render import PhantomRun
from lib.phantom.scenario import Scenario
from lib.phantom.stage import Stage, _clutter

SIZE = 128


def full_frame(scenario: Scenario) -> int:
    """Return t at which most of the tree is filled."""
    full_s = scenario.flow.begin_s + 0.8 * scenario.flow.duration_s
    return min(int(1000 * full_s / scenario.frame_time_ms), scenario.n_frames - 1)


def filmed(seed: int, territory: str, is_dsa: bool = False) -> PhantomRun:
    scenario = draw_scenario(seed, territory, is_dsa, SIZE)
    return simulate(scenario, [0, full_frame(scenario)])


@pytest.mark.parametrize("is_dsa", [False, True])
@pytest.mark.parametrize("territory", TERRITORIES)
def test_every_territory_shows_vessels_that_are_darker_than_what_lies_beside_them(
    territory: str, is_dsa: bool
) -> None:
    darker = []
    for seed in (5, 6, 7):
        run = filmed(seed, territory, is_dsa)
        frame, vessel = run.display()[1], run.truth.vessel[1]
        near = _dilated(vessel) & ~vessel & run.field
        if vessel.sum() > 30:
            darker.append(frame[near].mean() - frame[vessel].mean())

    assert darker
    assert np.mean(darker) > 0.03


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = filmed(3, "coronary"), filmed(3, "coronary")

    assert (first.frames == second.frames).all()
    assert (first.truth.vessel == second.truth.vessel).all()


def test_another_seed_gives_another_run() -> None:
    assert (filmed(3, "coronary").frames != filmed(4, "coronary").frames).any()


def test_a_frame_shows_the_same_whichever_frames_are_filmed_beside_it() -> None:
    scenario = draw_scenario(3, "coronary", False, SIZE)
    t = full_frame(scenario)

    alone, beside = simulate(scenario, [t]), simulate(scenario, [0, t])

    assert (alone.truth.vessel[0] == beside.truth.vessel[1]).all()
    correlation = np.corrcoef(alone.frames[0].ravel(), beside.frames[1].ravel())[0, 1]
    assert correlation > 0.999


def test_there_is_no_vessel_before_the_injection() -> None:
    run = filmed(3, "coronary")

    assert run.truth.phases[0] == "before"
    assert not run.truth.vessel[0].any()
    assert not run.truth.centre_lines[0]


def test_nothing_is_true_outside_the_field() -> None:
    run = filmed(8, "peripheral")

    for mask in (run.truth.vessel, run.truth.catheter, run.truth.guidewire, run.truth.implant):
        assert not (mask & ~run.field).any()


def test_centre_lines_run_through_the_vessels_and_know_their_diameter() -> None:
    run = filmed(6, "coronary")
    vessel = _dilated(run.truth.vessel[1])
    inside = total = 0
    for line in run.truth.centre_lines[1]:
        rows, columns = np.rint(line.yx).astype(int).T
        seen = (rows >= 0) & (columns >= 0) & (rows < SIZE) & (columns < SIZE)
        seen[seen] = run.field[rows[seen], columns[seen]]
        total += seen.sum()
        inside += vessel[rows[seen], columns[seen]].sum()
        assert (line.diameters_mm > 0).all()
        assert len(line.diameters_mm) == len(line.yx) == len(line.points)

    assert inside > 0.98 * total > 0


def test_a_subtracted_run_has_lost_its_bones() -> None:
    """Before the injection there is nothing to see but noise: no large-scale structure is left."""
    native, subtracted = (filmed(5, "renal", is_dsa) for is_dsa in (False, True))

    def structure(run: PhantomRun) -> float:
        first = run.frames[0].astype(float) / (2**run.bits_stored - 1)
        blocks = first[:SIZE, :SIZE].reshape(8, 16, 8, 16).mean(axis=(1, 3))
        inside = run.field.reshape(8, 16, 8, 16).all(axis=(1, 3))
        return float(blocks[inside].std())

    assert structure(subtracted) < 0.5 * structure(native)


def test_pixels_have_the_bits_that_the_run_says() -> None:
    for seed in range(6):
        run = simulate(draw_scenario(seed, "coronary", False, 96), [0])
        assert run.frames.dtype == (np.uint8 if run.bits_stored == 8 else np.uint16)
        assert run.frames.max() < 2**run.bits_stored


def _dilated(mask: np.ndarray) -> np.ndarray:
    padded = np.pad(mask, 2)
    height, width = mask.shape
    return np.any([padded[dy : dy + height, dx : dx + width] for dy in range(5) for dx in range(5)], axis=0)


def test_leads_wires_and_clips_share_a_mask() -> None:
    scenario = draw_scenario(1_000_014, "coronary", False, SIZE)
    t = full_frame(scenario)

    truth = simulate(scenario, [t]).truth

    assert {device.kind for device in scenario.devices} == {"catheter", "lead"}
    assert truth.implant.any()
    assert truth.catheter.any()
    assert not (truth.implant & truth.guidewire).any()


def test_a_device_that_did_not_move_since_the_mask_frame_is_no_truth() -> None:
    scenario = draw_scenario(1_000_006, "coronary", True, SIZE)
    time_s = full_frame(scenario) * scenario.frame_time_ms / 1000
    moved, still = Stage(scenario), Stage(scenario)
    tools, seen = still._tools_at(time_s)
    vars(moved)["_tools_in_mask"], vars(still)["_tools_in_mask"] = np.zeros_like(tools), tools

    assert seen["catheter"].any()
    assert not still.at(time_s).catheter.any()
    assert (moved.at(time_s).catheter == seen["catheter"]).mean() > 0.99


def test_clutter_counts_at_the_size_of_the_vessel() -> None:
    rows = np.arange(256)
    behind = np.repeat(np.sin(2 * np.pi * rows / 48)[:, None], 256, axis=1).astype(np.float32)
    centre, widths = np.array([128, 128, 128]), np.array([2.0, 12.0, 40.0])

    thin, middle, wide = _clutter(behind, centre, centre, widths)

    assert thin < middle < wide
