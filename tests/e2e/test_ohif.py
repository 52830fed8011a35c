"""The stock viewer in a real browser opens a run and shows the stored label on the right frames."""

import time
from pathlib import Path

import numpy as np
import pydicom
import pytest
import requests
from numpy.typing import NDArray
from playwright.sync_api import Page
from pydicom.dataset import Dataset

from lib.arrays import to_volume
from lib.datastore.volumes import write_label
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.browser import OhifPage
from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started

N_FRAMES = 96
BLUR_PX = 2.0
"""The overlay's outline and the browser's resampling may reach this far beyond the mask."""


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


def submit(started: Started, run: Dataset, mask: NDArray[np.uint8], folder: Path) -> None:
    """Store the run, submit the label, wait until the PACS shows it."""
    pacs = connect(PacsSettings(url=started.pacs_url))
    pacs.store([run])
    path = folder / "label.nii.gz"
    write_label(path, to_volume(mask), None)
    with path.open("rb") as file:
        answer = requests.put(
            f"{started.url}/datastore/label",
            params={"image": str(run.SOPInstanceUID), "tag": "final"},
            files={"label": ("label.nii.gz", file)},
            timeout=60,
        )
    assert answer.ok, answer.text
    ref = pacs.find_run(str(run.SOPInstanceUID))
    until = time.monotonic() + 30
    while not pacs.list_segs(ref) and time.monotonic() < until:
        time.sleep(0.2)


def test_every_mask_lies_on_its_own_frame_and_nowhere_else(
    started: Started, page: Page, run: Dataset, tmp_path: Path
) -> None:
    mask = moving_mask(run.Rows, run.Columns)
    submit(started, run, mask, tmp_path)

    viewer = OhifPage(page, started.url, str(run.StudyInstanceUID))
    viewer.wait_for_run(N_FRAMES)
    viewer.open_label("Fluoro Vessels label v1")
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


def coverage(
    changed: NDArray[np.bool_], places: NDArray[np.float64], mask: NDArray[np.uint8]
) -> tuple[float, int]:
    """Return the part of a box mask that the overlay covers, and its pixels outside."""
    rows, columns = np.nonzero(mask)
    low = np.array([columns.min(), rows.min()])
    high = np.array([columns.max() + 1, rows.max() + 1])
    well_inside = np.all((places > low + BLUR_PX) & (places < high - BLUR_PX), axis=-1)
    well_outside = np.any((places < low - BLUR_PX) | (places > high + BLUR_PX), axis=-1)
    return float(changed[well_inside].mean()), int(changed[well_outside].sum())
