"""From asking for a run to its first frame on the screen, beside OHIF as it comes."""

import statistics
from collections.abc import Callable
from typing import Any, Final

from _viewer_stage import Stage, load
from playwright.sync_api import Page
from pydicom.dataset import Dataset

from tests.browser import PATIENCE_MS, VIEWPORT

MODES: Final = {"ours": "fluoro", "stock": "viewer"}


def opening(stage: Stage, run: Dataset, other: Dataset, repeats: int) -> dict[str, Any]:
    """Open the run in three ways; each figure is the median of some times in s, the ways take turns.

    `ours_from_list`: by a click in the work list while another run is open. `*_by_link`: by its address, with
    the files of the viewer in the browser's cache. `*_new_browser`: by its address, with an empty cache.
    """
    before = load()
    ways: dict[str, Callable[[], float]] = {
        "ours_from_list": lambda: from_list(stage, run, other),
        "ours_by_link": lambda: by_link(stage, run, other, "ours"),
        "stock_by_link": lambda: by_link(stage, run, other, "stock"),
        "ours_new_browser": lambda: new_browser(stage, run, "ours"),
        "stock_new_browser": lambda: new_browser(stage, run, "stock"),
    }
    new_browser(stage, run, "ours")
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            taken[name].append(way())
    seconds = {f"{name}_s": round(statistics.median(times) / 1000, 2) for name, times in taken.items()}
    return {"repeats": repeats, **seconds, "load": [before, load()]}


def new_browser(stage: Stage, run: Dataset, mode: str) -> float:
    """Return the ms from asking for the address to the first frame, with an empty cache."""
    with stage.person() as context:
        return first_image(context.new_page(), stage.link(run, MODES[mode]))


def by_link(stage: Stage, run: Dataset, other: Dataset, mode: str) -> float:
    """Return the same for a browser in which another study was opened before."""
    with stage.person() as context:
        first_image(context.new_page(), stage.link(other, MODES[mode]))
        return first_image(context.new_page(), stage.link(run, MODES[mode]))


def first_image(page: Page, address: str) -> float:
    """Open an address; return the ms until an image was painted."""
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address, wait_until="commit", timeout=PATIENCE_MS)
    return float(page.evaluate("probe.firstImage"))


def from_list(stage: Stage, run: Dataset, other: Dataset) -> float:
    """Return the ms from the click on the run in the list to its first frame; another study is open."""
    with stage.person() as context:
        page = context.new_page()
        first_image(page, stage.link(other))
        page.wait_for_function(f"{VIEWPORT}?.getCurrentImageId()")
        page.get_by_role("tab", name="Runs").click()
        row = page.locator(f'.fv-run[data-run="{run.SOPInstanceUID}"] .fv-run-open')
        row.scroll_into_view_if_needed()
        row.hover()
        page.wait_for_load_state("networkidle")
        page.evaluate("uid => probe.armForRun(uid)", str(run.SOPInstanceUID))
        page.mouse.down()
        page.mouse.up()
        return float(page.evaluate("probe.change"))
