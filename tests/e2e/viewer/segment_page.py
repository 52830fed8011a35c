"""The tab of the fluoroscopy mode in which a run gets its label, as a hand uses it."""

import base64

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from pydicom.dataset import Dataset

from tests.browser import PATIENCE_MS
from tests.e2e.viewer.viewer_page import FluoroPage

ON_PAGE = """(stack => {
  const middle = value.map(one => one + 0.5);
  const world = cornerstone.utilities.imageToWorldCoords(stack.getCurrentImageId(), middle);
  const [x, y] = stack.worldToCanvas(world);
  const box = stack.canvas.getBoundingClientRect();
  return [box.left + x, box.top + y];
})(app.viewport.stack())"""

FRAME = """(pixels => pixels && btoa(Array.from(pixels, one => String.fromCharCode(one)).join('')))(
  app.overlay.frame(value))"""

AT_REST = "!app.store.get('pending') && !app.store.get('busy')"

SLOW_HAND_MS = 400
"""Between press, drag and release, so that a busy browser takes them for a stroke."""


class SegmentPage(FluoroPage):
    """The tab Segment with one run open."""

    shape: tuple[int, int]
    """Rows and columns of the run."""

    def open_run(self, n_frames: int, shape: tuple[int, int]) -> None:
        """Wait until the run is shown with its session."""
        self.shape = shape
        self.wait_until_open(n_frames)
        self.page.get_by_role("tab", name="Segment").click()

    def open_instead(self, run: Dataset) -> None:
        """Go to another run, with this tab in front and nothing chosen, as after a reload."""
        self.shape = (run.Rows, run.Columns)
        self.page.evaluate("localStorage.removeItem('fluoro.voice-told')")
        self.open_another(str(run.SOPInstanceUID), str(run.StudyInstanceUID))
        self.page.get_by_role("tab", name="Segment").click()
        self.errors.clear()

    def go_to(self, n: int) -> None:
        """Show frame n, from 1."""
        self.show_frame(n - 1)
        self.wait_for_frame(n)

    def press(self, action: str) -> None:
        """Press a button and wait until what it began has ended."""
        self.page.locator(f'[data-action="{action}"]:visible').click()
        self.rest()

    def choose(self, mode: str) -> None:
        """Choose what the left mouse button does."""
        button = self.page.locator(f'[data-mode="{mode}"]')
        if button.get_attribute("aria-pressed") != "true":
            button.click()
        expect(button).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)

    def pick_label(self, typed: str, name: str) -> None:
        """Type a label and leave the field."""
        field = self.page.get_by_label("Label that is drawn")
        field.fill(typed)
        field.press("Tab")
        self.expect_label(name)

    def expect_label(self, name: str) -> None:
        """Wait until a label is the one that is drawn."""
        field = self.page.get_by_label("Label that is drawn")
        expect(field).to_have_value(name, timeout=PATIENCE_MS)

    def click_at(self, x: int, y: int) -> None:
        """Click on a pixel of the frame, and wait for the answer."""
        n = self.n_prompts()
        self.page.mouse.click(*self.on_page(x, y))
        self.wait_for_prompts(n + 1)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Draw from a pixel to another, and wait for the answer."""
        n = self.n_prompts()
        (from_x, from_y), (to_x, to_y) = self.on_page(*start), self.on_page(*end)
        self.page.mouse.move(from_x, from_y)
        self.page.mouse.down()
        self.page.wait_for_timeout(SLOW_HAND_MS)
        self.page.mouse.move((from_x + to_x) / 2, (from_y + to_y) / 2)
        self.page.mouse.move(to_x, to_y)
        self.page.wait_for_timeout(SLOW_HAND_MS)
        self.page.mouse.up()
        self.wait_for_prompts(n + 1)

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """Return where a pixel of the shown frame lies on the page."""
        left, top = self.app(ON_PAGE, [x, y])
        return left, top

    def shown(self, n: int) -> NDArray[np.uint8]:
        """Return the label indices that the viewer shows on frame n, (H, W)."""
        text = self.app(FRAME, n)
        assert text, f"nothing is shown on frame {n}"
        return np.frombuffer(base64.b64decode(text), np.uint8).reshape(self.shape)

    def n_prompts(self) -> int:
        """Return how many prompts count."""
        return int(self.app("app.store.get('session').n_prompts"))

    def wait_for_prompts(self, n: int) -> None:
        """Wait until n prompts count, and nothing is under way."""
        self.wait_for_app(f"app.store.get('session')?.n_prompts === {n} && {AT_REST}")

    def rest(self) -> None:
        """Wait until nothing is under way."""
        self.wait_for_app(AT_REST)

    def said(self, text: str) -> None:
        """Wait until the tab says something."""
        expect(self.page.locator(".fv-version")).to_contain_text(text, timeout=PATIENCE_MS)


def decoded_in(page: Page, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what the viewer's reader of masks makes of a grey PNG, (H, W)."""
    is_encoded, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_STRATEGY, 1])
    assert is_encoded
    script = """async text => {
      const { decodeGreyPng, bytesOfBase64 } = await import('/fluoro/viewer/session/png.js');
      const { rows, columns, pixels } = await decodeGreyPng(bytesOfBase64(text));
      return { rows, columns, pixels: Array.from(pixels) };
    }"""
    found = page.evaluate(script, base64.b64encode(data.tobytes()).decode("ascii"))
    return np.array(found["pixels"], np.uint8).reshape(found["rows"], found["columns"])
