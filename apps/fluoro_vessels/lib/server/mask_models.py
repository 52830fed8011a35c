"""What clients send and get about masks of single frames."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from lib.datastore.session_records import EMPTY, FrameMask
from lib.frames.layout import MOST_FRAMES
from lib.interaction.prompts import Prompt, PromptKind
from lib.labels import Label, LabelTable
from lib.server.prompt_models import Body, CleanUpBody, ClickBody, FrameNumber, LabelName, prompt_of

MOST_CLICKS: Final = 100
"""Points of one mask; each is answered by the engine."""


class MaskBody(Body):
    """A mask to make; it takes the place of your mask of the same run, frame and label."""

    image_id: str = Field(description="The run: its SOP Instance UID")
    frame_number: FrameNumber
    label: LabelName
    points: list[ClickBody] = Field(min_length=1, max_length=MOST_CLICKS)
    color: str | None = Field(
        None, pattern="^#[0-9a-fA-F]{6}$", description="#rrggbb; the label table's where nobody says"
    )
    start: Literal["empty", "automatic"] = Field(
        EMPTY, description="What the points correct: nothing, or the automatic result"
    )
    clean_up: CleanUpBody = CleanUpBody()

    def prompts(self) -> tuple[Prompt, ...]:
        """Return the points as prompts, in their order."""
        return tuple(
            prompt_of(PromptKind.POINT, [point], is_positive=point.is_positive) for point in self.points
        )

    def color_of(self, label: Label) -> str:
        """Return the colour, #rrggbb in lower case."""
        return (self.color or "#{:02x}{:02x}{:02x}".format(*label.color)).lower()


class SubtractBody(Body):
    """A label whose pixels are taken from others, on the frames of a run where it has a mask."""

    image_id: str = Field(description="The run: its SOP Instance UID")
    label: LabelName
    from_labels: Annotated[list[LabelName], Field(min_length=1, max_length=255)] | None = Field(
        None, description="What is taken from; all other labels where nobody says"
    )
    frame_numbers: Annotated[list[FrameNumber], Field(min_length=1, max_length=MOST_FRAMES)] | None = Field(
        None, description="On which frames; on all where nobody says"
    )


class MaskAnswer(BaseModel):
    """A mask of one label on one frame."""

    mask_id: str
    image_id: str
    frame_number: int
    label: str
    color: str
    n_pixels: int
    points: list[ClickBody]
    created_at: datetime
    changed_at: datetime


class MaskList(BaseModel):
    """Masks in the order of run, frame and label."""

    masks: list[MaskAnswer]


class DeletedAnswer(BaseModel):
    """How many masks were deleted."""

    n_deleted: int


def mask_answer(mask: FrameMask, table: LabelTable) -> MaskAnswer:
    """Return what a client sees of a mask."""
    return MaskAnswer(
        mask_id=mask.id,
        image_id=mask.image_id,
        frame_number=mask.t + 1,
        label=table.by_index(mask.label).name,
        color=mask.color,
        n_pixels=int(mask.mask.sum()),
        points=[_click(prompt) for prompt in mask.points],
        created_at=mask.created_at,
        changed_at=mask.changed_at,
    )


def mask_list(masks: list[FrameMask], table: LabelTable) -> MaskList:
    """Return what a client sees of masks."""
    return MaskList(masks=[mask_answer(mask, table) for mask in masks])


def _click(prompt: Prompt) -> ClickBody:
    [(y, x)] = prompt.points
    return ClickBody(x=x, y=y, is_positive=prompt.is_positive)
