"""What is found becomes text, no text, or a doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Final

from lib.privacy.pixels.finding import Found
from lib.privacy.pixels.markers import is_marker
from lib.privacy.pixels.merging import merged, touches
from lib.privacy.pixels.reading import NOT_READ, Strip, read_strips, strip_of
from lib.privacy.pixels.report import Region, Why

LEAST: Final = 0.06
"""What looks less like text is not even read."""

DOUBTFUL: Final = 0.2
DOUBTFUL_OF_FEW: Final = 0.5
"""From here on what cannot be read is a doubt; few things often stand in line by chance."""

MOST_READ: Final = 40
COVERED: Final = 0.7
"""Share of a row that lies in sure text already, so that nobody asks for the rest of it."""

ALIKE: Final = (0.6, 1.7)
"""Height by height of two lines of one block."""

LONGEST_MARKER: Final = 4.5
"""Width by height of a region in which a lead marker may stand."""


@dataclass(frozen=True)
class Verdict:
    """What is text, what may be, and what is left by choice."""

    text: tuple[Region, ...]
    doubtful: tuple[Region, ...]
    kept: tuple[Region, ...]


def judge(found: Sequence[Found], known_words: frozenset[str], *, keep_markers: bool) -> Verdict:
    """Judge what was found.

    Args:
        found: What is or may be text.
        known_words: Names and numbers of the patient.
        keep_markers: Leave what reads as a lead marker and nothing else.

    Raises:
        ReaderMissingError: Something has to be read, and tesseract is not installed.
    """
    sure = [one for one in found if one.is_sure]
    text = merged([one.region for one in sure])
    unsure = _best([one for one in found if not one.is_sure and one.line.likeness >= LEAST])
    beside = [one.region for one in unsure if _is_in_block(one, sure)]
    text = merged([*text, *beside])
    asked = [one for one in unsure if not any(other.covers(one.region, COVERED) for other in text)]
    short = _best([one for one in sure if one.region.width <= LONGEST_MARKER * one.region.height])
    kept = _markers(short, known_words) if keep_markers else []
    read, doubtful = _read(asked, known_words)
    text = merged([*(one for one in text if one not in kept), *read])
    return Verdict(text, merged(doubtful), tuple(replace(one, why=Why.MARKER) for one in kept))


def _best(found: Sequence[Found]) -> list[Found]:
    """Return the likeliest of those that overlap."""
    best: list[Found] = []
    for one in sorted(found, key=lambda one: -one.line.likeness):
        if not any(touches(one.region, other.region) for other in best):
            best.append(one)
    return best


def _is_in_block(one: Found, sure: Sequence[Found]) -> bool:
    """Tell whether a row stands beside sure text of its size and of its ink, so that both are one block."""
    return one.line.likeness >= DOUBTFUL and any(
        touches(one.region, other.region, 0.4 * one.region.height)
        and ALIKE[0] < one.region.height / other.region.height < ALIKE[1]
        and one.line.own_ink.is_like(other.line.own_ink)
        for other in sure
    )


def _strip(one: Found) -> Strip:
    return strip_of(one.line.cut.look.still, one.line.box, is_bright=one.line.cut.look.is_bright)


def _read(asked: Sequence[Found], known_words: frozenset[str]) -> tuple[list[Region], list[Region]]:
    """Return what could be read, and what is doubtful."""
    readings = read_strips([_strip(one) for one in asked[:MOST_READ]])
    read, doubtful = [], []
    for one, reading in zip(asked, chain(readings, repeat(NOT_READ)), strict=False):
        if reading.is_text or reading.names(known_words):
            read.append(replace(one.region, why=Why.READ))
        elif one.line.likeness >= (DOUBTFUL if one.line.has_many else DOUBTFUL_OF_FEW):
            doubtful.append(replace(one.region, why=Why.UNREAD))
    return read, doubtful


def _markers(short: Sequence[Found], known_words: frozenset[str]) -> list[Region]:
    """Return the regions that read as a lead marker and nothing else."""
    known = {word.casefold() for word in known_words}
    readings = read_strips([_strip(one) for one in short[:MOST_READ]])
    return [
        one.region
        for one, reading in zip(short, readings, strict=False)
        if is_marker(reading.text) and reading.text.casefold() not in known
    ]
