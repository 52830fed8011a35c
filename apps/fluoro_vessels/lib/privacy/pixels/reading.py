"""Reads what stands in a region, by Debian's tesseract; what was read never leaves this room."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

from lib.errors import ReaderFailedError, ReaderMissingError
from lib.privacy.pixels.look import WIDEST_STROKE_PX
from lib.privacy.pixels.stills import Still

Strip = NDArray[np.uint8]
"""(H, W), dark letters on white, as tesseract likes them."""

LETTER_PX: Final = 28
WIDEST_PX: Final = 1600
MARGIN_PX: Final = 14
PROGRAM: Final = "tesseract"
OPTIONS: Final = "--psm 6 --oem 1 -c tessedit_do_invert=0"
"""One block of lines, by the network only."""

TIMEOUT_S: Final = 60
THREAD_LIMIT: Final = "OMP_THREAD_LIMIT"
SURE_PERCENT: Final = 65.0
FEWEST_SIGNS: Final = 3
SIGN: Final = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True)
class Reading:
    """What was read in one region.

    Attributes:
        text: The words, joined by blanks.
        percent: How sure tesseract is, mean over the letters.
    """

    text: str
    percent: float

    @property
    def is_text(self) -> bool:
        """Tell whether it is safe to say that something is written there."""
        return self.percent >= SURE_PERCENT and len(SIGN.findall(self.text)) >= FEWEST_SIGNS

    def names(self, known_words: frozenset[str]) -> bool:
        """Tell whether a known name or number stands in it, however unsure the reading is."""
        text = _letters(self.text)
        return any(word in text for word in map(_letters, known_words) if len(word) >= FEWEST_SIGNS)


NOT_READ: Final = Reading("", 0.0)


def require_reader() -> None:
    """Make sure that tesseract is there.

    Raises:
        ReaderMissingError: It is not installed.
    """
    if shutil.which(PROGRAM) is None:
        raise ReaderMissingError


def strip_of(still: Still, box: tuple[slice, slice], *, is_bright: bool) -> Strip:
    """Return a region as letters on white, in the size that reads best."""
    rows, columns = box
    margin = 4
    around = (
        slice(max(0, rows.start - margin), rows.stop + margin),
        slice(max(0, columns.start - margin), columns.stop + margin),
    )
    kernel = np.ones((WIDEST_STROKE_PX, WIDEST_STROKE_PX), np.uint8)
    kind = cv2.MORPH_TOPHAT if is_bright else cv2.MORPH_BLACKHAT
    high = cv2.morphologyEx(still[around], kind, kernel)
    top = max(float(np.percentile(high, 98)), 1.0)
    paper = (255 - np.clip(high * (255 / top), 0, 255)).astype(np.uint8)
    scale = min(LETTER_PX / max(rows.stop - rows.start, 1), WIDEST_PX / paper.shape[1], 4.0)
    return np.asarray(cv2.resize(paper, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def read_strips(strips: Sequence[Strip]) -> list[Reading]:
    """Read strips, all at once, each on a line of its own.

    Raises:
        ReaderMissingError: Tesseract is not installed.
        ReaderFailedError: It does not work.
    """
    if not strips:
        return []
    require_reader()
    sheet, middles = _sheet(strips)
    table = _read_sheet(sheet)
    words: list[list[tuple[str, float]]] = [[] for _ in strips]
    for text, percent, top, height in zip(
        table["text"], table["conf"], table["top"], table["height"], strict=True
    ):
        if text.strip() and float(percent) >= 0:
            row = int(np.abs(middles - (top + height / 2)).argmin())
            words[row].append((text.strip(), float(percent)))
    return [_reading(one) for one in words]


def _read_sheet(sheet: Strip) -> dict[str, list[Any]]:
    """Return the words on a sheet with their places, as columns of a table."""
    try:
        with _one_thread():
            table: dict[str, list[Any]] = pytesseract.image_to_data(
                sheet, config=OPTIONS, output_type=pytesseract.Output.DICT, timeout=TIMEOUT_S
            )
    except (RuntimeError, OSError) as error:
        raise ReaderFailedError(type(error).__name__) from error
    return table


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let programs that are started here use one thread: tesseract is slower with more.

    The limit must not stay: a training that inherited it would wait for its second thread for ever.
    """
    before = os.environ.get(THREAD_LIMIT)
    os.environ[THREAD_LIMIT] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREAD_LIMIT]
        else:
            os.environ[THREAD_LIMIT] = before


def _sheet(strips: Sequence[Strip]) -> tuple[Strip, NDArray[np.float64]]:
    """Return the strips below each other, and the row of the middle of each."""
    width = max(strip.shape[1] for strip in strips) + 2 * MARGIN_PX
    tall = sum(len(strip) + MARGIN_PX for strip in strips) + MARGIN_PX
    sheet, middles, top = np.full((tall, width), 255, np.uint8), [], MARGIN_PX
    for strip in strips:
        sheet[top : top + len(strip), MARGIN_PX : MARGIN_PX + strip.shape[1]] = strip
        middles.append(top + len(strip) / 2)
        top += len(strip) + MARGIN_PX
    return sheet, np.array(middles)


def _letters(text: str) -> str:
    """Return the letters and digits of a text, in small letters."""
    return "".join(SIGN.findall(text)).casefold()


def _reading(words: Sequence[tuple[str, float]]) -> Reading:
    n_letters = sum(len(text) for text, _ in words)
    percent = sum(len(text) * sure for text, sure in words) / max(n_letters, 1)
    return Reading(" ".join(text for text, _ in words), percent)
