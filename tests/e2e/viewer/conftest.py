"""Fixtures of the fluoroscopy mode: people with browsers of small screens."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pydicom.uid import generate_uid

from tests.browser import PATIENCE_MS
from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.viewer_page import FluoroPage
from tests.e2e.viewer.worklist_page import Runs, token

SMALL = {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def visit(started: Started, browser: Browser) -> Iterator[Callable[..., FluoroPage]]:
    """Opens the mode on a study: `visit(study_instance_uid, person="a.name")`."""
    contexts: list[BrowserContext] = []

    def open_study(study_instance_uid: str, person: str = "someone") -> FluoroPage:
        context = browser.new_context(viewport=SMALL)
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('fluoro.client', '{person}')")
        return FluoroPage(context.new_page(), started.url, study_instance_uid)

    yield open_study
    for context in contexts:
        context.close()


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
    context = browser.new_context(viewport=SMALL)
    yield context
    context.close()
