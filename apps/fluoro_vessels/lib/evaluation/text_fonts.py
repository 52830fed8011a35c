"""Ten fonts as stations, scanners and workstations draw them; none has to be installed.

Four are the strokes of plotters, which many stations have, one is made of dots, five have outlines.
"""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Ink = NDArray[np.float32]
"""(H, W), how much of a pixel is covered, 0 to 1."""

MARGIN: Final = 4
DOTS: Final = 6
"""In the height of a capital letter of Pillow's font of dots."""

STROKES: Final = {
    "strokes simplex": cv2.FONT_HERSHEY_SIMPLEX,
    "strokes plain": cv2.FONT_HERSHEY_PLAIN,
    "strokes duplex": cv2.FONT_HERSHEY_DUPLEX,
    "strokes complex": cv2.FONT_HERSHEY_COMPLEX,
}
OUTLINES: Final = {
    "sans": "DejaVuSans.ttf",
    "sans bold": "DejaVuSans-Bold.ttf",
    "mono": "DejaVuSansMono.ttf",
    "serif": "DejaVuSerif.ttf",
    "times": "STIXGeneral.ttf",
}
"""Files that matplotlib brings."""

FONTS: Final = (*STROKES, "dots", *OUTLINES)


def draw_line(text: str, font: str, height_px: int) -> Ink:
    """Return one line of text, cropped to its ink.

    Args:
        text: Printable ASCII.
        font: One of FONTS.
        height_px: Height of a capital letter; that of dots is rounded to whole dots.
    """
    if font in STROKES:
        ink = _by_strokes(text, STROKES[font], height_px)
    elif font == "dots":
        ink = _by_dots(text, height_px)
    else:
        ink = _by_outlines(text, OUTLINES[font], height_px)
    return _cropped(ink)


def _by_strokes(text: str, face: int, height_px: int) -> Ink:
    thickness = max(1, round(height_px / 11))
    scale = cv2.getFontScaleFromHeight(face, height_px, thickness)
    (width, height), below = cv2.getTextSize(text, face, scale, thickness)
    canvas = np.zeros((height + below + 4 * MARGIN, width + 4 * MARGIN), np.uint8)
    foot = (2 * MARGIN, height + 2 * MARGIN)
    cv2.putText(canvas, text, foot, face, scale, 255, thickness, cv2.LINE_AA)
    return canvas.astype(np.float32) / 255


def _by_dots(text: str, height_px: int) -> Ink:
    """Draw Pillow's font of dots without any smoothing."""
    font = ImageFont.load_default_imagefont()
    canvas = _written(text, font, "1")
    times = max(1, round(height_px / DOTS))
    return np.repeat(np.repeat(canvas, times, axis=0), times, axis=1)


def _by_outlines(text: str, file: str, height_px: int) -> Ink:
    return _written(text, _outline_font(file, height_px), "L")


@cache
def _outline_font(file: str, height_px: int) -> ImageFont.FreeTypeFont:
    """Return a font in the size whose capital H is as high as wanted."""
    found = importlib.util.find_spec("matplotlib")
    folder = Path(found.origin if found and found.origin else "").parent / "mpl-data" / "fonts" / "ttf"
    large = ImageFont.truetype(folder / file, 200)
    _, top, _, bottom = large.getbbox("H")
    return ImageFont.truetype(folder / file, max(5, round(200 * height_px / (bottom - top))))


def _written(text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, mode: str) -> Ink:
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    canvas = Image.new(mode, (right - min(left, 0) + 2 * MARGIN, bottom - min(top, 0) + 2 * MARGIN))
    ImageDraw.Draw(canvas).text((MARGIN, MARGIN), text, fill=1 if mode == "1" else 255, font=font)
    ink = np.asarray(canvas, np.float32)
    return ink if mode == "1" else ink / 255


def _cropped(ink: Ink) -> Ink:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
