import numpy as np
import pytest

from lib.errors import UnknownLabelError
from lib.labels import load_label_table
from lib.pictures.overlay import overlay
from lib.settings import settings

TABLE = load_label_table(settings().labels)
VESSEL, CATHETER = TABLE.by_name("vessel"), TABLE.by_name("catheter")


def square(side: int = 64) -> np.ndarray:
    """Return a label map with a vessel of 20 x 20 pixels."""
    labels = np.zeros((side, side), np.uint8)
    labels[10:30, 10:30] = VESSEL.index
    return labels


def grey(side: int = 64, level: float = 0.5) -> np.ndarray:
    return np.full((side, side), level, np.float32)


def test_pixels_without_label_stay_grey() -> None:
    picture = overlay(grey(), square(), TABLE)

    assert picture.dtype == np.uint8
    assert picture[40, 40].tolist() == [128, 128, 128]


def test_the_edge_has_nearly_the_label_s_colour_and_the_inside_a_tint() -> None:
    picture = overlay(grey(), square(), TABLE).astype(int)

    far_from_edge = np.abs(picture[10, 20] - VESSEL.color).max()
    far_inside = np.abs(picture[20, 20] - VESSEL.color).max()
    assert far_from_edge < 15 < far_inside
    assert picture[20, 20, 0] > picture[20, 20, 2]


def test_what_lies_below_the_tint_stays_readable() -> None:
    dark, bright = (overlay(grey(level=level), square(), TABLE)[20, 20].astype(int) for level in (0.2, 0.6))

    assert (bright - dark).min() > 60


def test_each_label_has_its_own_colour() -> None:
    labels = square()
    labels[40:60, 40:60] = CATHETER.index

    picture = overlay(grey(), labels, TABLE).astype(int)

    assert np.abs(picture[40, 50] - CATHETER.color).max() < 15


def test_a_large_picture_names_its_labels_and_only_those() -> None:
    named, plain = (overlay(grey(512), square(512), TABLE, has_legend=has) for has in (True, False))

    corner = np.s_[400:, :200]
    assert (named[corner] != plain[corner]).any()
    assert (overlay(grey(512), np.zeros((512, 512), np.uint8), TABLE) == plain[400, 400]).all()


def test_a_small_picture_has_no_room_for_a_legend() -> None:
    assert (overlay(grey(), square(), TABLE) == overlay(grey(), square(), TABLE, has_legend=False)).all()


def test_an_index_that_the_table_lacks_is_refused() -> None:
    labels = square()
    labels[0, 0] = 255

    with pytest.raises(UnknownLabelError):
        overlay(grey(), labels, TABLE)
