"""The work list of the fluoroscopy mode in a real browser, and naming a label aloud."""

import base64
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Locator, Route, expect
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from tests.browser import PATIENCE_MS, VIEWPORT
from tests.builders import build_xa, draw_run, to_bytes
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.viewer_page import FluoroPage

SIZE = {"width": 1280, "height": 720}

DROP = """files => {
  const dataTransfer = new DataTransfer();
  for (const [name, content] of files) {
    dataTransfer.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
  }
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""

RECOGNISER = """window.SpeechRecognition = class {
  start() { setTimeout(() => this.onresult({ results: [[{ transcript: window.said }]] }), 20); }
  abort() {}
};"""
"""A recogniser that hears what the test says."""


class WorkList(FluoroPage):
    """A page of the mode with a run on the screen, and beside it the runs of that run's patient."""

    def __init__(self, context: BrowserContext, server_url: str, run: Dataset) -> None:
        super().__init__(context.new_page(), server_url, str(run.StudyInstanceUID))
        self.page.wait_for_function(f"window.cornerstone && {VIEWPORT}?.getCurrentImageId()")
        self.page.get_by_role("tab", name="Runs").click()
        self.page.get_by_role("searchbox").fill(token(server_url, run))
        self.click_row(run)
        self.wait_for(run)

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


@pytest.fixture
def runs(started: Started) -> Runs:
    patient = generate_uid()[-16:]
    first = build_xa(pixels=draw_run(6, 128, 160), PatientID=patient, InstanceNumber=1)
    sibling = build_xa(
        pixels=draw_run(8, 128, 160),
        PatientID=patient,
        study_instance_uid=str(first.StudyInstanceUID),
        series_instance_uid=str(first.SeriesInstanceUID),
        InstanceNumber=2,
    )
    found = Runs(first, sibling, build_xa(pixels=draw_run(5, 128, 160), PatientID=patient))
    store(started, *found)
    for run in found:
        token(started.url, run)
    return found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser, with a window of a small screen."""
    expect.set_options(timeout=PATIENCE_MS)
    context = browser.new_context(viewport=SIZE)
    yield context
    context.close()


def listed(server_url: str, run: Dataset) -> dict[str, Any]:
    """Return a run as the server lists it, which asks the PACS every few seconds."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        runs = requests.get(f"{server_url}/fluoro/api/runs", timeout=60).json()["runs"]
        for one in runs:
            if one["image_id"] == run.SOPInstanceUID:
                return dict(one)
        time.sleep(1)
    raise AssertionError(f"run {run.SOPInstanceUID} is not listed")


def token(server_url: str, run: Dataset) -> str:
    """Return what the list calls the patient of a run, once the server has read the run's header."""
    picture = f"{server_url}/fluoro/api/runs/{run.SOPInstanceUID}/thumbnail.png"
    requests.get(picture, timeout=60).raise_for_status()
    return str(listed(server_url, run)["patient_token"])


def put_state(started: Started, run: Dataset, state: str) -> None:
    url = f"{started.url}/fluoro/api/runs/{run.SOPInstanceUID}/state"
    requests.put(url, json={"state": state}, timeout=60).raise_for_status()


