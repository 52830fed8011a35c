"""What a person shows on a frame: a point, a box or a scribble, on what is meant or on what is not."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from lib.errors import PointOutOfFrameError, PromptError

Point: TypeAlias = tuple[float, float]
"""(y, x) in pixels; a pixel's centre lies on whole numbers, so frame coordinates begin at -0.5."""

MOST_POINTS: Final = 1_000
"""More points than any hand draws in one stroke."""


class PromptKind(StrEnum):
    """What a person draws."""

    POINT = "point"
    BOX = "box"
    SCRIBBLE = "scribble"


_NUMBER_OF_POINTS: Final = {
    PromptKind.POINT: range(1, 2),
    PromptKind.BOX: range(2, 3),
    PromptKind.SCRIBBLE: range(2, MOST_POINTS + 1),
}


@dataclass(frozen=True)
class Prompt:
    """One thing that a person shows on one frame; valid once constructed.

    Attributes:
        kind: What was drawn.
        points: (y, x) in pixels: one for a point, two opposite corners of a box, the stroke of a scribble.
        is_positive: Whether it belongs to the label or must not.
    """

    kind: PromptKind
    points: tuple[Point, ...]
    is_positive: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot have been drawn.

        Raises:
            PromptError: The number of points does not fit the kind, or a coordinate is no finite number.
        """
        allowed = _NUMBER_OF_POINTS[self.kind]
        if len(self.points) not in allowed:
            raise PromptError(_wanted(self.kind, allowed, len(self.points)))
        if not all(math.isfinite(value) for point in self.points for value in point):
            raise PromptError(f"A {self.kind} has a coordinate that is no finite number. Send pixels (y, x).")


def check_inside(prompt: Prompt, shape: tuple[int, int]) -> None:
    """Raise PointOutOfFrameError when a point lies outside a frame of (H, W) pixels."""
    rows, columns = shape
    for y, x in prompt.points:
        if not (-0.5 <= y < rows - 0.5 and -0.5 <= x < columns - 0.5):
            raise PointOutOfFrameError((y, x), shape)


def _wanted(kind: PromptKind, allowed: range, n_points: int) -> str:
    fewest, most = allowed.start, allowed.stop - 1
    wanted = f"{fewest}" if fewest == most else f"{fewest} to {most:,}"
    return f"A {kind} has {wanted} point{'' if most == 1 else 's'}, not {n_points:,}."
