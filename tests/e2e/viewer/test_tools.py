"""The tools with forms draw on the frame what their points and values say."""

from collections.abc import Callable

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.segment_page import SegmentPage

ROWS, COLUMNS = 256, 320
VESSELS = (slice(60, 70), slice(180, 190))
"""Rows of two dark bands that cross the frame."""
FRAME = 2


@pytest.fixture(scope="module")
def opened(started: Started, desk: SegmentPage) -> SegmentPage:
    """A run with two vessels, opened once for all tests of this file, with the tools in sight."""
    pixels = draw_run(3, ROWS, COLUMNS)
    for rows in VESSELS:
        pixels[:, rows, 20:300] = 50
    run: Dataset = build_xa(pixels=pixels)
    store(started, run)
    desk.open_instead(run)
    desk.go_to(FRAME)
    desk.page.get_by_text("More tools").click()
    return desk


@pytest.fixture
def draw_with(opened: SegmentPage) -> Callable[..., np.ndarray]:
    """Draws with a tool: `draw_with(name, {parameter: value}, (x, y), ...)`; undone before."""

    def draw(tool: str, values: dict[str, object], *points: tuple[int, int]) -> np.ndarray:
        while opened.n_prompts():
            opened.press("undo")
        page = opened.page
        page.get_by_label("Tool", exact=True).select_option(tool)
        for name, value in values.items():
            page.locator(f'[data-parameter="{name}"]').fill(str(value))
        opened.app("app.store.set('clickMode', 'tool')")
        for point in points:
            page.mouse.click(*opened.on_page(*point))
        page.locator('[data-action="tool"]').click()
        opened.wait_for_prompts(1)
        return opened.shown(FRAME) > 0

    return draw


def test_without_adherence_a_livewire_is_straight(draw_with: Callable[..., np.ndarray]) -> None:
    drawn = draw_with("livewire", {"adherence": 0}, (60, 50), (60, 150))

    assert drawn[50:151, 60].all()
    assert np.count_nonzero(drawn) == 101


def test_a_watershed_takes_the_vessel_that_was_pointed_at(draw_with: Callable[..., np.ndarray]) -> None:
    drawn = draw_with("watershed", {"kernel_size": 1}, (160, 65))

    assert drawn[VESSELS[0], 40:280].mean() > 0.8
    assert not drawn[VESSELS[1]].any()


def test_a_snake_grows_no_further_than_its_iterations_allow(draw_with: Callable[..., np.ndarray]) -> None:
    short = draw_with("snakes", {"radius": 12, "iterations": 5}, (160, 185))
    longer = draw_with("snakes", {"radius": 12, "iterations": 60}, (160, 185))

    assert short[185, 160]
    assert np.count_nonzero(longer[VESSELS[1]]) > np.count_nonzero(short[VESSELS[1]])
    assert not longer[VESSELS[0]].any()


def test_the_page_wrote_no_errors(opened: SegmentPage) -> None:
    assert opened.errors == []
