"""Subtraction of the mask frames that a header names."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.segment_page import SegmentPage

ROWS, COLUMNS = 128, 160
DOWN, RIGHT = 3, 2


def subtraction(*frames: int) -> Sequence:
    """Return what a header says of the mask: its frames, and how far it is shifted."""
    item = Dataset()
    item.MaskOperation = "AVG_SUB"
    item.MaskFrameNumbers = list(frames)
    item.MaskSubPixelShift = [float(DOWN), float(RIGHT)]
    return Sequence([item])


def test_the_mask_frames_and_the_shift_of_the_header_are_taken(
    started: Started, visit: Callable[[Dataset], SegmentPage]
) -> None:
    pixels = draw_run(6, ROWS, COLUMNS)
    pixels[1] += 10
    run = build_xa(pixels=pixels, MaskSubtractionSequence=subtraction(1, 2))
    store(started, run)
    viewer = visit(run)
    viewer.show_frame(4)

    viewer.page.get_by_role("button", name="Subtract").click()
    field = viewer.page.get_by_label("Mask frame", exact=True)
    expect(field).to_have_attribute("title", "Mask frames 1, 2, from the header")
    expect(viewer.page.get_by_label("Shift right")).to_have_value(str(RIGHT))
    expect(viewer.page.get_by_label("Shift down")).to_have_value(str(DOWN))
    viewer.wait_until_still()
    shown = viewer.drawn().reshape(ROWS, COLUMNS)

    mask = pixels[:2].mean(axis=0)
    moved = pixels[4, DOWN:, RIGHT:] - mask[:-DOWN, :-RIGHT] + 128
    np.testing.assert_array_equal(shown[DOWN:, RIGHT:], np.clip(np.floor(moved), 0, 255))
    assert viewer.errors == []
