"""The tab with the work list, as a person uses it, and the runs that its tests need."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Locator, expect
from pydicom.dataset import Dataset

from tests.browser import VIEWPORT
from tests.e2e.conftest import Started
from tests.e2e.viewer.viewer_page import FluoroPage

LOOK_AGAIN_S = 0.2


class WorkList(FluoroPage):
    """A page of the mode with a run on the screen, and beside it the runs of that run's patient."""

    def __init__(self, context: BrowserContext, started: Started, run: Dataset) -> None:
        super().__init__(context.new_page(), started.url, str(run.StudyInstanceUID))
        self.started = started
        self.page.wait_for_function(f"window.cornerstone && {VIEWPORT}?.getCurrentImageId()")
        self.show(run)

    def show(self, run: Dataset) -> None:
        """List the runs of a run's patient, and open that run."""
        self.page.get_by_role("tab", name="Runs").click()
        self.page.get_by_role("searchbox").fill(token(self.started, run))
        self.app("app.store.set('runsChanged', value)", str(run.SOPInstanceUID))
        self.click_row(run)
        self.wait_for(run)
        self.errors.clear()

    def wait_for(self, run: Dataset) -> None:
        """Wait until the viewport shows a run."""
        self.page.wait_for_function(f"{VIEWPORT}?.getCurrentImageId()?.includes('/{run.SOPInstanceUID}/')")

    def row(self, run: Dataset) -> Locator:
        return self.page.locator(f'.fv-run[data-run="{run.SOPInstanceUID}"]')

    def click_row(self, run: Dataset) -> None:
        self.row(run).locator(".fv-run-open").click()

    def press(self, action: str) -> None:
        self.page.locator(f'[data-action="{action}"]').click()

    def expect_state(self, run: Dataset, state: str, within_s: float = 30) -> None:
        expect(self.row(run)).to_have_attribute("data-state", state, timeout=1000 * within_s)

    def counted(self) -> tuple[int, int]:
        """Return what "n of N done" says."""
        numbers = re.findall(r"\d+", self.page.locator(".fv-run-count").inner_text())
        return int(numbers[0]), int(numbers[1])


@dataclass(frozen=True)
class Runs:
    """Two runs of one series, and one of another study of the same patient, who has no others."""

    first: Dataset
    sibling: Dataset
    other: Dataset

    def __iter__(self) -> Iterator[Dataset]:
        return iter((self.first, self.sibling, self.other))


def listed(started: Started, run: Dataset) -> dict[str, Any]:
    """Return a run as the server lists it, which asks the PACS every few seconds."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        runs = started.asks_as().get(f"{started.url}/fluoro/api/runs", timeout=60).json()["runs"]
        for one in runs:
            if one["image_id"] == run.SOPInstanceUID:
                return dict(one)
        time.sleep(LOOK_AGAIN_S)
    raise AssertionError(f"run {run.SOPInstanceUID} is not listed")


def token(started: Started, run: Dataset) -> str:
    """Return what the list calls the patient of a run, once the server has read the run's header."""
    picture = f"{started.url}/fluoro/api/runs/{run.SOPInstanceUID}/thumbnail.png"
    started.asks_as().get(picture, timeout=60).raise_for_status()
    return str(listed(started, run)["patient_token"])


def put_state(started: Started, run: Dataset, state: str) -> None:
    url = f"{started.url}/fluoro/api/runs/{run.SOPInstanceUID}/state"
    started.asks_as().put(url, json={"state": state}, timeout=60).raise_for_status()
