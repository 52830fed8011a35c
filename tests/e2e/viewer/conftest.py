"""Fixtures of the fluoroscopy mode: people with browsers of small screens."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from tests.browser import PATIENCE_MS
from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.segment_page import SegmentPage
from tests.e2e.viewer.viewer_page import FluoroPage
from tests.e2e.viewer.worklist_page import Runs, WorkList, token

READER = "first reader"

RECOGNISER = """window.SpeechRecognition = class {
  start() { setTimeout(() => this.onresult({ results: [[{ transcript: window.said }]] }), 20); }
  abort() {}
};"""
"""A recogniser that hears what the test says."""


@pytest.fixture(scope="session")
def desk(started: Started, browser: Browser) -> Iterator[SegmentPage]:
    """A person's tab, loaded once; tests that need no new browser open run after run in it."""
    context = started.window(browser, READER)
    context.add_init_script(RECOGNISER)
    run = build_xa(pixels=draw_run(3, 128, 160))
    store(started, run)
    page = SegmentPage(context.new_page(), started.url, str(run.StudyInstanceUID))
    page.open_run(3, (run.Rows, run.Columns))
    yield page
    context.close()


@pytest.fixture
def visit(desk: SegmentPage) -> Callable[[Dataset], SegmentPage]:
    """Opens a stored run for READER: `visit(run)`."""

    def open_run(run: Dataset) -> SegmentPage:
        desk.open_instead(run)
        return desk

    return open_run


@pytest.fixture(scope="module")
def visit_anew(started: Started, browser: Browser) -> Iterator[Callable[..., FluoroPage]]:
    """Opens the mode in a browser of its own: `visit_anew(study_instance_uid, person="a.name")`."""
    contexts: list[BrowserContext] = []

    def open_study(study_instance_uid: str, person: str = "someone") -> FluoroPage:
        context = started.window(browser, person)
        contexts.append(context)
        return FluoroPage(context.new_page(), started.url, study_instance_uid)

    yield open_study
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def opened_list(started: Started, browser: Browser) -> Iterator[WorkList]:
    """A person's tab with the work list, loaded once for the tests of a file."""
    expect.set_options(timeout=PATIENCE_MS)
    context = started.window(browser, "a lister")
    run = build_xa(pixels=draw_run(3, 128, 160))
    store(started, run)
    yield WorkList(context, started, run)
    context.close()


@pytest.fixture
def work_list(opened_list: WorkList, runs: Runs) -> WorkList:
    """The work list, narrowed to `runs`, with the first of them open."""
    opened_list.show(runs.first)
    return opened_list


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
        token(started, run)
    return found


@pytest.fixture
def context(started: Started, browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser, with a window of a small screen."""
    expect.set_options(timeout=PATIENCE_MS)
    context = started.window(browser, "a passer-by")
    yield context
    context.close()
