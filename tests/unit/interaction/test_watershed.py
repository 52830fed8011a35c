import numpy as np

from lib.interaction.dark_lines import dark_lines
from lib.interaction.watershed import watershed
from lib.ridges.grid import grid_for
from tests.vessel_runs import cine_of, curve, dice, filled_frame, shot, tissue, vessel_chords, vessel_truth

FRAME = filled_frame()
GRID = grid_for(cine_of(FRAME[np.newaxis]).header)
DEPTH = dark_lines(FRAME, GRID)

APART = ((60, 60), (60, 200))
"""x, y of a short vessel that is not connected to the tree."""


def two_vessels() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a frame with the tree and a vessel apart, its line depth, and the mask of the one apart."""
    apart = curve(APART, 9)
    frame = shot(tissue() + 0.35 * vessel_chords() + 0.25 * apart)
    return frame, dark_lines(frame, GRID), apart > 0


def test_the_flood_stops_at_the_walls_of_the_tree() -> None:
    mask = watershed(FRAME, DEPTH, threshold_ratio=0.2, kernel_size=3)

    assert dice(mask, vessel_truth()) > 0.88


def test_a_lower_threshold_ratio_finds_a_paler_vessel() -> None:
    pale = curve(APART, 9)
    frame = shot(tissue() + 0.35 * vessel_chords() + 0.05 * pale)
    depth = dark_lines(frame, GRID)

    strict = watershed(frame, depth, threshold_ratio=0.5, kernel_size=3)
    lenient = watershed(frame, depth, threshold_ratio=0.08, kernel_size=3)

    assert (strict & (pale > 0)).sum() == 0
    assert (lenient & (pale > 0)).sum() > 0.5 * (pale > 0).sum()


def test_a_larger_kernel_size_drops_the_thin_vessel_and_keeps_the_thick_one() -> None:
    thin, thick = curve(((60, 60), (60, 400)), 4), curve(((300, 60), (300, 400)), 15)
    frame = shot(tissue() + 0.25 * np.maximum(thin, thick))
    depth = dark_lines(frame, GRID)

    fine = watershed(frame, depth, threshold_ratio=0.2, kernel_size=1)
    coarse = watershed(frame, depth, threshold_ratio=0.2, kernel_size=9)

    assert (fine & (thin > 0)).sum() > 0.5 * (thin > 0).sum()
    assert not (coarse & (thin > 0)).any()
    assert (coarse & (thick > 0)).sum() > 0.8 * (thick > 0).sum()


def test_a_click_takes_its_vessel_alone() -> None:
    frame, depth, apart = two_vessels()

    mask = watershed(frame, depth, 0.2, 3, inside=[(130.0, 60.0)])

    assert dice(mask, apart) > 0.8
    assert not (mask & vessel_truth()).any()


def test_a_click_two_pixels_beside_a_vessel_means_it() -> None:
    frame, depth, apart = two_vessels()

    mask = watershed(frame, depth, 0.2, 3, inside=[(130.0, 66.0)])

    assert dice(mask, apart) > 0.8


def test_a_background_click_takes_its_vessel_away() -> None:
    frame, depth, apart = two_vessels()

    mask = watershed(frame, depth, 0.2, 3, outside=[(130.0, 60.0)])

    assert not (mask & apart).any()
    assert dice(mask, vessel_truth()) > 0.85


def test_clicked_pixels_become_what_the_clicks_say() -> None:
    far_from_all = (480.0, 60.0)
    on_the_tree = (260.0, 250.0)

    mask = watershed(FRAME, DEPTH, 0.2, 3, inside=[far_from_all, (200.0, 234.0)], outside=[on_the_tree])

    assert mask[480, 60]
    assert mask[200, 234]
    assert not mask[260, 250]
