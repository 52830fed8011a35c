"""A picture to draw on: a frame enlarged, with lines at sub-pixel places and text that can be read."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.arrays import Frame, Picture
from lib.pictures.png import to_grey

Color: TypeAlias = tuple[int, int, int]
"""RGB."""

WHITE: Final[Color] = (255, 255, 255)
GREY: Final[Color] = (150, 150, 150)
WALL: Final[Color] = (64, 224, 208)
LESION: Final[Color] = (255, 82, 82)
CALIPER: Final[Color] = (255, 221, 51)
REFERENCE: Final[Color] = (120, 190, 255)

SHIFT: Final = 4
"""OpenCV takes places in sixteenths of a pixel."""

FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
LINE_HEIGHT_PX: Final = 20
FONT_SIZE: Final = 0.45


@dataclass(frozen=True)
class Canvas:
    """A picture in memory; drawing changes it.

    Attributes:
        picture: (H, W, 3) RGB.
        zoom: Pixels of the picture for one of the frame.
    """

    picture: Picture
    zoom: float = 1.0

    @classmethod
    def of(cls, frame: Frame, zoom: int = 1) -> "Canvas":
        """Return a frame, (H, W) in [0, 1], to draw on."""
        grey = to_grey(frame)
        if zoom > 1:
            grey = cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
        return cls(np.repeat(grey[:, :, np.newaxis], 3, axis=2), float(zoom))

    @classmethod
    def dark(cls, height: int, width: int) -> "Canvas":
        """Return an empty picture for curves."""
        return cls(np.full((height, width, 3), 18, np.uint8))

    def line(self, yx: ArrayLike, color: Color, thickness: int = 1) -> None:
        """Draw a line through places (N, 2), y and x of the frame; NaN breaks it."""
        places = np.asarray(yx, np.float64)
        known = np.isfinite(places).all(axis=1)
        for run in np.split(np.arange(len(places)), np.flatnonzero(np.diff(known)) + 1):
            if known[run[0]] and len(run) > 1:
                points = self._points(places[run]).reshape(-1, 1, 2)
                cv2.polylines(self.picture, [points], False, color, thickness, cv2.LINE_AA, SHIFT)

    def dots(self, yx: ArrayLike, color: Color, radius: int = 2) -> None:
        """Draw dots at places (N, 2); NaN has none."""
        places = np.asarray(yx, np.float64).reshape(-1, 2)
        for x, y in self._points(places[np.isfinite(places).all(axis=1)]).tolist():
            cv2.circle(self.picture, (x, y), radius << SHIFT, color, -1, cv2.LINE_AA, SHIFT)

    def text(self, words: str, x: int, y: int, color: Color = WHITE) -> None:
        """Write one line with its foot at (x, y) of the picture; letters that the font lacks become '?'."""
        plain = words.encode("ascii", "replace").decode("ascii")
        cv2.putText(self.picture, plain, (x, y), FONT, FONT_SIZE, (0, 0, 0), 3, cv2.LINE_AA)
        cv2.putText(self.picture, plain, (x, y), FONT, FONT_SIZE, color, 1, cv2.LINE_AA)

    def lines_of_text(self, lines: list[str], x: int = 10, y: int = 22, color: Color = WHITE) -> None:
        """Write lines below each other."""
        for n, words in enumerate(lines):
            self.text(words, x, y + n * LINE_HEIGHT_PX, color)

    def _points(self, yx: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return places as OpenCV takes them, (N, 2) x and y; the middle of a pixel stays its middle."""
        places = (yx[:, ::-1] + 0.5) * self.zoom - 0.5
        return np.asarray(np.rint(places * (1 << SHIFT)), np.int32)


def text_width(words: str) -> int:
    """Return how wide a line of text is, in pixels."""
    (width, _), _ = cv2.getTextSize(words, FONT, FONT_SIZE, 1)
    return int(width)
