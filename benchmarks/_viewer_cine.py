"""Frames per second that reach the screen: our cine with labels over every frame, and OHIF's without."""

import statistics
from typing import Any, Final

from _viewer_stage import Stage, load
from playwright.sync_api import Page
from pydicom.dataset import Dataset

from tests.browser import PATIENCE_MS, OhifPage
from tests.e2e.viewer.segment_page import SegmentPage

SECONDS: Final = 8.0
TAKES: Final = 3

PLAY_STOCK: Final = """rate => {
  const { element, id } = probe.viewport();
  services.cineService.playClip(element, { framesPerSecond: rate, viewportId: id });
}"""

ALL_LOADED: Final = "probe.viewport().getImageIds().every(id => cornerstone.cache.getImageLoadObject(id))"


def cine(stage: Stage, run: Dataset) -> dict[str, Any]:
    """Play the run at the speed of its header and at twice that, in two browsers in turns; give medians.

    OHIF is asked for the same rates. `share` is ours, with an automatic label on every frame, of OHIF's.
    """
    rate = 1000 / float(run.FrameTime)
    before = load()
    result: dict[str, Any] = {"asked_per_s": round(rate, 1)}
    with stage.person() as mine, stage.person() as theirs:
        ours = SegmentPage(mine.new_page(), stage.started.url, str(run.StudyInstanceUID))
        ours.open_run(int(run.NumberOfFrames), (run.Rows, run.Columns))
        ours.press("automaticRun")
        result["labelled_frames"] = int(ours.app(LABELLED))
        theirs_page = theirs.new_page()
        theirs_page.set_default_timeout(PATIENCE_MS)
        stock = OhifPage(theirs_page, stage.started.url, str(run.StudyInstanceUID))
        stock.wait_for_run(int(run.NumberOfFrames))
        for page in (ours.page, stock.page):
            page.wait_for_function(ALL_LOADED, timeout=PATIENCE_MS)
        for name, speed in (("", 1), ("_double", 2)):
            takes = [(play_ours(ours, speed), play_stock(stock.page, rate * speed)) for _ in range(TAKES)]
            result |= figures(takes, name)
    return result | {"load": [before, load()]}


def figures(takes: list[tuple[float, float]], name: str) -> dict[str, float]:
    """Return the medians of pairs of ours and theirs."""
    ours, stock = (statistics.median(one) for one in zip(*takes, strict=True))
    rounded = {f"ours{name}_per_s": round(ours, 1), f"stock{name}_per_s": round(stock, 1)}
    return {**rounded, f"share{name}": round(ours / stock, 2)}


LABELLED: Final = (
    "app.session.frameNumbers.filter(n => app.overlay.frame(n)?.some(index => index > 0)).length"
)


def play_ours(viewer: SegmentPage, speed: int) -> float:
    """Play with our cine."""
    viewer.page.bring_to_front()
    viewer.page.get_by_label("Speed of the cine").select_option(str(speed))
    viewer.app("void app.actions.run('cine')")
    rate = counted(viewer.page)
    viewer.app("app.actions.run('cine')")
    return rate


def play_stock(page: Page, rate: float) -> float:
    """Play with OHIF's cine."""
    page.bring_to_front()
    page.evaluate(PLAY_STOCK, rate)
    found = counted(page)
    page.evaluate("services.cineService.stopClip(probe.viewport().element)")
    return found


def counted(page: Page) -> float:
    """Return the frames per second of the next seconds, once the cine runs."""
    page.wait_for_timeout(1000)
    found = page.evaluate("seconds => probe.countFrames(seconds)", SECONDS)
    return float(found["frames"] / found["seconds"])
