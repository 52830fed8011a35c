import numpy as np

from lib.ridges.borders import distance_to_border, field_mask
from lib.ridges.filter import Image
from tests.vessel_runs import tissue, vessel_chords

SIDE = 256


def picture() -> Image:
    random = np.random.default_rng(0)
    noise = random.normal(0, 0.01, (SIDE, SIDE))
    return (tissue(SIDE) + 0.3 * vessel_chords(SIDE) + noise).astype(np.float32)


def test_a_picture_without_border_is_all_field() -> None:
    assert field_mask([picture()]).all()


def test_collimator_leaves_are_left_out() -> None:
    image = picture()
    image[:30] += 0.8
    image[:, -40:] += 0.8

    field = field_mask([image])

    assert not field[:30].any()
    assert not field[:, -40:].any()
    assert field[60:-20, 20:-60].all()


def test_a_round_border_is_left_out_also_where_it_sways() -> None:
    y, x = np.mgrid[:SIDE, :SIDE]
    samples = []
    for shift in (0, 5):
        image = picture()
        image[np.hypot(y - 128, x - 128 - shift) > 110] = 4.0
        samples.append(image)

    field = field_mask(samples)

    assert not field[128, 20]
    assert not field[128, 238]
    assert field[128, 60]


def test_the_slanted_edge_of_a_diaphragm_is_no_leaf() -> None:
    image = picture()
    y, x = np.mgrid[:SIDE, :SIDE]
    image[y < 20 + 0.3 * x] += 0.6

    assert field_mask([image]).all()


def test_a_dark_corner_is_no_leaf() -> None:
    image = picture()
    image[:30, :150] += 0.8

    assert field_mask([image]).all()


def test_the_distance_counts_from_the_picture_s_own_border_too() -> None:
    distance = distance_to_border(np.ones((40, 60), bool))

    assert distance[0, 30] == 1.0
    assert distance[20, 30] > 15.0
