import numpy as np
import pytest
from scipy import ndimage

from lib.interaction.error_regions import error_regions
from lib.interaction.prompts import Prompt, PromptKind
from lib.interaction.rituals import ClickProtocol
from lib.interaction.scribbling import next_scribble
from lib.interaction.simulate import SECOND_SHARE, SLIP_PX, SLIP_SHARE, next_click
from tests.vessel_runs import vessel_truth

CENTER, HURRIED = ClickProtocol


def dice_of(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def blank() -> np.ndarray:
    return np.zeros((64, 64), bool)


def boxed(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Return (64, 64): boxes of rows top to bottom and columns left to right, the ends not included."""
    mask = blank()
    for top, bottom, left, right in boxes:
        mask[top:bottom, left:right] = True
    return mask


def many(mask: np.ndarray, truth: np.ndarray, n: int = 400) -> list[Prompt]:
    """Return many hurried first clicks."""
    random = dice_of()
    clicks = [next_click(mask, truth, HURRIED, random) for _ in range(n)]
    assert all(clicks)
    return clicks


def test_a_missed_region_is_clicked_in_its_deepest_point() -> None:
    click = next_click(blank(), boxed((10, 31, 20, 41)), CENTER, dice_of())

    assert click == Prompt(PromptKind.POINT, ((20.0, 30.0),), is_positive=True)


def test_a_false_region_gets_a_negative_click() -> None:
    click = next_click(boxed((10, 31, 20, 41)), blank(), CENTER, dice_of())

    assert click == Prompt(PromptKind.POINT, ((20.0, 30.0),), is_positive=False)


def test_the_largest_region_comes_first_and_not_the_deepest() -> None:
    long_and_thin, short_and_thick = (5, 8, 2, 62), (30, 41, 30, 41)

    click = next_click(blank(), boxed(long_and_thin, short_and_thick), CENTER, dice_of())

    assert click is not None
    assert click.points[0][0] == 6


def test_pixels_that_touch_by_a_corner_are_one_region() -> None:
    corner_to_corner = boxed((10, 15, 10, 15), (15, 20, 15, 20))

    regions = list(error_regions(blank(), corner_to_corner | boxed((40, 46, 40, 46))))

    assert [region.area for region in regions] == [50, 36]


def test_missed_and_false_pixels_that_touch_are_two_regions() -> None:
    regions = list(error_regions(boxed((10, 20, 10, 20)), boxed((10, 20, 20, 25))))

    assert [(region.area, region.is_missed) for region in regions] == [(100, False), (50, True)]


def test_equal_regions_come_in_one_order_whatever_the_generator() -> None:
    truth = boxed((40, 45, 5, 10), (10, 15, 40, 45), (10, 15, 5, 10))

    clicks = {next_click(blank(), truth, CENTER, dice_of(seed)) for seed in range(5)}

    assert [click.points[0] for click in clicks if click] == [(12.0, 7.0)]


def test_the_edge_of_the_picture_is_a_border() -> None:
    click = next_click(blank(), boxed((0, 21, 0, 21)), CENTER, dice_of())

    assert click is not None
    assert click.points == ((10.0, 10.0),)


@pytest.mark.parametrize("protocol", ClickProtocol)
def test_without_an_error_there_is_no_click(protocol: ClickProtocol) -> None:
    truth = boxed((10, 31, 20, 41))

    assert next_click(truth, truth, protocol, dice_of()) is None


@pytest.mark.parametrize("protocol", ClickProtocol)
def test_no_click_is_repeated_and_when_all_are_made_there_is_none(protocol: ClickProtocol) -> None:
    truth, random = boxed((10, 13, 20, 24)), dice_of()
    made: list[tuple[float, float]] = []

    while (click := next_click(blank(), truth, protocol, random, made)) is not None:
        assert click.points[0] not in made
        made += click.points

    assert {(y, x) for y in range(10, 13) for x in range(20, 24)} <= set(made)


def test_a_region_whose_pixels_were_all_clicked_gives_way_to_the_next() -> None:
    truth = boxed((10, 12, 20, 22), (40, 41, 40, 41))
    made = [(float(y), float(x)) for y in (10, 11) for x in (20, 21)]

    click = next_click(blank(), truth, CENTER, dice_of(), made)

    assert click is not None
    assert click.points == ((40.0, 40.0),)


def test_one_seed_gives_one_session_and_another_seed_another() -> None:
    truth = vessel_truth(128)

    first, again, other = (
        [next_click(np.zeros_like(truth), truth, HURRIED, random) for _ in range(6)]
        for random in (dice_of(3), dice_of(3), dice_of(4))
    )

    assert first == again
    assert first != other


def test_a_hurried_click_seeks_the_depth_and_misses_the_centre() -> None:
    truth = boxed((10, 51, 10, 51))
    depth = ndimage.distance_transform_edt(truth)

    depths = np.array([depth[tuple(map(int, click.points[0]))] for click in many(blank(), truth)])

    inside = depths[depths > 0]
    assert inside.mean() == pytest.approx((depth**2).sum() / depth.sum(), rel=0.05)
    assert (inside < 0.7 * depth.max()).mean() > 0.5


def test_a_hasty_hand_slips_as_often_as_it_should_and_stays_near() -> None:
    truth = boxed((10, 51, 10, 51))
    away = ndimage.distance_transform_edt(~truth)

    aways = np.array([away[tuple(map(int, click.points[0]))] for click in many(blank(), truth)])

    assert (aways > 0).mean() == pytest.approx(SLIP_SHARE, abs=0.04)
    assert aways.max() <= SLIP_PX


def test_a_slip_stays_nearest_to_the_region_that_was_meant() -> None:
    missed, false = boxed((20, 40, 10, 30)), boxed((20, 40, 33, 40))
    to_missed, to_false = (ndimage.distance_transform_edt(~region) for region in (missed, false))

    slips = [
        (click.is_positive, tuple(map(int, click.points[0])))
        for click in many(false, missed)
        if not (missed | false)[tuple(map(int, click.points[0]))]
    ]

    assert len(slips) > 30
    assert all((to_missed[place] < to_false[place]) == is_positive for is_positive, place in slips)


def test_the_second_region_is_sometimes_taken_first() -> None:
    clicks = many(blank(), boxed((5, 25, 5, 25), (40, 56, 40, 56)))

    share = np.mean([click.points[0][0] > 30 for click in clicks])

    assert share == pytest.approx(SECOND_SHARE, abs=0.05)


def test_a_speck_is_not_taken_before_a_large_region() -> None:
    clicks = many(blank(), boxed((5, 25, 5, 25), (50, 52, 50, 52)))

    assert all(click.points[0][0] < 30 for click in clicks)


def test_a_slip_does_not_repeat_a_click() -> None:
    truth, random = boxed((20, 40, 20, 40)), dice_of()
    open_pixel = (18.0, 30.0)
    made = [(y, x) for y, x in np.argwhere(~truth).astype(float).tolist() if (y, x) != open_pixel]

    points = {next_click(blank(), truth, HURRIED, random, made).points[0] for _ in range(60)}  # type: ignore[union-attr]

    assert {(y, x) for y, x in points if not truth[int(y), int(x)]} == {open_pixel}


def test_a_slip_at_the_edge_of_the_picture_stays_inside_it() -> None:
    clicks = many(blank(), boxed((0, 64, 0, 20)))

    points = np.array([click.points[0] for click in clicks])
    assert points.min() >= 0
    assert points.max() <= 63


def test_where_all_is_missed_there_is_no_room_to_slip() -> None:
    clicks = many(blank(), ~blank(), n=50)

    assert all(click.is_positive for click in clicks)


def test_a_scribble_runs_along_the_missed_branch_to_its_ends() -> None:
    truth = boxed((20, 27, 5, 60))

    scribble = next_scribble(blank(), truth, CENTER, dice_of())

    assert scribble is not None
    assert (scribble.kind, scribble.is_positive) == (PromptKind.SCRIBBLE, True)
    points = np.array(scribble.points)
    assert np.abs(points[2:-2, 0] - 23).max() <= 1
    assert abs(points[-1, 1] - points[0, 1]) > 40


def test_a_scribble_takes_the_longest_way_through_a_tree() -> None:
    truth = boxed((30, 33, 5, 60), (22, 30, 30, 33))

    scribble = next_scribble(blank(), truth, CENTER, dice_of())

    assert scribble is not None
    columns = np.array(scribble.points)[:, 1]
    assert {round(columns.min() / 8), round(columns.max() / 8)} == {1, 7}


def test_a_false_branch_gets_a_negative_scribble() -> None:
    scribble = next_scribble(boxed((20, 27, 5, 60)), blank(), CENTER, dice_of())

    assert scribble is not None
    assert not scribble.is_positive


def test_a_hurried_scribble_is_shorter_wavers_and_stays_inside() -> None:
    truth = boxed((20, 31, 5, 60))
    whole = next_scribble(blank(), truth, CENTER, dice_of())

    hurried = [next_scribble(blank(), truth, HURRIED, dice_of(seed)) for seed in range(20)]

    places = [np.array(scribble.points, int) for scribble in hurried if scribble]
    assert len(places) == 20
    assert all(truth[place[:, 0], place[:, 1]].all() for place in places)
    assert whole is not None
    assert np.mean([len(place) for place in places]) < len(whole.points)
    assert np.std([place[:, 0] for place in places[:1]]) > 0.5


def test_a_speck_gets_a_click_instead_of_a_scribble() -> None:
    prompt = next_scribble(blank(), boxed((20, 21, 20, 21)), CENTER, dice_of())

    assert prompt == Prompt(PromptKind.POINT, ((20.0, 20.0),))


def test_no_error_gets_no_scribble() -> None:
    assert next_scribble(blank(), blank(), CENTER, dice_of()) is None
