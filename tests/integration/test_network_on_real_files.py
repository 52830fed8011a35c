"""The shipped network on real runs, which it never saw."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.frames.read import read_cine
from lib.infers.algorithms.network import Network
from lib.labels import load_label_table
from lib.settings import settings
from tests.hand_drawn import CATHETER_FRAMES, catheter_mask

TABLE = load_label_table(settings().labels)
VESSEL = TABLE.by_name("vessel").index
DEVICE = TABLE.by_name("device").index


NOT_FOUND = pytest.mark.xfail(strict=True, reason="the weights find 0 to 30 % of it as a device")


def on_catheter(shared_data: Path, t: int) -> NDArray[np.uint8]:
    """Return the labels on the hand-drawn catheter of one frame."""
    cine = read_cine(shared_data / "dicom" / "xa_cine_12f_jpeg_lossless_malformed.dcm")
    return np.asarray(Network().segment(cine, {}, TABLE)[t][catheter_mask()])


@pytest.mark.parametrize("t", CATHETER_FRAMES)
def test_a_catheter_without_contrast_is_no_vessel(shared_data: Path, t: int) -> None:
    assert np.mean(on_catheter(shared_data, t) == VESSEL) < 0.10


@NOT_FOUND
@pytest.mark.parametrize("t", CATHETER_FRAMES)
def test_a_catheter_without_contrast_is_a_device(shared_data: Path, t: int) -> None:
    assert np.mean(on_catheter(shared_data, t) == DEVICE) > 0.50


def test_a_run_with_contrast_shows_a_tree_that_comes_and_goes(shared_data: Path) -> None:
    cine = read_cine(shared_data / "dicom" / "xa_cine_96f_jpeg_baseline.dcm")

    label_map = Network().segment(cine, {}, TABLE)

    areas = (label_map == VESSEL).mean(axis=(1, 2))
    assert areas.max() > 0.02
    assert areas.min() < 0.3 * areas.max()
