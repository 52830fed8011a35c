"""Naming a label aloud: what was heard is shown, and nothing is set before a person confirms it."""

from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import Started
from tests.e2e.viewer.worklist_page import Runs, WorkList

RECOGNISER = """window.SpeechRecognition = class {
  start() { setTimeout(() => this.onresult({ results: [[{ transcript: window.said }]] }), 20); }
  abort() {}
};"""
"""A recogniser that hears what the test says."""


def say(work_list: WorkList, words: str) -> WorkList:
    """Open the tab with the microphone, and say something."""
    work_list.page.get_by_role("tab", name="Segment").click()
    work_list.page.evaluate("words => { window.said = words; }", words)
    work_list.press("voice")
    work_list.press("voiceAgree")
    return work_list


def test_a_label_that_was_said_is_shown_and_set_only_when_confirmed(
    started: Started, context: BrowserContext, runs: Runs
) -> None:
    context.add_init_script(RECOGNISER)
    work_list = say(WorkList(context, started.url, runs.first), "proximal L A D")

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
    work_list = say(WorkList(context, started.url, runs.first), "good morning everybody")

    expect(work_list.page.locator(".fv-voice-question")).to_contain_text("no label of the table")
    work_list.press("voiceClose")

    expect(work_list.page.locator("#fv-label")).to_have_value("vessel")
    assert work_list.errors == []
