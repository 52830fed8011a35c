import os
import shutil

import numpy as np
import pytest

from lib.errors import ReaderFailedError, ReaderMissingError
from lib.privacy.pixels import reading
from lib.privacy.pixels.reading import Reading, read_strips, strip_of
from tests.written_runs import moving_run, write

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="tesseract (Debian's tesseract-ocr) is not installed"
)


def strip(text: str, value: int) -> np.ndarray:
    frames, ink = write(moving_run(1), text, value=value)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    return strip_of(frames[0].astype(np.float32), box, is_bright=value > 128)


@needs_tesseract
def test_bright_and_dark_lines_are_read_each_by_itself() -> None:
    bright, dark = read_strips([strip("SMITH 4711", 255), strip("HOSPITAL", 10)])

    assert "SMITH" in bright.text
    assert "HOSPITAL" in dark.text
    assert bright.is_text
    assert dark.is_text


@needs_tesseract
def test_noise_is_no_text() -> None:
    noise = np.random.default_rng(3).normal(200, 30, (28, 160)).clip(0, 255).astype(np.uint8)

    (read,) = read_strips([noise])

    assert not read.is_text


@pytest.mark.parametrize(
    ("text", "percent", "is_text"), [("ANNA", 90, True), ("ANNA", 40, False), ("i.", 95, False)]
)
def test_few_or_unsure_letters_are_no_text(text: str, percent: float, is_text: bool) -> None:
    assert Reading(text, percent).is_text is is_text


def test_nothing_to_read_needs_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.shutil, "which", lambda _: None)

    assert read_strips([]) == []
    with pytest.raises(ReaderMissingError, match="apt-get install tesseract-ocr"):
        read_strips([np.zeros((9, 9), np.uint8)])


def test_a_reader_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Error opening data file eng.traineddata")

    monkeypatch.setattr(reading.shutil, "which", lambda _: "/usr/bin/tesseract")
    monkeypatch.setattr(reading.pytesseract, "image_to_data", fail)

    with pytest.raises(ReaderFailedError, match="tesseract --list-langs"):
        read_strips([np.zeros((9, 9), np.uint8)])


@pytest.mark.parametrize("before", [None, "3"])
def test_tesseract_gets_one_thread_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    seen: list[str | None] = []

    def look(*_: object, **__: object) -> dict[str, list[object]]:
        seen.append(os.environ.get(reading.THREAD_LIMIT))
        return {"text": [], "conf": [], "top": [], "height": []}

    monkeypatch.delenv(reading.THREAD_LIMIT, raising=False)
    if before is not None:
        monkeypatch.setenv(reading.THREAD_LIMIT, before)
    monkeypatch.setattr(reading.shutil, "which", lambda _: "/usr/bin/tesseract")
    monkeypatch.setattr(reading.pytesseract, "image_to_data", look)

    read_strips([np.zeros((9, 9), np.uint8)])

    assert seen == ["1"]
    assert os.environ.get(reading.THREAD_LIMIT) == before


def test_a_known_name_counts_however_unsure_the_reading_is() -> None:
    unsure = Reading("smi th, j", 12)

    assert unsure.names(frozenset({"SMITH", "4711"}))
    assert not unsure.names(frozenset({"JONES", "J"}))
