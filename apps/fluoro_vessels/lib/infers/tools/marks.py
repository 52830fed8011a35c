"""What a request for a tool points at: one frame, points on it, and the label that is drawn.

MONAI Label's clients send `foreground` and `background` as lists of voxels [x, y, slice], where slices count
from 0; 3D Slicer adds the name of the segment as `label`. Scripts may send `frame`, which counts from 1 as
DICOM's frame numbers do, and points [x, y].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lib.errors import FrameNotFoundError, FrameNotNamedError
from lib.infers.click_points import BACKGROUND, DEFAULT_LABEL, FOREGROUND, LABEL, SLICE, clicks_of
from lib.infers.parameter import Parameter, ParameterType
from lib.interaction.prompts import Point
from lib.labels import LabelTable

FRAME: Final = Parameter(
    "frame",
    ParameterType.INT,
    0,
    "Number of the frame, from 1; 0 takes `slice`, else the frame that the points lie on.",
    range=(0, 1_000_000),
)

SLICE_NUMBER: Final = Parameter(
    SLICE,
    ParameterType.INT,
    -1,
    "The frame as MONAI Label's clients count, from 0; -1 takes `frame`, else the frame of the points.",
    range=(-1, 1_000_000),
)


@dataclass(frozen=True)
class Marks:
    """A person's points on one frame.

    Attributes:
        t: Frame, from 0.
        label: Index of the label table.
        inside: (y, x) of points on what is meant, in the order of the request.
        outside: (y, x) of points on what is not.
    """

    t: int
    label: int
    inside: tuple[Point, ...] = ()
    outside: tuple[Point, ...] = ()


def label_parameter(table: LabelTable) -> Parameter:
    """Return the parameter that names the label to draw."""
    names = tuple(label.name for label in table)
    return Parameter(LABEL, ParameterType.CHOICE, DEFAULT_LABEL, "Label to draw.", choices=names)


def marks_of(request: Mapping[str, Any], table: LabelTable, run: tuple[str, tuple[int, int, int]]) -> Marks:
    """Return what a request points at.

    Args:
        request: Of MONAI Label's `/infer`.
        table: Knows the labels.
        run: Id and shape (T, H, W) of the run.

    Raises:
        UnknownLabelError: There is no label of that name.
        ParameterValueError: `frame` or `slice` is no whole number.
        FrameNotFoundError: The run has no such frame.
        FrameNotNamedError: The request leaves open which frame is meant, or names two.
        InvalidInputError: A point is none, or lies outside the frame.
    """
    label = table.by_name(str(request.get(LABEL) or DEFAULT_LABEL)[:80]).index
    named = _named_frame(request, run)
    points = {name: request.get(name) or [] for name in (FOREGROUND, BACKGROUND)}
    if not any(points.values()):
        return Marks(_only_frame([] if named is None else [named], run), label)
    clicks = clicks_of({**points, SLICE: -1 if named is None else named}, table, run)
    prompts = [prompt for one in clicks for prompt in one.prompts]
    return Marks(
        named if named is not None else _only_frame([one.t for one in clicks], run),
        label,
        tuple(prompt.points[0] for prompt in prompts if prompt.is_positive),
        tuple(prompt.points[0] for prompt in prompts if not prompt.is_positive),
    )


def _named_frame(request: Mapping[str, Any], run: tuple[str, tuple[int, int, int]]) -> int | None:
    """Return the t that `frame` or `slice` names; None where neither does."""
    by_number = int(FRAME.parse(_given(request, FRAME))) - 1
    by_slice = int(SLICE_NUMBER.parse(_given(request, SLICE_NUMBER)))
    image_id, (n_frames, _, _) = run
    named = sorted({t for t in (by_number, by_slice) if t >= 0})
    for t in named:
        if t >= n_frames:
            raise FrameNotFoundError(image_id, t + 1, n_frames)
    return _only_frame(named, run) if named else None


def _given(request: Mapping[str, Any], parameter: Parameter) -> Any:
    value = request.get(parameter.name)
    return parameter.default if value is None else value


def _only_frame(named: list[int], run: tuple[str, tuple[int, int, int]]) -> int:
    """Return the one t that is named, or the run's only one."""
    n_frames = run[1][0]
    if not named and n_frames == 1:
        return 0
    if len(named) != 1:
        raise FrameNotNamedError([t + 1 for t in named], n_frames)
    return named[0]
