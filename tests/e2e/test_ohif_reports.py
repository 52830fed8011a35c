"""A report of a measurement in OHIF's basic viewer: listed, and drawn on the frame that was measured."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser import VIEWPORT, OhifPage
from tests.e2e.conftest import Started
from tests.e2e.labelled import store, submit
from tests.narrowed_run import N_FRAMES, ROW, narrowed_run, vessel

MEASURED_FRAME = 2
PLACES = [{"x": 60, "y": ROW}, {"x": 260, "y": ROW}]

REPORTED = """window.services?.displaySetService.getActiveDisplaySets()
  .find(one => one.Modality === 'SR')?.measurements"""


def test_a_report_is_listed_and_drawn_on_the_measured_frame(
    started: Started, page: Page, tmp_path: Path
) -> None:
    run = narrowed_run()
    store(started, run)
    submit(started, run, np.repeat(vessel()[None], N_FRAMES, axis=0), tmp_path)
    stenosis = send_report(started, str(run.SOPInstanceUID))

    viewer = OhifPage(page, started.url, str(run.StudyInstanceUID))
    viewer.wait_for_run(N_FRAMES)
    viewer.wait_for_series("SR", 1)
    page.get_by_text(f"Measurement of frame {MEASURED_FRAME}").first.dblclick()
    page.wait_for_function(f"{REPORTED}?.length === 2 && {REPORTED}.every(one => one.loaded)")
    page.wait_for_function(f"{VIEWPORT}?.getCurrentImageIdIndex() === {MEASURED_FRAME - 1}")
    viewer.screenshot(tmp_path / "viewer.png")

    places = page.evaluate(f"{REPORTED}.map(one => [one.TrackingIdentifier, one.frameNumber])")
    said = page.evaluate(f"{REPORTED}[0].labels.map(one => one.value)")
    assert places == [["Measured place", MEASURED_FRAME], ["Measured vessel", MEASURED_FRAME]]
    assert float(said[0].removesuffix(" %")) == pytest.approx(stenosis, abs=0.01)
    assert viewer.errors == []


def send_report(started: Started, image_id: str) -> float:
    """Measure between two places and send the report; return the diameter stenosis in percent."""
    asking, address = started.asks_as("a measurer"), f"{started.url}/fluoro/api/measurements"
    frame = {"image_id": image_id, "frame_number": MEASURED_FRAME, "masks_from": "label"}
    made = asking.post(address, json={**frame, "points": PLACES}, timeout=300).json()
    sent = asking.post(f"{address}/{made['measurement_id']}/send", timeout=300)
    assert sent.json()["state"] == "sent", sent.text
    [value] = [one["value"] for one in made["values"] if one["key"] == "percent_diameter"]
    return float(value)
