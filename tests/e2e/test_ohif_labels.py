"""Labels of a series with two runs in a real browser: each on its own run, and lengths in mm beside it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, Route
from pydicom.dataset import Dataset

from tests.browser import OhifPage
from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import coverage, store, submit

N_FRAMES, ROWS, COLUMNS = 4, 240, 320


@dataclass(frozen=True)
class Pair:
    """One series with two runs of the same shape, each with a label of its own.

    Attributes:
        runs: The runs, with the Instance Numbers 1 and 2.
        masks: (H, W) uint8 for each run, the same on all frames; they do not overlap.
        labels: Series Instance UID of each run's SEG.
    """

    runs: tuple[Dataset, Dataset]
    masks: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    labels: tuple[str, str]

    @property
    def study(self) -> str:
        return str(self.runs[0].StudyInstanceUID)


@pytest.fixture(scope="module")
def pair(started: Started, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("pair")
    first = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS), InstanceNumber=1)
    second = build_xa(
        pixels=draw_run(N_FRAMES, ROWS, COLUMNS),
        study_instance_uid=str(first.StudyInstanceUID),
        series_instance_uid=str(first.SeriesInstanceUID),
        InstanceNumber=2,
    )
    masks = box(top=30), box(top=150)
    store(started, first, second)
    labels = [
        submit(started, run, np.repeat(mask[None], N_FRAMES, axis=0), folder)
        for run, mask in zip((first, second), masks, strict=True)
    ]
    return Pair((first, second), masks, (labels[0], labels[1]))


def box(top: int) -> NDArray[np.uint8]:
    """Return (H, W) with a box of 60 rows."""
    mask = np.zeros((ROWS, COLUMNS), np.uint8)
    mask[top : top + 60, 40:200] = 1
    return mask


def open_viewer(page: Page, started: Started, pair: Pair, *, is_run_first: bool) -> OhifPage:
    """Open the study; the metadata of the runs' series come before those of the labels, or after."""
    runs = str(pair.runs[0].SeriesInstanceUID)
    late = pair.labels if is_run_first else (runs,)
    held: list[Route] = []
    for series in late:
        page.route(f"**/series/{series}/metadata*", lambda route: held.append(route))
    viewer = OhifPage(page, started.url, pair.study)
    viewer.wait_for_series("XA" if is_run_first else "SEG", 2)
    assert len(held) == len(late)
    for route in held:
        route.continue_()
    viewer.wait_for_series("SEG" if is_run_first else "XA", 2)
    viewer.wait_for_run(N_FRAMES)
    return viewer


@pytest.mark.parametrize("is_run_first", [True, False], ids=["runs first", "labels first"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_label_is_opened_on_its_own_run(
    started: Started, page: Page, pair: Pair, number: int, is_run_first: bool, tmp_path: Path
) -> None:
    viewer = open_viewer(page, started, pair, is_run_first=is_run_first)

    viewer.open_label(f"Label v1 of image {number}")
    viewer.show_frame(0)
    inside, outside = coverage(*viewer.overlay(), pair.masks[number - 1])
    viewer.screenshot(tmp_path / "viewer.png")

    assert viewer.shown_run() == str(pair.runs[number - 1].SOPInstanceUID)
    assert inside > 0.98
    assert outside == 0
    assert viewer.errors == []


def test_a_length_is_in_mm_while_a_label_is_open(
    started: Started, page: Page, pair: Pair, tmp_path: Path
) -> None:
    viewer = open_viewer(page, started, pair, is_run_first=False)
    viewer.open_label("Label v1 of image 2")
    viewer.show_frame(1)

    text, length_px = viewer.measure_length()
    viewer.screenshot(tmp_path / "viewer.png")

    run = pair.runs[1]
    pixel_mm = run.ImagerPixelSpacing[0] / run.EstimatedRadiographicMagnificationFactor
    number, unit, *_ = text.split()
    assert unit == "mm"
    assert float(number) == pytest.approx(length_px * pixel_mm, rel=0.02)


def test_a_length_on_a_run_of_unknown_pixel_size_stays_in_px(
    started: Started, page: Page, tmp_path: Path
) -> None:
    unknown = ("ImagerPixelSpacing", "EstimatedRadiographicMagnificationFactor")
    run = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS), **dict.fromkeys(unknown))
    store(started, run)
    submit(started, run, np.repeat(box(top=30)[None], N_FRAMES, axis=0), tmp_path)
    viewer = OhifPage(page, started.url, str(run.StudyInstanceUID))
    viewer.wait_for_run(N_FRAMES)
    viewer.open_label("Label v1 of image 1")
    viewer.show_frame(1)

    text, length_px = viewer.measure_length()

    number, unit, *_ = text.split()
    assert unit == "px"
    assert float(number) == pytest.approx(length_px, rel=0.02)
