"""Naming a label aloud: what was heard is shown, and nothing is set before a person confirms it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from pydicom.dataset import Dataset

from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import store
from tests.e2e.viewer.segment_page import SegmentPage


@pytest.fixture
def viewer(started: Started, visit: Callable[[Dataset], SegmentPage]) -> SegmentPage:
    run = build_xa(pixels=draw_run(3, 128, 160))
    store(started, run)
    return visit(run)


def say(viewer: SegmentPage, words: str) -> None:
    """Say something, and agree to be heard."""
    viewer.page.evaluate("words => { window.said = words; }", words)
    viewer.page.locator('[data-action="voice"]').click()
    viewer.page.locator('[data-action="voiceAgree"]').click()


def test_a_label_that_was_said_is_shown_and_set_only_when_confirmed(viewer: SegmentPage) -> None:
    say(viewer, "proximal L A D")

    question = viewer.page.locator(".fv-voice-question")
    expect(question).to_contain_text("proximal L A D")
    viewer.expect_label("vessel")
    question.locator('[data-label="LAD proximal"]').click()

    viewer.expect_label("LAD proximal")
    assert viewer.errors == []


def test_words_that_are_no_label_change_nothing(viewer: SegmentPage) -> None:
    say(viewer, "good morning everybody")

    expect(viewer.page.locator(".fv-voice-question")).to_contain_text("no label of the table")
    viewer.page.locator('[data-action="voiceClose"]').click()

    viewer.expect_label("vessel")
    assert viewer.errors == []
