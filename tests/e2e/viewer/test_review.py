"""The tab Review in a real browser: a label waits, comes back with a comment, and is approved."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from playwright.sync_api import Browser, expect
from pydicom.dataset import Dataset

from tests.browser import PATIENCE_MS
from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.viewer_page import FluoroPage, draw
from tests.e2e.viewer.worklist_page import token

ReviewTab = Callable[[Dataset, str], FluoroPage]


@pytest.fixture
def review_tab(started: Started, browser: Browser) -> Iterator[ReviewTab]:
    """Opens the tab on a run of four frames, in a browser of its own for each person."""
    expect.set_options(timeout=PATIENCE_MS)
    with ExitStack() as stack:

        def open_tab(run: Dataset, person: str) -> FluoroPage:
            context = stack.enter_context(started.window(browser, person))
            viewer = FluoroPage(context.new_page(), started.url, str(run.StudyInstanceUID))
            viewer.wait_until_open(4)
            viewer.page.get_by_role("tab", name="Review").click()
            return viewer

        yield open_tab


def submitted(started: Started, person: str) -> tuple[Dataset, str]:
    """Return a new run, and the id of a label of it that a person submitted."""
    run = build_xa(pixels=draw_run(4, 128, 160))
    store(started, run)
    token(started, run)
    mask = np.zeros((128, 160), np.uint8)
    mask[40:60, 20:120] = 1
    draw(started, person, str(run.SOPInstanceUID), {2: mask})
    asking, sessions = started.asks_as(person), f"{started.url}/fluoro/api/sessions"
    query = {"image_id": str(run.SOPInstanceUID)}
    [session] = asking.get(sessions, params=query, timeout=60).json()["sessions"]
    body = {"frame_numbers": [2], "finished_frame_numbers": [2]}
    saved = asking.post(f"{sessions}/{session['session_id']}/save", json=body, timeout=60)
    assert saved.ok, saved.text
    return run, str(saved.json()["label_id"])


def test_a_label_comes_back_to_its_author_with_the_reason(started: Started, review_tab: ReviewTab) -> None:
    run, label_id = submitted(started, "ann")
    reviewer = review_tab(run, "ben").page
    waiting = reviewer.locator('[data-list="waiting"]').locator(f'[data-label="{label_id}"]')
    expect(waiting).to_contain_text("version 1 by ann")
    expect(reviewer.locator(".fv-review-head")).to_contain_text("waits for a review")

    reviewer.locator('[data-action="review-return"]').click()
    expect(reviewer.locator("#fv-part-review [role=alert]")).to_contain_text("Write what is wrong")
    reviewer.get_by_role("textbox", name="Comment for the author").fill("the LCX is missing")
    reviewer.locator('[data-action="review-return"]').click()
    expect(reviewer.locator(".fv-review-head")).to_contain_text("returned")
    expect(waiting).to_have_count(0)

    author = review_tab(run, "ann")
    expect(author.page.get_by_role("tab", name="Review (1)")).to_be_visible()
    expect(author.page.locator(f'[data-list="returned"] [data-label="{label_id}"]')).to_be_visible()
    expect(author.page.get_by_role("list", name="What was said of this label")).to_contain_text(
        "the LCX is missing"
    )
    expect(author.page.locator('[data-action="review-approve"]')).to_be_disabled()
    cut = [one["name"] for one in author.rectangles(".fv-tab, #fv-part-review button") if one["cut"]]
    assert cut == []
    assert author.errors == []


def test_an_approved_label_waits_no_more_and_its_author_cannot_approve_it(
    started: Started, review_tab: ReviewTab
) -> None:
    run, label_id = submitted(started, "ann")
    author = review_tab(run, "ann").page
    reviewer = review_tab(run, "ben").page
    own = author.locator('[data-action="review-approve"]')

    own.click()
    expect(author.locator(".fv-status-problem")).to_contain_text("nobody approves the own label")
    reviewer.locator('[data-list="waiting"]').locator(f'[data-label="{label_id}"]').click()
    reviewer.locator('[data-action="review-approve"]').click()

    expect(reviewer.locator(".fv-review-head")).to_contain_text("is approved")
    expect(reviewer.locator('[data-list="waiting"]').locator(f'[data-label="{label_id}"]')).to_have_count(0)
    reviews = started.asks_as().get(f"{started.url}/fluoro/api/labels/{label_id}/reviews", timeout=60).json()
    assert (reviews["state"], [one["by"] for one in reviews["reviews"]]) == ("approved", ["ben"])
