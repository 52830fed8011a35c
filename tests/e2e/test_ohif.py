"""The stock viewer in a real browser opens a run and shows the stored label on the right frames."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from pydicom.dataset import Dataset

from tests.browser import OhifPage
from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import coverage, store, submit

N_FRAMES = 96


@pytest.fixture(params=["a built run", "a real run"])
def run(request: pytest.FixtureRequest) -> Dataset:
    if request.param == "a built run":
        return build_xa(pixels=draw_run(N_FRAMES, 256, 320))
    folder: Path = request.getfixturevalue("shared_data")
    return pydicom.dcmread(folder / "dicom" / "xa_cine_96f_jpeg_baseline.dcm")


def moving_mask(rows: int, columns: int) -> NDArray[np.uint8]:
    """Return (T, H, W) with a box that lies elsewhere, and far from there, on the frames next to each."""
    mask = np.zeros((N_FRAMES, rows, columns), np.uint8)
    for t in range(N_FRAMES):
        top, left = rows // 10 + t * 41 % 70 * rows // 100, columns // 10 + t * 29 % 70 * columns // 100
        mask[t, top : top + rows // 12, left : left + columns // 10] = 1
    return mask


def test_every_mask_lies_on_its_own_frame_and_nowhere_else(
    started: Started, page: Page, run: Dataset, tmp_path: Path
) -> None:
    mask = moving_mask(run.Rows, run.Columns)
    store(started, run)
    submit(started, run, mask, tmp_path)

    viewer = OhifPage(page, started.url, str(run.StudyInstanceUID))
    viewer.wait_for_run(N_FRAMES)
    viewer.open_label("Label v1")
    viewer.wait_for_run(N_FRAMES)
    seen = {}
    for frame_number in (1, 40, 96):
        viewer.show_frame(frame_number - 1)
        seen[frame_number] = viewer.overlay()
    viewer.screenshot(tmp_path / "viewer.png")

    for frame_number, (changed, places) in seen.items():
        inside, outside = coverage(changed, places, mask[frame_number - 1])
        assert inside > 0.98, f"frame {frame_number}: the overlay covers {inside:.1%} of the mask"
        assert outside == 0, f"frame {frame_number}: {outside} overlay pixels lie beside the mask"
    assert viewer.errors == []
