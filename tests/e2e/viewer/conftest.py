"""Fixtures of the fluoroscopy mode: people with browsers of small screens."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.conftest import Started
from tests.e2e.viewer.viewer_page import FluoroPage

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
