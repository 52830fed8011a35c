"""A person with a browser signs in, works in the viewer under their name, and signs out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page
from pydicom.dataset import Dataset

from lib.access.key_file import FILE, KeyFile
from lib.access.roles import Role
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.browser import PATIENCE_MS
from tests.builders import build_xa, draw_run
from tests.e2e.viewer.viewer_page import FluoroPage
from tests.integration.conftest import TestPacs, require_orthanc
from tests.servers import TestServer

N_FRAMES = 3


@pytest.fixture(scope="module")
def pacs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPacs]:
    require_orthanc()
    started = TestPacs(tmp_path_factory.mktemp("an orthanc"))
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def guarded(pacs: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server where people sign in, with the viewer."""
    settings = {"FLUORO_AUTH__ENABLED": "true", "FLUORO_SERVER__VIEWER": "true"}
    server = TestServer(tmp_path_factory.mktemp("a guarded server"), pacs.url, settings)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def run(pacs: TestPacs) -> Dataset:
    built = build_xa(pixels=draw_run(N_FRAMES, 128, 160))
    connect(PacsSettings(url=pacs.url)).store([built])
    return built


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def test_a_person_signs_in_works_under_their_name_and_signs_out(
    guarded: TestServer, run: Dataset, page: Page, tmp_path: Path
) -> None:
    key = KeyFile(guarded.data / FILE).add("Dr. Ada", Role.ANNOTATOR)[1]

    viewer = FluoroPage(page, guarded.url, str(run.StudyInstanceUID))
    page.wait_for_url("**/login?next=**", timeout=PATIENCE_MS)
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    viewer.wait_until_open(N_FRAMES)
    page.get_by_role("tab", name="Runs").click()
    line = page.locator(".fv-person")
    line.get_by_text("Signed in as Dr. Ada (annotator)").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("tab", name="Review").click()
    page.locator(".fv-review-head").get_by_text("Nobody submitted").wait_for(timeout=PATIENCE_MS)
    judged = page.locator('[data-action="review-approve"], [data-list="waiting"]').count()
    page.get_by_role("tab", name="Runs").click()
    page.screenshot(path=tmp_path / "signed in.png")
    sessions = requests.get(
        f"{guarded.url}/fluoro/api/sessions", headers={"Authorization": f"Bearer {key}"}, timeout=30
    ).json()["sessions"]
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "fluoro")
    line.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login", timeout=PATIENCE_MS)

    left = requests.get(f"{guarded.url}/info/", cookies={"fluoro": cookie["value"]}, timeout=30)
    assert [session["image_id"] for session in sessions] == [str(run.SOPInstanceUID)]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert left.status_code == 401
    assert judged == 0
    assert viewer.errors == []
