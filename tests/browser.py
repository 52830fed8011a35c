"""OHIF in a browser, and what it shows in the coordinates of the image."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

VIEWPORT = "cornerstone.getRenderingEngines().flatMap(e => e.getViewports()).find(v => v.getImageIds)"

DISPLAY_SETS = "window.services?.displaySetService?.getActiveDisplaySets()"

LENGTHS = "services.measurementService.getMeasurements().map(m => m.displayText.primary[0])"

SLOW_VIEWER_MS = 2000
"""What the viewer may take on a busy machine until what it writes is what the mouse did."""

PATIENCE_MS = 120_000
"""What the first page may take on a busy machine."""

SHOW_FRAME = f"""async t => {{
  const viewport = {VIEWPORT};
  if (!viewport) return false;
  if (viewport.getCurrentImageIdIndex() === t) return true;
  await viewport.setImageIdIndex(t);
  viewport.render();
  return false;
}}"""
"""Says whether frame t was shown before it was asked for."""

IMAGE_CORNERS = f"""() => {{
  const viewport = {VIEWPORT};
  const imageId = viewport.getCurrentImageId();
  const toImage = p => cornerstone.utilities.worldToImageCoords(imageId, viewport.canvasToWorld(p));
  return [toImage([0, 0]), toImage([100, 0]), toImage([0, 100])];
}}"""

SHOW_SEGMENTATION = f"""isVisible => {{
  const viewport = {VIEWPORT};
  for (const shown of services.segmentationService.getSegmentationRepresentations(viewport.id)) {{
    cornerstoneTools.segmentation.config.visibility.setSegmentationRepresentationVisibility(
      viewport.id, {{ segmentationId: shown.segmentationId, type: shown.type }}, isVisible);
  }}
  viewport.render();
}}"""


class OhifPage:
    """A mode of OHIF, its basic viewer unless said otherwise, with one study open."""

    def __init__(self, page: Page, server_url: str, study_instance_uid: str, mode: str = "viewer") -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)
        page.goto(
            f"{server_url}/ohif/{mode}?StudyInstanceUIDs={study_instance_uid}",
            wait_until="commit",
            timeout=PATIENCE_MS,
        )

    def wait_for_series(self, modality: str, n: int) -> None:
        """Wait until the viewer knows of n images or labels of a modality."""
        self.page.wait_for_function(
            f"{DISPLAY_SETS}?.filter(one => one.Modality === '{modality}').length === {n}", timeout=90_000
        )

    def shown_run(self) -> str:
        """Return the SOP Instance UID of the run that is shown."""
        image_id = self.page.evaluate(f"{VIEWPORT}.getCurrentImageId()")
        return image_id.split("/instances/")[1].split("/")[0]

    def wait_for_run(self, n_frames: int) -> None:
        """Wait until a stack of that many frames is shown."""
        self.page.wait_for_function(
            f"window.cornerstone && {VIEWPORT}?.getImageIds().length === {n_frames}", timeout=90_000
        )

    def open_label(self, description: str) -> None:
        """Open a stored SEG as people do: double click on it, then Yes."""
        self.page.get_by_text(description).first.dblclick(timeout=60_000)
        self.page.get_by_role("button", name="Yes").click(timeout=60_000)
        self.page.wait_for_function(
            f"services.segmentationService.getSegmentationRepresentations({VIEWPORT}?.id).length > 0",
            timeout=60_000,
        )

    def show_frame(self, t: int) -> None:
        """Show frame t, zero-based; ask again where the viewer, still opening a label, leaves it."""
        for _ in range(60):
            is_shown = self.page.evaluate(SHOW_FRAME, t)
            self.page.wait_for_timeout(1500)
            if is_shown:
                return
        raise AssertionError(f"the viewer did not stay on frame {t + 1}")

    def show_labels(self, is_visible: bool) -> None:
        """Show or hide all labels of the viewport."""
        self.page.evaluate(SHOW_SEGMENTATION, is_visible)

    def overlay(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return which pixels of the canvas an overlay changes, and where each lies in the image.

        Returns:
            (H, W) bool, and (H, W, 2) column and row in image pixels; pixel centres are at +0.5.
        """
        shown = self._canvas(is_visible=True)
        hidden = self._canvas(is_visible=False)
        self.show_labels(True)
        changed = np.abs(shown - hidden).max(axis=-1) > 12
        return changed, self._image_coordinates(changed.shape)

    def measure_length(self) -> tuple[str, float]:
        """Draw a length as people do; return what the viewer writes at it, and its length in image pixels."""
        self.page.locator('[data-cy="Length-btn"]').first.click()
        box = self.page.locator("canvas.cornerstone-canvas").first.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x - 100, y - 60)
        self.page.mouse.down()
        self.page.mouse.move(x, y, steps=5)
        self.page.mouse.move(x + 100, y + 60, steps=5)
        self.page.wait_for_timeout(SLOW_VIEWER_MS)
        self.page.mouse.up()
        self.page.wait_for_function(f"{LENGTHS}.length > 0", timeout=90_000)
        self.page.wait_for_timeout(SLOW_VIEWER_MS)
        origin, along_x, along_y = (np.asarray(p, float) for p in self.page.evaluate(IMAGE_CORNERS))
        drawn = 2 * (along_x - origin) + 1.2 * (along_y - origin)
        return self.page.evaluate(LENGTHS)[-1], float(np.hypot(*drawn))

    def screenshot(self, path: Path) -> None:
        """Save a picture of the whole page."""
        self.page.screenshot(path=path)

    def _canvas(self, *, is_visible: bool) -> NDArray[np.int16]:
        self.show_labels(is_visible)
        return self._resting_canvas()

    def _resting_canvas(self) -> NDArray[np.int16]:
        """Return what is drawn as (H, W, 3), once two pictures in a row are the same."""
        before: NDArray[np.int16] | None = None
        for _ in range(20):
            self.page.wait_for_timeout(1500)
            picture = self.page.locator("canvas.cornerstone-canvas").first.screenshot()
            now = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), np.int16)
            if before is not None and np.array_equal(now, before):
                return now
            before = now
        raise AssertionError("the viewer did not stop drawing")

    def _image_coordinates(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        origin, along_x, along_y = (np.asarray(p, float) for p in self.page.evaluate(IMAGE_CORNERS))
        y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
        step_x, step_y = (along_x - origin) / 100, (along_y - origin) / 100
        return np.asarray(origin + x[..., None] * step_x + y[..., None] * step_y)

    def _note(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)
