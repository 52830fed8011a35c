"""Text planted into runs as stations burn it in, with the truth of where its ink is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.evaluation.text_fonts import FONTS, Ink, draw_line

HEIGHTS_PX: Final = (9, 11, 14, 18, 24, 32)
"""Of a capital letter, in a picture of 512 pixels."""

NAMES: Final = ("MUELLER", "O'BRIEN", "Nakamura", "SMITH", "Kowalski", "GARCIA", "Andersson", "ZHANG")
FIRST_NAMES: Final = ("ANNA", "John", "MARIA", "Peter", "Yuki", "LARS", "Ewa", "JOSE")
SITES: Final = ("ST. MARY HOSPITAL", "University Clinic", "CATH LAB 2", "HEART CENTRE")
COVERED: Final = 0.4
"""From here on a pixel counts as ink."""

LEAST_STEP: Final = 0.05
"""Share of white by which ink must differ from what was there: nobody sees less."""


class Contrast(StrEnum):
    """How the ink stands out."""

    WHITE = "white"
    BLACK = "black"
    GREY = "grey"
    FAINT = "faint"
    BLENDED = "blended"
    RIMMED = "rimmed"
    BOXED = "boxed"


class Place(StrEnum):
    """Where a block of lines stands."""

    TOP_LEFT = "top left"
    TOP_RIGHT = "top right"
    BOTTOM_LEFT = "bottom left"
    BOTTOM_RIGHT = "bottom right"
    TOP = "top"
    BOTTOM = "bottom"
    INSIDE = "inside"


@dataclass(frozen=True)
class TextBlock:
    """What is planted: drawn first, burned in later.

    Attributes:
        lines: One to three lines.
        font: One of FONTS.
        height_px: Of a capital letter.
        contrast: How it stands out.
        place: Where it stands.
        margin_px: From the edges of the picture.
        shift: (y, x) in [0, 1), where it stands along an edge or inside.
    """

    lines: tuple[str, ...]
    font: str
    height_px: int
    contrast: Contrast
    place: Place
    margin_px: int
    shift: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Planted:
    """A run with text in it.

    Attributes:
        frames: (T, H, W).
        inks: (H, W) of each line, where ink is seen.
        written: (H, W), every pixel that was changed, rims and boxes too.
    """

    frames: NDArray[Any]
    inks: tuple[NDArray[np.bool_], ...]
    written: NDArray[np.bool_]


def draw_block(random: np.random.Generator, font: str | None = None) -> TextBlock:
    """Draw what is planted; every font, size, place and contrast is as likely as any other."""
    n_lines = int(random.integers(1, 4))
    return TextBlock(
        lines=tuple(draw_words(random) for _ in range(n_lines)),
        font=font or str(random.choice(FONTS)),
        height_px=int(random.choice(HEIGHTS_PX)),
        contrast=Contrast(str(random.choice(list(Contrast)))),
        place=Place(str(random.choice(list(Place)))),
        margin_px=int(random.integers(3, 24)),
        shift=(float(random.random()), float(random.random())),
    )


def draw_words(random: np.random.Generator) -> str:
    """Return a line that identifies: a name, a number, a date, a place."""
    year, month, day = random.integers(1930, 2026), random.integers(1, 13), random.integers(1, 29)
    name, first = random.choice(NAMES), random.choice(FIRST_NAMES)
    number = int(random.integers(10_000, 9_999_999))
    lines = (
        f"{name}, {first}",
        f"{name} {first}",
        f"ID: {number}",
        f"{number}",
        f"{year}-{month:02}-{day:02}",
        f"{day:02}.{month:02}.{year}",
        f"DOB {month:02}/{day:02}/{year}",
        f"{day:02}-{month:02}-{year} {random.integers(0, 24):02}:{random.integers(0, 60):02}",
        str(random.choice(SITES)),
        f"Dr. {name}",
    )
    return str(random.choice(lines))


def plant(frames: NDArray[Any], block: TextBlock, white: float) -> Planted:
    """Burn a block into every frame.

    Args:
        frames: (T, H, W) stored values, 0 is black.
        block: What to write; lines that do not fit are made smaller.
        white: The value that is shown white.
    """
    height, width = frames.shape[1:]
    drawn = _fitting(block, width - 2 * block.margin_px, height - 2 * block.margin_px)
    gap = max(3, round(0.5 * block.height_px))
    covers, top = [], _top(block, sum(len(ink) + gap for ink in drawn), height)
    for ink in drawn:
        cover = np.zeros((height, width), np.float32)
        left = _left(block, ink.shape[1], width)
        cover[top : top + len(ink), left : left + ink.shape[1]] = ink
        covers.append(cover)
        top += len(ink) + gap
    burned = _burned(frames, np.max(covers, axis=0), block, white)
    step = np.abs(burned[0].astype(np.float32) - frames[0]) + 1e-3
    is_seen = step > LEAST_STEP * white
    inks = tuple((one >= COVERED) & is_seen for one in covers)
    return Planted(burned, inks, (burned != frames).any(axis=0))


def _fitting(block: TextBlock, width: int, height: int) -> list[Ink]:
    """Return the ink of the lines, in the largest size up to the wanted one in which all fit."""
    for height_px in range(block.height_px, 5, -1):
        inks = [draw_line(text, block.font, height_px) for text in block.lines]
        tall = sum(1.5 * len(ink) + 3 for ink in inks)
        if max(ink.shape[1] for ink in inks) < width and tall < height:
            return inks
    return [draw_line(block.lines[0], "strokes plain", 6)[:height, :width]]


def _top(block: TextBlock, tall: int, height: int) -> int:
    if block.place in (Place.TOP, Place.TOP_LEFT, Place.TOP_RIGHT):
        return block.margin_px
    if block.place is Place.INSIDE:
        return block.margin_px + int(block.shift[0] * max(0, height - tall - 2 * block.margin_px))
    return max(0, height - tall - block.margin_px)


def _left(block: TextBlock, wide: int, width: int) -> int:
    if block.place in (Place.TOP_LEFT, Place.BOTTOM_LEFT):
        return block.margin_px
    room = width - wide - 2 * block.margin_px
    if block.place in (Place.TOP_RIGHT, Place.BOTTOM_RIGHT):
        return block.margin_px + room
    return block.margin_px + int(block.shift[1] * room)


def _burned(frames: NDArray[Any], cover: Ink, block: TextBlock, white: float) -> NDArray[Any]:
    """Mix the ink into all frames: darker or brighter, opaque or half clear, with a rim or on a box."""
    where = cover > 0
    background = float(frames[:, where].mean())
    step = white * {Contrast.GREY: 0.35, Contrast.FAINT: 0.12}.get(block.contrast, 0.0)
    value, opacity = white, 1.0
    if block.contrast is Contrast.BLACK:
        value = 0.0 if background > 0.3 * white else white
    elif step:
        value = background + step if background + step <= white else background - step
    elif block.contrast is Contrast.BLENDED:
        opacity = 0.6
    burned = frames.astype(np.float32)
    if block.contrast in (Contrast.RIMMED, Contrast.BOXED):
        burned = np.where(_ground(cover, block), 0, burned)
    burned += opacity * cover * (np.float32(value) - burned)
    return np.rint(burned).clip(0, white).astype(frames.dtype)


def _ground(cover: Ink, block: TextBlock) -> NDArray[np.bool_]:
    """Return what is black below the ink: a rim of one pixel, or the box of every line."""
    ink = (cover > 0).astype(np.uint8)
    if block.contrast is Contrast.RIMMED:
        return np.asarray(cv2.dilate(ink, np.ones((3, 3), np.uint8)) > 0)
    reach = 2 * block.height_px + 1
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8))
    return np.asarray(cv2.dilate(closed, np.ones((7, 7), np.uint8)) > 0)
