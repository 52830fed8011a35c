"""What clients send and get about prompts and masks; frame numbers count from 1, as in DICOM."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from lib.frames.layout import MOST_FRAMES
from lib.interaction.clean_up import CleanUp
from lib.interaction.prompts import MOST_POINTS, Prompt, PromptKind

MOST_PIXELS: Final = 2**26
"""More than any frame has: 8192 x 8192."""

Coordinate: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
FrameNumber: TypeAlias = Annotated[
    int, Field(ge=1, le=MOST_FRAMES, description="The frame, counted from 1 as in DICOM")
]
LabelName: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=128, description="A label of the table, by any of its names")
]
Pixels: TypeAlias = Annotated[int, Field(ge=0, le=MOST_PIXELS)]

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "What came in is wrong; nothing was stored"},
    404: {"description": "There is no such thing, it is somebody else's, or it has expired"},
    409: {"description": "It does not fit the present state; nothing was stored"},
}
"""For the documentation of every route that changes something."""


class Body(BaseModel):
    """What a client sends; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PointBody(Body):
    """A place in a frame: x is the column, y the row, (0, 0) the centre of the upper left pixel."""

    x: Coordinate
    y: Coordinate


class ClickBody(PointBody):
    """A point on what is meant, or on what is not."""

    is_positive: bool = True


class CleanUpBody(Body):
    """What is tidied after each prompt; nothing by default."""

    only_clicked: bool = Field(False, description="Keep only the connected parts that were clicked")
    min_area_px: Pixels = Field(0, description="Leave out connected parts of fewer pixels")
    fill_holes_px: Pixels = Field(0, description="Fill holes of up to so many pixels")

    def rules(self) -> CleanUp:
        """Return the rules."""
        return CleanUp(**self.model_dump())


PointList: TypeAlias = Annotated[list[PointBody], Field(min_length=1, max_length=MOST_POINTS)]


def prompt_of(kind: PromptKind, points: Sequence[PointBody], *, is_positive: bool) -> Prompt:
    """Return a prompt of points, or raise PromptError."""
    return Prompt(kind, tuple((point.y, point.x) for point in points), is_positive)
