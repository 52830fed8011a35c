import numpy as np
import pytest
from scipy.ndimage import binary_erosion

from lib.interaction.dark_lines import dark_lines
from lib.interaction.livewire import Line, livewire
from lib.interaction.lumen_along import lumen_along
from lib.phantom import PhantomRun, draw_scenario, simulate
from lib.ridges.grid import grid_for
from tests.vessel_runs import BRANCH, TRUNK, cine_of, curve, dice, filled_frame, vessel_truth

FRAME = filled_frame()
GRID = grid_for(cine_of(FRAME[np.newaxis]).header)
DEPTH = dark_lines(FRAME, GRID)
FIRST, LAST = (122.0, 192.0), (428.0, 259.0)
"""(y, x) of two points near the ends of the trunk."""


def share_inside(line: Line, mask: np.ndarray) -> float:
    return float(mask[line[:, 0], line[:, 1]].mean())


def test_the_way_between_two_points_of_a_vessel_follows_its_bends() -> None:
    line = livewire(DEPTH, [FIRST, LAST], adherence=10.0)

    straight = livewire(DEPTH, [FIRST, LAST], adherence=0.0)
    assert share_inside(line, vessel_truth()) == 1.0
    assert share_inside(straight, vessel_truth()) < 0.7


def test_the_way_begins_and_ends_at_the_points_without_a_gap() -> None:
    line = livewire(DEPTH, [FIRST, LAST], adherence=10.0)

    assert line[0].tolist() == [122, 192]
    assert line[-1].tolist() == [428, 259]
    assert np.abs(np.diff(line, axis=0)).max() == 1


def test_the_way_passes_every_point_in_their_order() -> None:
    line = livewire(DEPTH, [FIRST, (400.0, 170.0), LAST], adherence=10.0)

    places = line.tolist()
    assert 0 < places.index([400, 170]) < len(places) - 1
    assert np.abs(np.diff(line, axis=0)).max(axis=1).min() == 1, "no pixel stands twice in a row"


def test_two_clicks_on_one_pixel_are_a_way_of_one_pixel() -> None:
    line = livewire(DEPTH, [FIRST, (122.2, 191.8)], adherence=10.0)

    assert line.tolist() == [[122, 192]]


def test_the_lumen_along_the_way_has_the_vessels_width() -> None:
    line = livewire(DEPTH, [FIRST, LAST], adherence=10.0)

    lumen = lumen_along(FRAME, line, GRID, widest_mm=6.0)

    trunk = curve(TRUNK, 15) > 0
    assert dice(lumen, trunk) > 0.88


def test_the_lumen_leaves_out_the_branches_that_the_way_passes() -> None:
    line = livewire(DEPTH, [FIRST, LAST], adherence=10.0)

    lumen = lumen_along(FRAME, line, GRID, widest_mm=12.0)

    beyond_its_mouth = (curve(BRANCH, 11) > 0) & ~(curve(TRUNK, 20) > 0)
    assert not (lumen & beyond_its_mouth).any()


def longest_vessel(run: PhantomRun) -> list[tuple[float, float]]:
    """Return (y, x) of the longest stretch of a centre line where the vessel is three pixels wide."""
    mask = binary_erosion(run.truth.vessel[0], np.ones((3, 3)))
    stretches: list[list[tuple[float, float]]] = []
    for line in run.truth.centre_lines[0]:
        stretches.append([])
        for y, x in line.yx:
            is_seen = 0 <= y < len(mask) - 1 and 0 <= x < len(mask) - 1 and mask[round(y), round(x)]
            if is_seen:
                stretches[-1].append((y, x))
            elif stretches[-1]:
                stretches.append([])
    return max(stretches, key=len)


@pytest.mark.parametrize(
    ("seed", "territory"),
    [(1_000_100, "coronary"), (1_000_102, "peripheral"), (1_000_103, "cerebral")],
)
def test_on_a_simulated_frame_the_way_stays_inside_the_true_vessel(seed: int, territory: str) -> None:
    scenario = draw_scenario(seed, territory, is_dsa=False, size=256)
    run = simulate(scenario, [scenario.n_frames // 2])
    vessel = longest_vessel(run)
    frame = run.display()[0]
    grid = grid_for(cine_of(frame[np.newaxis]).header)

    line = livewire(dark_lines(frame, grid), [vessel[2], vessel[-3]], adherence=10.0)

    assert len(line) > 40
    assert share_inside(line, run.truth.vessel[0]) >= 0.9