def test_a_run_of_the_same_study_and_one_of_another_open_from_the_list(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    work_list = WorkList(context, started.url, runs.first)

    work_list.click_row(runs.sibling)
    work_list.wait_for(runs.sibling)
    work_list.click_row(runs.other)
    work_list.wait_for(runs.other)

    expect(work_list.row(runs.other).locator(".fv-run-open")).to_have_attribute("aria-current", "true")
    expect(work_list.row(runs.other)).to_contain_text("5 frames")
    assert work_list.errors == []


def test_skip_and_reject_go_on_to_the_next_run_and_can_be_undone(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    work_list = WorkList(context, started.url, runs.first)
    work_list.expect_state(runs.first, "new")

    work_list.press("skip")
    work_list.expect_state(runs.first, "skipped")
    work_list.wait_for_app(f"app.viewport.runId() !== '{runs.first.SOPInstanceUID}'")
    skipped = listed(started.url, runs.first)["state"]
    work_list.press("undoDecision")
    work_list.wait_for(runs.first)
    work_list.expect_state(runs.first, "new")
    _, total = work_list.counted()
    work_list.press("reject")
    work_list.expect_state(runs.first, "rejected")

    assert skipped == "skipped"
    assert listed(started.url, runs.first)["state"] == "rejected"
    assert work_list.counted()[1] == total - 1
    work_list.row(runs.first).get_by_role("button", name="Bring back").click()
    work_list.expect_state(runs.first, "new")
    assert work_list.errors == []


def test_next_leaves_out_what_is_done_and_suggest_asks_the_server(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    everything = requests.get(f"{started.url}/fluoro/api/runs", timeout=60).json()["runs"]
    ours = {str(run.SOPInstanceUID): run for run in runs}
    first, second, third = (ours[run["image_id"]] for run in everything if run["image_id"] in ours)
    put_state(started, second, "done")
    work_list = WorkList(context, started.url, first)
    work_list.expect_state(second, "done")

    work_list.press("nextRun")
    work_list.wait_for(third)
    work_list.press("previousRun")
    work_list.wait_for(second)
    work_list.page.locator(".fv-strategy").select_option("first")
    with work_list.page.expect_response("**/activelearning/first") as suggested:
        work_list.press("suggestRun")

    expect(work_list.page.locator(".fv-says")).to_contain_text(suggested.value.json()["reason"])
    assert work_list.errors == []


def test_dropped_files_are_stored_and_each_refusal_has_a_sentence(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    new = build_xa(pixels=draw_run(3, 128, 160), PatientID=runs.first.PatientID)
    files = {"angio.dcm": to_bytes(new), "notes.txt": b"no image"}
    work_list = WorkList(context, started.url, runs.first)

    work_list.page.evaluate(
        DROP, [[name, base64.b64encode(content).decode()] for name, content in files.items()]
    )

    outcomes = work_list.page.locator(".fv-upload-list li")
    expect(outcomes.filter(has_text="angio.dcm: stored")).to_have_attribute("data-outcome", "stored")
    refused = outcomes.filter(has_text="notes.txt is not a DICOM file")
    expect(refused).to_have_attribute("data-outcome", "refused")
    work_list.expect_state(new, "new")
    work_list.click_row(new)
    work_list.wait_for(new)
    assert [error for error in work_list.errors if "400 (Bad Request)" not in error] == []


def test_a_second_browser_sees_a_run_done_within_five_seconds(
    started: Started, browser: Browser, runs: Runs
) -> None:
    second = browser.new_context(viewport=SIZE)
    other = WorkList(second, started.url, runs.other)
    other.expect_state(runs.first, "new")
    done, _ = other.counted()

    put_state(started, runs.first, "done")
    other.expect_state(runs.first, "done", within_s=5)

    assert other.counted()[0] == done + 1
    assert other.errors == []
    second.close()


def test_who_comes_back_is_offered_the_run_and_the_frame(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    work_list = WorkList(context, started.url, runs.first)
    work_list.app("app.viewport.showFrame(4)")
    work_list.wait_for_frame(4)
    work_list.page.wait_for_function("JSON.parse(localStorage['fluoro.place']).frameNumber === 4")
    work_list.page.close()

    later = WorkList(context, started.url, runs.other)
    later.press("resume")

    later.wait_for(runs.first)
    later.wait_for_frame(4)
    assert later.errors == []


TO_THE_END = """() => {
  const scroller = document.querySelector('.fv-scroller');
  scroller.scrollTop = scroller.scrollHeight;
  return [...document.querySelectorAll('.fv-run')].at(-1)?.textContent.includes('1999 frames');
}"""
"""Again and again, because the list brings the shown run into sight when that opens."""


def test_two_thousand_runs_keep_few_rows_in_the_page(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    def answer(route: Route) -> None:
        many = route.fetch().json()["runs"]
        shape = many[0]
        many += [{**shape, "image_id": f"1.2.3.{number}", "n_frames": number} for number in range(2000)]
        route.fulfill(json={"runs": many})

    context.route("**/fluoro/api/runs", answer)
    context.route("**/runs/1.2.3.*/thumbnail.png", lambda route: route.fulfill(body=""))
    work_list = WorkList(context, started.url, runs.first)
    expect(work_list.page.locator(".fv-run-count")).to_contain_text(re.compile("of 20"))

    work_list.page.get_by_role("searchbox").fill("")
    scroller = work_list.page.locator(".fv-scroller")
    work_list.page.wait_for_function(TO_THE_END)
    n_rows = work_list.page.locator(".fv-run").count()
    begun = time.monotonic()
    work_list.page.get_by_label("Order").select_option("frames")
    scroller.evaluate("element => { element.scrollTop = 0; }")
    expect(work_list.page.locator(".fv-run").first).to_contain_text("1999 frames")

    assert n_rows < 40
    assert time.monotonic() - begun < 5
    assert work_list.errors == []


def test_a_label_that_was_said_is_shown_and_set_only_when_confirmed(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    context.add_init_script(RECOGNISER)
    work_list = WorkList(context, started.url, runs.first)
    work_list.page.get_by_role("tab", name="Segment").click()
    work_list.page.evaluate("() => { window.said = 'proximal L A D'; }")

    work_list.press("voice")
    work_list.press("voiceAgree")
    question = work_list.page.locator(".fv-voice-question")
    expect(question).to_contain_text("proximal L A D")
    picked = work_list.page.locator("#fv-label")
    before = picked.input_value()
    question.locator('[data-label="LAD proximal"]').click()

    assert before == "vessel"
    expect(picked).to_have_value("LAD proximal")
    assert work_list.errors == []


def test_words_that_are_no_label_change_nothing(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    context.add_init_script(RECOGNISER)
    work_list = WorkList(context, started.url, runs.first)
    work_list.page.get_by_role("tab", name="Segment").click()
    work_list.page.evaluate("() => { window.said = 'good morning everybody'; }")

    work_list.press("voice")
    work_list.press("voiceAgree")
    expect(work_list.page.locator(".fv-voice-question")).to_contain_text("no label of the table")
    work_list.press("voiceClose")

    expect(work_list.page.locator("#fv-label")).to_have_value("vessel")
    assert work_list.errors == []
