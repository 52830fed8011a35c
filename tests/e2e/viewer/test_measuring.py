"""A narrowing is measured, accepted and sent from the tab Measure."""

import numpy as np
import pytest
import requests
from playwright.sync_api import expect

from tests.browser import PATIENCE_MS
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.conftest import READER
from tests.e2e.viewer.segment_page import SegmentPage
from tests.e2e.viewer.viewer_page import draw
from tests.narrowed_run import N_FRAMES, NARROW, ROW, narrowed_run, vessel

FRAME = 2

CALIPER = """(line => line && line.getAttribute('points').split(' ').map(one => one.split(',').map(Number)))(
  document.querySelector('.fv-caliper'))"""


@pytest.fixture(scope="module")
def measured(started: Started, desk: SegmentPage) -> SegmentPage:
    """The run with a label on its frames, measured once."""
    run = narrowed_run()
    store(started, run)
    draw(started, READER, str(run.SOPInstanceUID), {n: vessel() for n in range(1, N_FRAMES + 1)})
    desk.open_instead(run)
    desk.go_to(FRAME)
    desk.wait_for_mask(FRAME)
    desk.page.get_by_role("tab", name="Measure").click()
    desk.press("measure")
    expect(desk.page.locator("[data-value=percent_diameter]")).to_be_visible(timeout=PATIENCE_MS)
    return desk


def value(viewer: SegmentPage, key: str) -> float:
    """Return a shown number."""
    return float(viewer.page.locator(f"[data-value={key}] td").inner_text().split()[0])


def test_the_narrowing_is_found_where_it_is(measured: SegmentPage) -> None:
    caliper = np.asarray(measured.app(CALIPER))
    left, _ = measured.app("(box => [box.left, box.top])(app.viewport.element().getBoundingClientRect())")
    x, _ = measured.on_page(NARROW, ROW)

    assert value(measured, "percent_diameter") == pytest.approx(50, abs=8)
    assert caliper[:, 0].mean() + left == pytest.approx(x, abs=12)


def test_branches_are_offered_and_named_on_the_image(measured: SegmentPage) -> None:
    measured.press("findBranches")

    assert measured.page.get_by_role("combobox", name="Branch").locator("option").count() == 2
    expect(measured.page.locator(".fv-branch-name")).to_have_text(["0"])


def test_an_accepted_measurement_is_listed_and_its_report_reaches_the_pacs(
    measured: SegmentPage, started: Started
) -> None:
    measured.page.locator('[data-action="measure-accept"]').click()
    accepted = measured.page.get_by_role("region", name="Accepted on this run")
    expect(accepted).to_contain_text(READER, timeout=PATIENCE_MS)
    measured.page.locator('[data-action="measure-send"]').click()

    expect(accepted).to_contain_text("in the PACS", timeout=PATIENCE_MS)

    study = measured.app("app.viewport.displaySet().StudyInstanceUID")
    series = requests.get(f"{started.pacs_url}/studies/{study}/series", timeout=60).json()
    assert "SR" in {one["00080060"]["Value"][0] for one in series}
    assert measured.errors == []
