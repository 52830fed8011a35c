"""What a person drew and the network does not see: its silence elsewhere says nothing."""

import numpy as np

from lib.propagation.contrast import LEAST_DEPTH, filling
from lib.propagation.fusion import known_of, scored
from lib.propagation.key_shape import shape_of
from lib.propagation.plane import halved

SHAPE = (96, 96)


def drawn() -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    mask[30:50, 20:80] = True
    return mask


def score_where_nothing_is_seen(probability_on_key: float) -> np.ndarray:
    mask = drawn()
    on_key = np.where(mask, np.float32(probability_on_key), np.float32(0))
    shape, full = shape_of(mask, on_key), np.ones_like(halved(on_key))
    return scored(shape, np.zeros(SHAPE, np.float32), full, known_of(shape, on_key))


def test_what_the_network_saw_on_the_key_is_dropped_where_it_sees_it_no_more() -> None:
    assert not (score_where_nothing_is_seen(0.95) >= 0.5).any()


def test_what_it_never_saw_stays() -> None:
    stays = score_where_nothing_is_seen(0.0) >= 0.5

    assert stays[drawn()].mean() > 0.8
    assert not stays[~drawn()].any()


def test_what_has_no_contrast_medium_on_the_key_cannot_lose_it() -> None:
    lost, key = np.full((4, 4), -0.1, np.float32), np.zeros((4, 4), np.float32)
    key[:, 2:] = 10 * LEAST_DEPTH

    full = filling(lost, key)

    assert (full[:, :2] >= 1).all()
    assert (full[:, 2:] < 0).all()
