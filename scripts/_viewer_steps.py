"""What a person does for each picture of docs/viewer.md, and the runs that the work list shows."""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import expect

from lib.phantom import draw_scenario, simulate
from lib.phantom.demo import demo_run
from lib.phantom.dicom import run_object
from lib.phantom.model import Truth
from lib.phantom.xa_header import nobody_of
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.segment_page import SegmentPage
from tests.e2e.viewer.viewer_page import draw
from tests.e2e.viewer.worklist_page import put_state, token

N_FRAME: Final = 11
"""The frame that is worked on; the demo run is full of contrast medium there."""

OTHERS: Final = {"coronary": "done", "cerebral": "new", "renal": "skipped", "peripheral": "new"}
BRANCHES: Final = ("LAD proximal", "LAD mid")
BRUSHED: Final = "circumflex distal"
MEASURED: Final = "LAD proximal"


def known_runs(started: Started) -> str:
    """Put runs of all territories beside the demo run; return the Study Instance UID of that."""
    for number, (territory, state) in enumerate(OTHERS.items()):
        scenario = draw_scenario(100 + number, territory, is_dsa=False, size=256, n_frames=8)
        run = run_object(simulate(scenario), nobody_of(scenario))
        store(started, run)
        token(started, run)
        if state == "done":
            submit(started, str(run.SOPInstanceUID), "ben")
        elif state != "new":
            put_state(started, run, state)
    demo = demo_run()
    token(started, demo)
    return str(demo.StudyInstanceUID)


def submit(started: Started, image_id: str, person: str) -> None:
    """Let a person submit a label of a run."""
    draw(started, person, image_id, {1: np.eye(256, dtype=np.uint8)})
    asking, sessions = started.asks_as(person), f"{started.url}/fluoro/api/sessions"
    [session] = asking.get(sessions, params={"image_id": image_id}, timeout=60).json()["sessions"]
    path = f"{sessions}/{session['session_id']}/save"
    asking.post(path, json={"tag": "final"}, timeout=120).raise_for_status()


class Steps:
    """The steps in order; each leaves the page as its picture shows it."""

    def __init__(self, viewer: SegmentPage, truth: Truth) -> None:
        self.viewer = viewer
        self.truth = truth.vessel[0]
        self.lines = {line.name: np.rint(line.yx).astype(int) for line in truth.centre_lines[0]}

    def all(self) -> dict[str, Callable[[], None]]:
        """Return the steps by the names of their pictures."""
        return {
            "worklist": self.work_list,
            "automatic": self.automatic,
            "click": self.click,
            "brush": self.brush,
            "propagate": self.propagate,
            "labels": self.labels,
            "voice": self.voice,
            "submit": self.submit,
            "measure": self.measure,
            "learn": self.learn,
        }

    def work_list(self) -> None:
        self.viewer.page.get_by_role("tab", name="Runs").click()
        expect(self.viewer.page.locator(".fv-run").nth(len(OTHERS))).to_be_visible()

    def automatic(self) -> None:
        self.viewer.page.get_by_role("tab", name="Segment").click()
        self.viewer.go_to(N_FRAME)
        self.viewer.press("automatic")

    def click(self) -> None:
        shown = self.viewer.shown(N_FRAME) > 0
        self.viewer.choose("negative")
        self.viewer.click_at(*deepest(shown & ~self.truth))
        self.viewer.choose("positive")
        self.viewer.click_at(*deepest(self.truth & ~shown))

    def brush(self) -> None:
        self.viewer.choose("brush")
        self.viewer.page.locator("#fv-brush-size").fill("6")
        line = self.lines[BRUSHED]
        self.stroke(line[:: max(len(line) // 25, 1)])

    def propagate(self) -> None:
        self.viewer.choose("none")
        self.viewer.press("finishFrame")
        self.viewer.page.locator('[data-action="propagate"]').click()
        bar = ".fv-work:not([hidden]) progress"
        self.viewer.page.wait_for_function(f"document.querySelector('{bar}')?.value > 0.2")

    def labels(self) -> None:
        self.viewer.wait_for_app("app.store.get('session').start.length === 32")
        self.viewer.go_to(N_FRAME)
        self.viewer.wait_for_mask(N_FRAME)
        for name in BRANCHES:
            self.draw_branch(name)
        self.viewer.pick_label("7", "LAD mid")
        self.viewer.page.get_by_text("Labels", exact=True).click()

    def voice(self) -> None:
        self.viewer.page.get_by_text("Labels", exact=True).click()
        self.viewer.page.locator(".fv-segment").evaluate("element => { element.scrollTop = 0; }")
        self.viewer.page.evaluate("window.said = 'proximal L A D'")
        self.viewer.page.locator('[data-action="voice"]').click()
        self.viewer.page.locator('[data-action="voiceAgree"]').click()
        expect(self.viewer.page.locator(".fv-voice-question")).to_contain_text("proximal L A D")

    def submit(self) -> None:
        self.viewer.page.locator('.fv-voice-question [data-label="LAD proximal"]').click()
        self.viewer.press("submit")
        self.viewer.said("in the PACS")

    def measure(self) -> None:
        self.viewer.page.get_by_role("tab", name="Measure").click()
        line = self.lines[MEASURED]
        self.viewer.app("app.store.set('clickMode', 'measure')")
        for y, x in (line[len(line) // 10], line[len(line) // 2]):
            self.viewer.page.mouse.click(*self.viewer.on_page(int(x), int(y)))
        self.viewer.press("measure")
        expect(self.viewer.page.locator(".fv-values")).to_be_visible()

    def learn(self) -> None:
        self.viewer.page.get_by_role("tab", name="Learn").click()
        self.viewer.page.get_by_role("heading", name="Models").wait_for()

    def stroke(self, line: NDArray[np.int64]) -> None:
        """Draw along a line of (y, x) with the left button."""
        mouse, n = self.viewer.page.mouse, self.viewer.n_prompts()
        places = [self.viewer.on_page(int(x), int(y)) for y, x in line]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
            self.viewer.page.evaluate("new Promise(requestAnimationFrame)")
        mouse.up()
        self.viewer.wait_for_prompts(n + 1)

    def draw_branch(self, name: str) -> None:
        """Draw what the truth says of a branch."""
        band = np.zeros(self.truth.shape, np.uint8)
        cv2.polylines(
            band, [self.lines[name][:, ::-1].astype(np.int32)], isClosed=False, color=1, thickness=17
        )
        mask = (band > 0) & (self.viewer.shown(N_FRAME) > 0)
        self.viewer.app(
            f"app.session.draw({N_FRAME}, value[0], Uint8Array.from(value[1]))", [name, mask.ravel().tolist()]
        )
        self.viewer.rest()


def deepest(mask: NDArray[np.bool_]) -> tuple[int, int]:
    """Return (x, y) of the pixel of a mask that is farthest from its edge."""
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    y, x = np.unravel_index(int(inside.argmax()), inside.shape)
    return int(x), int(y)
