"""Each label map of the fluoroscopy mode lies on its own frame of its own run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import coverage, store, submit
from tests.e2e.viewer.conftest import READER
from tests.e2e.viewer.segment_page import SegmentPage
from tests.e2e.viewer.viewer_page import draw

Visit = Callable[[Dataset], SegmentPage]

N_FRAMES, ROWS, COLUMNS = 96, 256, 320
CHECKED = (1, 48, 96)

KNOWS_THE_SEG = "app.services.displaySetService.getActiveDisplaySets().some(one => one.Modality === 'SEG')"


def box(top: int, left: int) -> NDArray[np.uint8]:
    mask = np.zeros((ROWS, COLUMNS), np.uint8)
    mask[top : top + 40, left : left + 60] = 1
    return mask


def own_box(n: int) -> NDArray[np.uint8]:
    """Return a box that lies elsewhere, and far from there, on the frames next to frame n."""
    return box(10 + n * 71 % 200, 10 + n * 97 % 240)


def masks_near(n_frames: int, checked: tuple[int, ...]) -> dict[int, NDArray[np.uint8]]:
    """Return boxes of some frames and of those beside them, by frame number."""
    near = {n for one in checked for n in (one - 1, one, one + 1) if 1 <= n <= n_frames}
    return {n: own_box(n) for n in near}


def assert_on_their_frames(
    viewer: SegmentPage, masks: dict[int, NDArray[np.uint8]], checked: tuple[int, ...]
) -> None:
    for n in checked:
        viewer.show_frame(n - 1)
        viewer.wait_for_mask(n)
        viewer.wait_until_still()
        inside, outside = coverage(*viewer.overlay(), masks[n])
        assert inside > 0.98, f"frame {n}: the overlay covers {inside:.1%} of the mask"
        assert outside == 0, f"frame {n}: {outside} overlay pixels lie beside the mask"
    assert viewer.errors == []


def test_every_mask_lies_on_its_own_frame_and_nowhere_else(started: Started, visit: Visit) -> None:
    run = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS))
    store(started, run)
    masks = masks_near(N_FRAMES, CHECKED)
    draw(started.url, READER, str(run.SOPInstanceUID), masks)

    assert_on_their_frames(visit(run), masks, CHECKED)


def test_a_submitted_label_in_the_study_is_gone_on_with_and_covers_nothing_else(
    started: Started, visit: Visit, tmp_path: Path
) -> None:
    run = build_xa(pixels=draw_run(8, ROWS, COLUMNS))
    store(started, run)
    masks = masks_near(8, (1, 4, 8))
    submit(started, run, np.stack([masks.get(n, box(10, 10)) for n in range(1, 9)]), tmp_path)

    viewer = visit(run)
    viewer.wait_for_app(KNOWS_THE_SEG)

    assert viewer.shown_run() == run.SOPInstanceUID
    assert_on_their_frames(viewer, masks, (1, 4, 8))


def test_two_runs_of_one_series_keep_their_label_maps_apart(started: Started, visit: Visit) -> None:
    first = build_xa(pixels=draw_run(4, ROWS, COLUMNS), InstanceNumber=1)
    second = build_xa(
        pixels=draw_run(4, ROWS, COLUMNS),
        study_instance_uid=str(first.StudyInstanceUID),
        series_instance_uid=str(first.SeriesInstanceUID),
        InstanceNumber=2,
    )
    store(started, first, second)
    masks = {str(first.SOPInstanceUID): box(20, 20), str(second.SOPInstanceUID): box(180, 200)}
    for image_id, mask in masks.items():
        draw(started.url, READER, image_id, {2: mask})

    visit(first).wait_for_series("XA", 2)
    for run in (first, second, first):
        assert_on_their_frames(visit(run), {2: masks[str(run.SOPInstanceUID)]}, (2,))
