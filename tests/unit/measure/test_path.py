import numpy as np
import pytest

from lib.errors import PointOutOfFrameError
from lib.errors.measure_graph import NotJoinedError, NoVesselHereError, ShortLineError, TwoWaysError
from lib.measure.path import line_between, line_through
from tests.vessel_shapes import Tube, distances, middle, tubes, wave

TRUNK: Tube = ([(100.0, 20.0), (100.0, 180.0)], 5.0)
SIDE_BRANCH: Tube = ([(100.0, 90.0), (40.0, 150.0)], 3.0)


def shown(mask: np.ndarray) -> np.ndarray:
    """Return a frame, (H, W) in [0, 1], with vessels dark."""
    return np.where(mask, 0.35, 0.8).astype(np.float32)


def ring() -> np.ndarray:
    """Return the mask of a ring with a vessel at its left and at its right."""
    turn = np.linspace(0, 2 * np.pi, 200)
    around = list(zip(100 + 40 * np.sin(turn), 100 + 40 * np.cos(turn), strict=True))
    return tubes(
        (around, 3.0), ([(100.0, 20.0), (100.0, 60.0)], 3.0), ([(100.0, 140.0), (100.0, 180.0)], 3.0)
    )


def test_the_line_is_the_middle_of_the_vessel_from_click_to_click() -> None:
    start, end = wave()[20], wave()[180]

    line = line_between(tubes((wave(), 4.0)), start, end)

    assert distances(line.yx, middle(wave())).mean() < 0.2
    assert line.distance_px(start) < 1
    assert np.linalg.norm(line.yx[0] - start) < 2
    assert np.linalg.norm(line.yx[-1] - end) < 2


def test_the_line_leads_from_the_first_click_to_the_second() -> None:
    mask = tubes(TRUNK)

    forth, back = line_between(mask, (100, 40), (100, 160)), line_between(mask, (100, 160), (100, 40))

    assert forth.yx[0, 1] < 45
    assert back.yx[0, 1] > 155


def test_the_line_turns_into_the_side_branch_that_was_clicked() -> None:
    line = line_between(tubes(TRUNK, SIDE_BRANCH), (100, 40), (50, 140))

    assert distances(line.yx[-80:], middle(SIDE_BRANCH[0])).mean() < 0.4


def test_a_thin_vessel_is_not_left_for_a_detour_through_a_wide_one() -> None:
    thin = [(100.0, 30.0), (100.0, 170.0)]
    wide = [(100.0, 30.0), (35.0, 100.0), (100.0, 170.0)]

    line = line_between(tubes((thin, 1.5), (wide, 5.0)), (100, 45), (100, 155))

    assert line.yx[:, 0].min() > 97


def test_a_click_beside_the_vessel_means_it() -> None:
    line = line_between(tubes(TRUNK), (110, 50), (92, 150))

    assert line.yx[:, 0] == pytest.approx(100, abs=0.3)


def test_a_click_on_no_vessel_is_refused() -> None:
    with pytest.raises(NoVesselHereError, match="no vessel at x=50, y=150, nor within 8 pixels"):
        line_between(tubes(TRUNK), (150, 50), (100, 150))


def test_an_empty_mask_has_no_vessel() -> None:
    with pytest.raises(NoVesselHereError):
        line_between(np.zeros((50, 50), bool), (10, 10), (20, 20))


@pytest.mark.parametrize("click", [(-2, 50), (100, 400), (float("nan"), 50)])
def test_a_click_outside_the_frame_is_refused(click: tuple[float, float]) -> None:
    with pytest.raises(PointOutOfFrameError):
        line_between(tubes(TRUNK), click, (100, 150))


def test_two_clicks_at_one_place_are_no_line() -> None:
    with pytest.raises(ShortLineError):
        line_between(tubes(TRUNK), (100, 50), (101, 50))


def test_vessels_apart_are_not_joined() -> None:
    mask = tubes(TRUNK, ([(30.0, 20.0), (30.0, 180.0)], 4.0))

    with pytest.raises(NotJoinedError, match="No vessel of the mask leads from"):
        line_between(mask, (100, 50), (30, 150))
    with pytest.raises(NotJoinedError, match="leaves the vessels for"):
        line_between(mask, (100, 50), (30, 150), shown(mask))


def test_a_gap_of_the_mask_is_bridged_where_the_frame_shows_the_vessel() -> None:
    whole = tubes(TRUNK)
    mask = whole.copy()
    mask[:, 95:105] = False

    line = line_between(mask, (100, 50), (100, 150), shown(whole))

    assert line.yx[:, 0] == pytest.approx(100, abs=0.5)
    with pytest.raises(NotJoinedError):
        line_between(mask, (100, 50), (100, 150))


def test_a_long_gap_is_not_bridged_whatever_the_frame_shows() -> None:
    whole = tubes(TRUNK)
    mask = whole.copy()
    mask[:, 80:120] = False

    with pytest.raises(NotJoinedError, match="leaves the vessels for 4"):
        line_between(mask, (100, 50), (100, 150), shown(whole))


def test_a_gap_that_the_frame_shows_too_is_not_bridged() -> None:
    mask = tubes(TRUNK)
    mask[:, 92:110] = False

    with pytest.raises(NotJoinedError, match="close the gap"):
        line_between(mask, (100, 50), (100, 150), shown(mask))


def test_two_ways_around_a_ring_are_refused() -> None:
    with pytest.raises(TwoWaysError, match="Set a point between them"):
        line_between(ring(), (100, 30), (100, 170))


def test_a_ring_near_the_first_click_is_seen_too() -> None:
    turn = np.linspace(0, 2 * np.pi, 200)
    around = list(zip(100 + 30 * np.sin(turn), 100 + 30 * np.cos(turn), strict=True))
    left, right = [(100.0, 20.0), (100.0, 70.0)], [(100.0, 130.0), (100.0, 330.0)]
    mask = tubes((around, 3.0), (left, 3.0), (right, 3.0), shape=(200, 350))

    with pytest.raises(TwoWaysError):
        line_between(mask, (100, 30), (100, 310))


def test_a_point_between_settles_which_way_is_meant() -> None:
    line = line_through(ring(), [(100, 30), (60, 100), (100, 170)])

    assert line.yx[:, 0].min() == pytest.approx(60, abs=1.5)
    assert line.yx[:, 0].max() < 103
