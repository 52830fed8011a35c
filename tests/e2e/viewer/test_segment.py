"""From the automatic result to the submitted label: what a person saw is what the PACS gets."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.conftest import READER
from tests.e2e.viewer.saved_labels import indices_of, label_map, newest_seg, versions
from tests.e2e.viewer.segment_page import SegmentPage, decoded_in
from tests.e2e.viewer.viewer_page import draw

N_FRAMES, ROWS, COLUMNS = 12, 256, 320
NAMED = (30, 40, 45)
"""Frames that are compared: propagated, corrected by hand, with a branch."""

Visit = Callable[[Dataset], SegmentPage]


@pytest.fixture
def run(started: Started) -> Dataset:
    """A small run of its own study."""
    one = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS))
    store(started, one)
    return one


@pytest.fixture
def real_run(started: Started, shared_data: Path) -> Dataset:
    """A real run of 96 frames, in a study of its own."""
    one = pydicom.dcmread(shared_data / "dicom" / "xa_cine_96f_jpeg_baseline.dcm")
    one.StudyInstanceUID, one.SeriesInstanceUID, one.SOPInstanceUID = (generate_uid() for _ in range(3))
    one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
    store(started, one)
    return one


@pytest.mark.timeout(1200)
def test_the_pacs_gets_exactly_the_pixels_that_the_viewer_showed(
    started: Started, visit: Visit, real_run: Dataset, tmp_path: Path
) -> None:
    viewer = visit(real_run)
    frames = segment_by_hand(viewer, 40)
    cancelled = propagate_and_cancel(viewer, 41, 60)
    propagate(viewer, 30, 50)
    draw_branch(viewer, 45)
    viewer.press("finishFrame")
    viewer.press("saveDraft")
    viewer.said("Draft")
    before = {n: seen(viewer, n) for n in NAMED}
    viewer.screenshot(tmp_path / "segment.png")
    viewer.page.reload()
    viewer.open_run(96, (real_run.Rows, real_run.Columns))
    after = {n: seen(viewer, n) for n in NAMED}
    finished = viewer.app("app.store.get('finishedFrames')")
    viewer.press("submit")
    viewer.said("in the PACS")

    assert frames["automatic"].any(), "the automatic result is empty"
    assert (frames["clicked"] != frames["automatic"]).any(), "three clicks changed nothing"
    assert (frames["painted"] > frames["clicked"]).sum() > 100, "the brush did not paint"
    np.testing.assert_array_equal(frames["undone"], frames["clicked"])
    assert "cancelled" in cancelled
    assert finished == [45]
    seg, indices = newest_seg(started, real_run), indices_of(started)
    assert (after[45] == indices["LAD mid"]).any(), "the branch label is lost"
    for n, mask in after.items():
        np.testing.assert_array_equal(mask, before[n], f"frame {n} is another one after the reload")
        np.testing.assert_array_equal(label_map(seg, n, indices), mask, f"frame {n} in the PACS")
    assert label_map(seg, 80, indices).max() == 0
    assert_effort_is_kept(versions(started, real_run)[0])
    assert viewer.errors == []


def test_another_persons_newer_version_is_not_overwritten_without_asking(
    started: Started, visit: Visit, run: Dataset
) -> None:
    image_id = str(run.SOPInstanceUID)
    draw(started, READER, image_id, {3: box(20, 30)})
    viewer = visit(run)
    submit_as_another(started, image_id)

    viewer.page.locator('[data-action="submit"]').click()
    viewer.page.get_by_role("button", name="Do not save").click()
    viewer.rest()
    kept = [one["author"] for one in versions(started, run)]
    viewer.page.locator('[data-action="submit"]').click()
    viewer.page.get_by_role("button", name="Save mine as the newest").click()
    viewer.said("in the PACS")

    assert kept == ["second reader"]
    assert [one["author"] for one in versions(started, run)] == [READER, "second reader"]
    assert [error for error in viewer.errors if "409" not in error] == []


def test_a_label_of_ones_own_is_added_drawn_renamed_and_stays_until_it_is_unused(
    started: Started, visit: Visit, run: Dataset
) -> None:
    name = f"collateral {time.time_ns()}"
    viewer = visit(run)
    viewer.go_to(2)
    viewer.page.get_by_text("Labels", exact=True).click()
    viewer.page.get_by_role("textbox", name="New label").fill(name)
    viewer.page.get_by_role("button", name="Add", exact=True).click()
    viewer.expect_label(name)
    viewer.choose("rectangle")
    viewer.drag((40, 40), (80, 70))
    index = indices_of(started)[name]
    drawn = viewer.shown(2)
    viewer.press("deleteLabelOnFrame")
    deleted = viewer.shown(2)
    viewer.press("undo")
    viewer.page.get_by_role("button", name=f"Rename {name}").click()
    viewer.page.get_by_role("textbox", name=re.compile("New name of")).fill(f"{name} left")
    viewer.page.get_by_role("button", name="Keep", exact=True).click()
    viewer.expect_label(f"{name} left")

    assert (drawn[45:65, 45:75] == index).all()
    assert not deleted.any()
    np.testing.assert_array_equal(viewer.shown(2), drawn)
    assert indices_of(started)[f"{name} left"] == index
    assert viewer.errors == []


@pytest.mark.parametrize("rows", [1, 97])
def test_the_viewer_reads_every_grey_value_of_a_mask_as_it_was(desk: SegmentPage, rows: int) -> None:
    random = np.random.default_rng(5)
    noise = random.integers(0, 256, (rows, 131), np.uint8)
    smooth = np.sort(noise, axis=1)

    for picture in (noise, smooth, smooth.T.copy(), np.zeros_like(noise)):
        np.testing.assert_array_equal(decoded_in(desk.page, picture), picture)


def seen(viewer: SegmentPage, n: int) -> NDArray[np.uint8]:
    """Return what the viewer shows on a frame, once it has fetched it."""
    viewer.go_to(n)
    viewer.wait_for_mask(n)
    viewer.rest()
    return viewer.shown(n)


def far_from(mask: NDArray[np.uint8], n: int) -> list[tuple[int, int]]:
    """Return (x, y) of places in the middle of the frame where the mask is not."""
    rows, columns = mask.shape
    ys, xs = range(rows // 4, 3 * rows // 4, 16), range(columns // 4, 3 * columns // 4, 16)
    grid = [(x, y) for y in ys for x in xs]
    free = [(x, y) for x, y in grid if not mask[y - 8 : y + 9, x - 8 : x + 9].any()]
    return free[:: max(len(free) // n, 1)][:n]


def middle_of(mask: NDArray[np.uint8]) -> tuple[int, int]:
    """Return (x, y) of a pixel of the mask."""
    ys, xs = np.nonzero(mask)
    return int(xs[len(xs) // 2]), int(ys[len(ys) // 2])


def box(top: int, left: int) -> NDArray[np.uint8]:
    mask = np.zeros((ROWS, COLUMNS), np.uint8)
    mask[top : top + 40, left : left + 60] = 1
    return mask


def segment_by_hand(viewer: SegmentPage, n: int) -> dict[str, NDArray[np.uint8]]:
    """Let the machine find vessels on a frame, and correct them; return the frame after each part."""
    frames = {}
    viewer.go_to(n)
    viewer.press("automatic")
    frames["automatic"] = viewer.shown(n)
    viewer.choose("positive")
    for x, y in far_from(frames["automatic"], 2):
        viewer.click_at(x, y)
        assert viewer.shown(n)[y, x], "a positive click did not take the pixel that it hit"
    viewer.choose("negative")
    x, y = middle_of(frames["automatic"])
    viewer.click_at(x, y)
    assert not viewer.shown(n)[y, x], "a negative click left the pixel that it hit"
    frames["clicked"] = viewer.shown(n)
    viewer.choose("brush")
    n_prompts = viewer.n_prompts()
    viewer.drag((130, 60), (170, 90))
    viewer.wait_for_prompts(n_prompts + 1)
    frames["painted"] = viewer.shown(n)
    viewer.press("undo")
    frames["undone"] = viewer.shown(n)
    viewer.press("redo")
    viewer.choose("none")
    return frames


def draw_branch(viewer: SegmentPage, n: int) -> None:
    """Draw a branch label, picked by its SYNTAX number, with the scissors."""
    viewer.go_to(n)
    viewer.wait_for_mask(n)
    viewer.pick_label("7", "LAD mid")
    viewer.choose("circle")
    viewer.drag((200, 300), (230, 300))
    viewer.choose("none")


def set_range(viewer: SegmentPage, first: int, last: int) -> None:
    viewer.page.locator("#fv-first-frame").fill(str(first))
    viewer.page.locator("#fv-last-frame").fill(str(last))


def propagate(viewer: SegmentPage, first: int, last: int) -> None:
    """Carry the label through frames; the session goes on from the saved result."""
    set_range(viewer, first, last)
    viewer.press("propagate")
    viewer.wait_for_app("app.store.get('session').start.length === 32")


def propagate_and_cancel(viewer: SegmentPage, first: int, last: int) -> str:
    """Begin to carry the label through frames, think again, and return what the viewer says."""
    set_range(viewer, first, last)
    viewer.page.locator('[data-action="propagate"]').click()
    viewer.press("cancel")
    message: str = viewer.app("app.store.get('problem').message")
    return message


def submit_as_another(started: Started, image_id: str) -> None:
    """Let another person submit a label of the run."""
    draw(started, "second reader", image_id, {4: box(90, 100)})
    asking, sessions = started.asks_as("second reader"), f"{started.url}/fluoro/api/sessions"
    [session] = asking.get(sessions, params={"image_id": image_id}, timeout=60).json()["sessions"]
    answer = asking.post(f"{sessions}/{session['session_id']}/save", json={"tag": "final"}, timeout=120)
    assert answer.ok, answer.text


def assert_effort_is_kept(version: dict[str, Any]) -> None:
    assert version["actions"] >= 6
    assert version["seconds"] > 0
