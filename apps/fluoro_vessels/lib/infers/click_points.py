"""The clicks of an infer request, in both dialects that MONAI Label's clients speak.

`deepgrow`: `foreground` and `background` are lists of [x, y, frame]; `slice` may name the one frame that
counts, and `label` the label that the points are about. `deepedit`: the lists stand under label names, and
under `background`. A point of a request that is about one frame may be [x, y].
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lib.errors import FrameOutOfRunError, PromptError
from lib.interaction.prompts import MOST_POINTS, Prompt, PromptKind, check_inside
from lib.labels import LabelTable

FOREGROUND: Final = "foreground"
BACKGROUND: Final = "background"
SLICE: Final = "slice"
LABEL: Final = "label"
DEFAULT_LABEL: Final = "vessel"


@dataclass(frozen=True)
class Clicks:
    """The prompts for one label on one frame, in the order in which they are answered.

    Attributes:
        t: Frame, from 0.
        label: Index of the label table.
        prompts: Positive ones first, then those of the background.
    """

    t: int
    label: int
    prompts: tuple[Prompt, ...]


def clicks_of(
    request: Mapping[str, Any], table: LabelTable, run: tuple[str, tuple[int, int, int]]
) -> tuple[Clicks, ...]:
    """Return the clicks of a request, by frame and label; clicks on the background are about all its labels.

    Args:
        request: Of MONAI Label's `/infer`.
        table: Knows the labels.
        run: Id and shape (T, H, W) of the run.

    Raises:
        PromptError: There are no points, too many, or something that is no point.
        PointOutOfFrameError: A point lies outside the frame.
        FrameOutOfRunError: The run has no such frame.
        UnknownLabelError: Points stand under a name that no label has, or are about such a label.
    """
    wanted = _frame(request[SLICE], run) if _names_a_frame(request.get(SLICE)) else None
    by_name = {
        name: _points(name, values, wanted, run)
        for name, values in request.items()
        if _is_points(name, values)
    }
    _check_number(sum(map(len, by_name.values())))
    background = by_name.pop(BACKGROUND, [])
    foreground = by_name.pop(FOREGROUND, [])
    positive: dict[int, list[_Placed]] = {}
    for name, points in by_name.items():
        positive.setdefault(table.by_name(name).index, []).extend(points)
    if foreground or not positive:
        named = table.by_name(str(request.get(LABEL) or DEFAULT_LABEL))
        positive.setdefault(named.index, []).extend(foreground)
    frames = {t for points in (background, *positive.values()) for t, _ in points}
    return tuple(
        Clicks(t, label, tuple(_prompts(points, t, run, True) + _prompts(background, t, run, False)))
        for t in sorted(frames)
        if wanted in (None, t)
        for label, points in positive.items()
    )


_Placed = tuple[int, tuple[float, float]]
"""t, and (y, x)."""


def _names_a_frame(value: object) -> bool:
    """Tell whether a `slice` says something; MONAI Label's clients send -1 for none."""
    return value is not None and value != -1


def _is_points(name: str, values: object) -> bool:
    """Tell whether a parameter is a list of points: its name is a dialect's, or its items are lists."""
    if name in (FOREGROUND, BACKGROUND):
        return True
    return isinstance(values, Sequence) and bool(values) and isinstance(values[0], list | tuple)


def _check_number(n_points: int) -> None:
    if n_points == 0:
        raise PromptError(
            "The request has no points. Send lists of [x, y, frame] as foreground and background, or under "
            "the names of labels."
        )
    if n_points > MOST_POINTS:
        raise PromptError(
            f"The request has {n_points:,} points; at most {MOST_POINTS:,} are answered at once."
        )


def _points(
    name: str, values: object, wanted: int | None, run: tuple[str, tuple[int, int, int]]
) -> list[_Placed]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise PromptError(f"{name[:80]} has to be a list of points [x, y, frame].")
    if len(values) > MOST_POINTS:
        _check_number(len(values))
    return [_point(name, value, wanted, run) for value in values]


def _point(name: str, value: object, wanted: int | None, run: tuple[str, tuple[int, int, int]]) -> _Placed:
    """Return a point's frame and place."""
    numbers = _numbers(value)
    if numbers is None or len(numbers) not in (2, 3):
        raise PromptError(f"{name[:80]} has {str(value)[:80]!r}, which is no point [x, y, frame] of numbers.")
    if len(numbers) == 2 and wanted is None and run[1][0] > 1:
        raise PromptError(
            f"The point {numbers} of {name[:80]} names no frame. Send [x, y, frame], or a slice."
        )
    t = _frame(numbers[2], run) if len(numbers) == 3 else wanted or 0
    return t, (numbers[1], numbers[0])


def _numbers(value: object) -> list[float] | None:
    if not isinstance(value, list | tuple):
        return None
    is_numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    numbers = [float(one) for one in value] if is_numbers else []
    return numbers if numbers and all(map(math.isfinite, numbers)) else None


def _frame(value: object, run: tuple[str, tuple[int, int, int]]) -> int:
    """Return a frame's t; a client may send the middle of a slice that it has rounded, such as 4.0."""
    image_id, (n_frames, _, _) = run
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PromptError(f"{str(value)[:80]!r} is no frame. Send a whole number from 0 to {n_frames - 1}.")
    if not 0 <= round(value) < n_frames:
        raise FrameOutOfRunError(image_id, round(value), n_frames)
    return round(value)


def _prompts(
    points: list[_Placed], t: int, run: tuple[str, tuple[int, int, int]], is_positive: bool
) -> list[Prompt]:
    prompts = [Prompt(PromptKind.POINT, (place,), is_positive) for at, place in points if at == t]
    for prompt in prompts:
        check_inside(prompt, run[1][1:])
    return prompts
