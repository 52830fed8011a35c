"""The fluoroscopy mode in a browser, as a person sees and uses it."""

import io
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser import PATIENCE_MS, SHOW_FRAME, VIEWPORT, OhifPage
from tests.e2e.conftest import Started

APP = "(await import('/fluoro/viewer/core/app.js')).getApp()"

DRAWN = f"{VIEWPORT}.getImageData().imageData.getPointData().getScalars().getData()"

LOOK_AGAIN_MS = 50

STILL_MS = 250
"""No picture was drawn for so long: what the viewer had to draw is drawn."""

WHEN_STILL = """await new Promise(resolve => {
  let waiting;
  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(end, quiet);
  };
  const drawn = ['CORNERSTONE_IMAGE_RENDERED', 'fv-labels-drawn'];
  const end = () => {
    drawn.forEach(name => removeEventListener(name, again, true));
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  };
  drawn.forEach(name => addEventListener(name, again, true));
  again();
});"""

OPEN_ANOTHER = """(await import('/fluoro/viewer/panel/worklist_open.js')).openRun(app, value)"""

IS_OPEN = "['facts', 'session'].every(key => app?.store.get(key)?.image_id === '{}')"

RECTANGLES = """selector => {
  const isCut = e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight;
  return [...document.querySelectorAll(selector)].filter(e => e.checkVisibility()).map(e => {
    const { left, top, right, bottom } = e.getBoundingClientRect();
    return { name: e.getAttribute('aria-label') || e.textContent, left, top, right, bottom,
             cut: e.tagName === 'BUTTON' && isCut(e) };
  });
}"""


class FluoroPage(OhifPage):
    """The mode with one study open.

    Attributes:
        errors: What the page wrote as errors.
        server_url: Where the server is.
    """

    def __init__(self, page: Page, server_url: str, study_instance_uid: str) -> None:
        page.set_default_timeout(PATIENCE_MS)
        self.server_url = server_url
        super().__init__(page, server_url, study_instance_uid, mode="fluoro")

    def app(self, expression: str, value: object = None) -> Any:
        """Return what an expression about the open `app` gives; `value` is what it may use."""
        return self.page.evaluate(f"async value => {{ const app = {APP}; return {expression}; }}", value)

    def wait_for_app(self, expression: str) -> None:
        """Wait until an expression about the open `app` is true; Playwright takes a promise for true."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while not self.app(expression):
            assert time.monotonic() < until, f"{expression} did not become true"
            self.page.wait_for_timeout(LOOK_AGAIN_MS)

    def wait_until_open(self, n_frames: int) -> None:
        """Wait until a run of that many frames is shown and its facts and its session are there."""
        self.wait_for_run(n_frames)
        self.wait_for_app("app?.store.get('facts') && app.store.get('session')")
        self.wait_until_still(4 * STILL_MS)

    def open_another(self, image_id: str, study_instance_uid: str) -> None:
        """Go to a run as the work list does, without loading the page anew; the opening frame stays."""
        self.app(OPEN_ANOTHER, {"image_id": image_id, "study_instance_uid": study_instance_uid})
        self.wait_for_app(IS_OPEN.format(image_id))
        self.wait_until_still(4 * STILL_MS)

    def wait_until_still(self, quiet_ms: int = STILL_MS) -> None:
        """Wait until nothing was drawn for a while."""
        self.page.evaluate(f"async quiet => {{ {WHEN_STILL} }}", quiet_ms)

    def show_frame(self, t: int) -> None:
        """Show frame t, zero-based, and wait until it is drawn."""
        self.page.evaluate(SHOW_FRAME, t)
        self.page.wait_for_function(f"{VIEWPORT}.getCurrentImageIdIndex() === {t}")
        self.wait_until_still()

    def show_labels(self, is_visible: bool) -> None:
        """Show or hide all labels of the run."""
        self.app("app.overlay.setVisible(value)", is_visible)

    def wait_for_mask(self, n: int) -> None:
        """Wait until frame n, from 1, has labels."""
        self.wait_for_app(f"app.overlay.frame({n})?.some(index => index > 0)")

    def frame_number(self) -> int:
        """Return the number of the shown frame, from 1."""
        return int(self.page.evaluate(f"{VIEWPORT}.getCurrentImageIdIndex() + 1"))

    def wait_for_frame(self, n: int) -> None:
        """Wait until frame n, from 1, is shown."""
        self.page.wait_for_function(f"{VIEWPORT}.getCurrentImageIdIndex() + 1 === {n}")

    def drawn(self) -> NDArray[np.float64]:
        """Return the grey values that are drawn, all of them in one row."""
        return np.asarray(self.page.evaluate(f"Array.from({DRAWN})"), float)

    def bar(self) -> Locator:
        """Return the bar below the image."""
        return self.page.get_by_role("region", name="Frames and picture")

    def rectangles(self, selector: str) -> list[dict[str, Any]]:
        """Return where visible elements lie on the page, and which of them cut their text off."""
        found: list[dict[str, Any]] = self.page.evaluate(RECTANGLES, selector)
        return found


def draw(started: Started, person: str, image_id: str, masks: dict[int, NDArray[np.uint8]]) -> None:
    """Begin a person's session on a run with a drawn mask of vessels on some frames, numbered from 1."""
    asking, sessions = started.asks_as(person), f"{started.url}/fluoro/api/sessions"
    begun = asking.post(sessions, json={"image_id": image_id, "start": "empty"}, timeout=120)
    assert begun.ok, begun.text
    for n, mask in masks.items():
        url = f"{sessions}/{begun.json()['session_id']}/frames/{n}/mask?label=vessel"
        answer = asking.put(url, data=png_of(mask), headers={"Content-Type": "image/png"}, timeout=120)
        assert answer.ok, answer.text


def png_of(mask: NDArray[np.uint8]) -> bytes:
    """Return a mask as PNG, white where it is set."""
    file = io.BytesIO()
    Image.fromarray((mask > 0).astype(np.uint8) * 255).save(file, "PNG")
    return file.getvalue()
