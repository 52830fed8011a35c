"""Takes the pictures of docs/viewer.md: each step from the work list to the label, on simulated runs.

`.venv/bin/python scripts/viewer_pictures.py [--out FOLDER] [--size 1280x720]` starts the server, the PACS and
Chromium, works as a person does, and writes one WebP file for each step. No patient was filmed.
"""

import argparse
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from _viewer_steps import N_FRAME, Steps, known_runs  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from lib.phantom.demo import N_FRAMES, SIZE, demo_scenario  # noqa: E402
from lib.phantom.render import simulate  # noqa: E402
from tests.browser import PATIENCE_MS  # noqa: E402
from tests.e2e.conftest import GRAPHICS, Started  # noqa: E402
from tests.e2e.viewer.conftest import RECOGNISER  # noqa: E402
from tests.e2e.viewer.segment_page import SegmentPage  # noqa: E402

MOST_BYTES: Final = 60_000
PERSON: Final = "ana"


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description="Take the pictures of docs/viewer.md.")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "viewer")
    parser.add_argument("--size", default="1280x720", help="of the window, in pixels")
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    truth = simulate(demo_scenario(), [N_FRAME - 1]).truth
    with tempfile.TemporaryDirectory() as folder, mode(Path(folder), width, height) as viewer:
        steps = Steps(viewer, truth)
        for name, step in steps.all().items():
            step()
            viewer.page.wait_for_timeout(800)
            save(viewer.page, arguments.out / f"{name}.webp")


@contextmanager
def mode(folder: Path, width: int, height: int) -> Iterator[SegmentPage]:
    """Open the demo run in the fluoroscopy mode, among some other runs."""
    started = Started(folder, ["--demo"])
    started.start()
    try:
        demo = known_runs(started)
        with sync_playwright() as playwright:
            program = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=program, args=list(GRAPHICS))
            context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
            context.add_init_script(f"localStorage.setItem('fluoro.client', '{PERSON}')")
            context.add_init_script(RECOGNISER)
            expect.set_options(timeout=PATIENCE_MS)
            viewer = SegmentPage(context.new_page(), started.url, demo)
            viewer.open_run(N_FRAMES, (SIZE, SIZE))
            yield viewer
            browser.close()
    finally:
        started.stop()


def save(page: Page, file: Path) -> None:
    """Save a picture of the page, as good as its bytes allow."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    for quality in range(90, 20, -5):
        packed = io.BytesIO()
        picture.save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() < MOST_BYTES:
            break
    file.write_bytes(packed.getvalue())


if __name__ == "__main__":
    main()
