"""A curve below a picture: values over an axis, with its scale, and a mark where one looks."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.arrays import Picture
from lib.measure.out.canvas import GREY, WHITE, Canvas, Color, text_width

HEIGHT_PX: Final = 150
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 26, 24
"""Room for words around the curves."""

HEADROOM: Final = 1.08
MOST_TICKS: Final = 4


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve of a panel.

    Attributes:
        x: (N,) places on the axis.
        y: (N,) values; NaN is a gap.
        color: RGB.
        has_dots: Dots instead of a line.
        thickness: Of the line.
    """

    x: ArrayLike
    y: ArrayLike
    color: Color
    has_dots: bool = False
    thickness: int = 1


@dataclass(frozen=True, eq=False)
class Panel:
    """A panel of curves that share their axes.

    Attributes:
        title: Above it.
        x_words: Below it, such as "s".
        y_words: The values' unit.
        curves: Later ones lie on top.
        shaded: From and to on the x axis, such as a lesion.
    """

    title: str
    x_words: str
    y_words: str
    curves: tuple[Curve, ...]
    shaded: tuple[float, float] | None = None

    def draw(self, width: int, mark: float | None = None, height: int = HEIGHT_PX) -> Picture:
        """Return the panel, (height, width, 3), with a mark at a place on the x axis."""
        canvas = Canvas.dark(height, width)
        frame = _Axes(self._x_limits(), (0.0, self._highest()), height, width)
        if self.shaded is not None:
            left, right = (int(frame.x(one)) for one in self.shaded)
            canvas.picture[TOP : height - BOTTOM, left : right + 1] = (60, 26, 26)
        self._axes(canvas, frame)
        for curve in self.curves:
            places = frame.places(curve.x, curve.y)
            if curve.has_dots:
                canvas.dots(places, curve.color)
            else:
                canvas.line(places, curve.color, curve.thickness)
        if mark is not None:
            at = frame.x(mark)
            canvas.line([(TOP, at), (height - BOTTOM, at)], WHITE)
        return canvas.picture

    def _axes(self, canvas: Canvas, frame: "_Axes") -> None:
        height, width = canvas.picture.shape[:2]
        canvas.text(self.title, LEFT, TOP - 9)
        for tick in ticks(*frame.y_limits):
            y = frame.y(tick)
            canvas.line([(y, LEFT), (y, width - RIGHT)], (60, 60, 60))
            canvas.text(f"{tick:g}", LEFT - 8 - text_width(f"{tick:g}"), int(y) + 5, GREY)
        for tick in ticks(*frame.x_limits):
            canvas.text(f"{tick:g}", int(frame.x(tick)) - text_width(f"{tick:g}") // 2, height - 8, GREY)
        canvas.text(self.x_words, width - RIGHT - text_width(self.x_words), TOP - 9, GREY)
        canvas.text(self.y_words, 6, TOP - 9, GREY)

    def _x_limits(self) -> tuple[float, float]:
        known = np.concatenate([np.asarray(curve.x, np.float64) for curve in self.curves])
        low, high = float(np.min(known)), float(np.max(known))
        return low, high if high > low else low + 1.0

    def _highest(self) -> float:
        known = np.concatenate([np.asarray(curve.y, np.float64) for curve in self.curves])
        known = known[np.isfinite(known)]
        return HEADROOM * float(np.max(known, initial=0.0)) or 1.0


@dataclass(frozen=True)
class _Axes:
    """Where values lie in the panel's picture."""

    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    height: int
    width: int

    def x(self, value: float) -> float:
        low, high = self.x_limits
        return LEFT + (value - low) / (high - low) * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self.y_limits
        return self.height - BOTTOM - (value - low) / (high - low) * (self.height - TOP - BOTTOM)

    def places(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return (N, 2), y and x in the picture."""
        columns = LEFT + (np.asarray(x, np.float64) - self.x_limits[0]) / np.ptp(self.x_limits) * (
            self.width - LEFT - RIGHT
        )
        share = (np.asarray(y, np.float64) - self.y_limits[0]) / np.ptp(self.y_limits)
        return np.stack([self.height - BOTTOM - share * (self.height - TOP - BOTTOM), columns], axis=1)


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two limits, at most MOST_TICKS + 1 of them."""
    step = 10.0 ** math.floor(math.log10((high - low) / MOST_TICKS))
    step = next(step * factor for factor in (1, 2, 5, 10, 20) if (high - low) / (step * factor) <= MOST_TICKS)
    first = math.ceil(low / step)
    return [round(n * step, 10) for n in range(first, math.floor(high / step) + 1)]
