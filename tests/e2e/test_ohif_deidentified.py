"""A de-identified run and its de-identified SEG still open together in the stock viewer."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from pydicom import dcmread
from pydicom.dataset import Dataset

from lib.privacy.folder import deidentify_files, find_files
from lib.seg.content import SegLabel, Segment
from lib.seg.write import write_seg
from lib.settings import SegSettings
from tests.browser import OhifPage
from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import coverage, store
from tests.privacy_objects import deidentifier
from tests.seg_labels import PERSON, label_table

N_FRAMES, ROWS, COLUMNS = 6, 240, 320


@dataclass(frozen=True)
class GivenAway:
    """What was given away of a run of Jane Roe: the run, its SEG, and where its boxes lie, (T, H, W)."""

    run: Dataset
    seg: Dataset
    mask: NDArray[np.uint8]


def moving_box() -> NDArray[np.uint8]:
    """Return (T, H, W) with a box that lies elsewhere on each frame, and nowhere twice."""
    mask = np.zeros((N_FRAMES, ROWS, COLUMNS), np.uint8)
    for t in range(N_FRAMES):
        mask[t, 20 + 30 * t : 45 + 30 * t, 240 - 40 * t : 280 - 40 * t] = 1
    return mask


@pytest.fixture
def given_away(tmp_path: Path) -> GivenAway:
    run, mask = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS), patient_name="Roe^Jane"), moving_box()
    vessel = Segment(label_table().by_name("vessel"), mask > 0, PERSON)
    label = SegLabel(str(run.SOPInstanceUID), (vessel,), 1, "ann", "of Jane Roe")
    seg = write_seg(run, label, SegSettings(), datetime(2026, 3, 4, 15, 6, 7))
    for name, dataset in (("run", run), ("seg", seg)):
        dataset.save_as(tmp_path / f"{name}.dcm", enforce_file_format=True)
    files = find_files(tmp_path)
    written = [one.target for one in deidentify_files(files, tmp_path / "out", deidentifier())]
    new_run, new_seg = (dcmread(path) for path in written if path is not None)
    return GivenAway(new_run, new_seg, mask)


def test_the_mask_lies_on_its_frame_and_nobody_is_named(
    started: Started, page: Page, given_away: GivenAway, tmp_path: Path
) -> None:
    store(started, given_away.run, given_away.seg)

    viewer = OhifPage(page, started.url, str(given_away.run.StudyInstanceUID))
    viewer.wait_for_run(N_FRAMES)
    viewer.open_label("Label v1")
    viewer.wait_for_run(N_FRAMES)
    seen = {}
    for t in (0, 4):
        viewer.show_frame(t)
        seen[t] = viewer.overlay()
    viewer.screenshot(tmp_path / "viewer.png")

    for t, (changed, places) in seen.items():
        inside, outside = coverage(changed, places, given_away.mask[t])
        assert inside > 0.98, f"frame {t + 1}: the overlay covers {inside:.1%} of the mask"
        assert outside == 0, f"frame {t + 1}: {outside} overlay pixels lie beside the mask"
    said = page.locator("body").inner_text()
    assert "Roe" not in said
    assert viewer.errors == []
