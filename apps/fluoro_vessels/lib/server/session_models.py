"""What clients send about sessions."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from lib.datastore.ids import check_tag
from lib.datastore.records import BasedOn
from lib.datastore.session_records import AUTOMATIC, NewStep
from lib.datastore.states import FINAL_TAG
from lib.frames.layout import MOST_FRAMES
from lib.interaction.overlap import Overlap
from lib.interaction.prompts import PromptKind
from lib.labels import LabelTable
from lib.server.prompt_models import Body, CleanUpBody, FrameNumber, LabelName, PointList, prompt_of
from lib.server.run_answers import N_ACTIONS, SECONDS
from lib.server.session_label import SaveWish

LabelId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]
FrameNumbers = Annotated[list[FrameNumber], Field(max_length=MOST_FRAMES)]


class SessionBody(Body):
    """A session to begin."""

    image_id: str = Field(description="The run: its SOP Instance UID")
    start: Literal["automatic", "empty"] | LabelId = Field(
        AUTOMATIC, description="Where each frame starts: the automatic result, nothing, or a label by its id"
    )
    clean_up: CleanUpBody = CleanUpBody()


class PromptBody(Body):
    """A point, a box (two opposite corners) or a scribble (its stroke) on one frame."""

    frame_number: FrameNumber
    label: LabelName
    points: PointList
    kind: PromptKind = PromptKind.POINT
    is_positive: bool = Field(True, description="Whether it lies on the label, or on what is not the label")
    overlap: Overlap = Field(
        Overlap.REPLACE,
        description="replace: the label takes pixels of other labels. add: it leaves them. subtract: what "
        "the prompt points at is taken from the label",
    )

    def step(self, table: LabelTable, author: str) -> NewStep:
        """Return what the session gets.

        Raises:
            UnknownLabelError: The table has no such label.
            PromptError: The number of points does not fit the kind.
        """
        prompt = prompt_of(self.kind, self.points, is_positive=self.is_positive)
        index = table.by_name(self.label).index
        return NewStep(self.frame_number - 1, index, self.overlap, prompt, author)


class SaveBody(Body):
    """How a session becomes a label of its run."""

    tag: str = Field(FINAL_TAG, description="`final` submits the label to the PACS, others keep a draft")
    frame_numbers: FrameNumbers | None = Field(
        None, description="The frames to save; those with prompts where nobody says"
    )
    finished_frame_numbers: FrameNumbers | None = Field(
        None, description="The frames whose label is complete"
    )

    base_label_id: LabelId | None = Field(
        None,
        description="The run's newest label of this tag when you began, null where it had none. Where "
        "somebody else saved one since, the answer is 409. Where nobody says, it is not checked",
    )
    overwrite: bool = Field(False, description="Save in any case; what others saved stays as older versions")
    seconds: Count | None = Field(None, description="How long the work took, kept with the label")
    n_actions: Count | None = Field(None, description="How many clicks and strokes, kept with the label")

    def wish(self, with_prompts: Sequence[int]) -> SaveWish:
        """Return what the session becomes; `with_prompts` are its frames (t) that have some.

        Raises:
            InvalidIdError: The tag cannot be one.
        """
        is_checked = "base_label_id" in self.model_fields_set and not self.overwrite
        return SaveWish(
            tag=check_tag(self.tag),
            frames=self.frames(with_prompts),
            finished=self.finished(),
            based_on=BasedOn(self.base_label_id) if is_checked else None,
            effort={
                key: value
                for key, value in ((SECONDS, self.seconds), (N_ACTIONS, self.n_actions))
                if value is not None
            },
        )

    def frames(self, with_prompts: Sequence[int]) -> list[int]:
        """Return the frames (t) to save, in order of time."""
        named = self.frame_numbers
        return list(with_prompts) if named is None else sorted({number - 1 for number in named})

    def finished(self) -> list[int] | None:
        """Return the frames (t) whose label is complete, None where nobody says."""
        numbers = self.finished_frame_numbers
        return None if numbers is None else sorted({number - 1 for number in numbers})
