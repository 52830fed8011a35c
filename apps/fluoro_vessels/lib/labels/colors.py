"""Colours of labels: as text, and one that differs from those in use."""

import colorsys
from collections.abc import Sequence
from typing import Final, TypeAlias

Color: TypeAlias = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""

_GOLDEN: Final = 0.618034
"""Steps of this part of a circle never come back to the same hue."""
_TRIES: Final = 64
_SATURATIONS: Final = (0.75, 0.5, 0.3)
"""They leave even blue bright enough for a dark picture."""


def color_text(color: Color) -> str:
    """Return a colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def parse_color(text: str) -> Color:
    """Return the colour of #rrggbb, which was checked before."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def distinct_color(used: Sequence[Color]) -> Color:
    """Return a bright colour as far as possible from those in use; the same for the same ones."""
    colors = [_of_hue(number * _GOLDEN % 1, part) for part in _SATURATIONS for number in range(_TRIES)]
    return max(colors, key=lambda color: min((_distance(color, other) for other in used), default=0))


def _of_hue(hue: float, saturation: float) -> Color:
    red, green, blue = (round(part * 255) for part in colorsys.hsv_to_rgb(hue, saturation, 1.0))
    return red, green, blue


def _distance(one: Color, other: Color) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
