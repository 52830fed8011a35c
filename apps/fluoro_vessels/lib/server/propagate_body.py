"""What a client says to propagate, and what it gets back; frames by their DICOM numbers, from 1."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from lib.frames.layout import MOST_FRAMES
from lib.propagation.open_tracker import TrackerName

TAG: Final = "propagated"

LONGEST: Final = 128
"""Characters of a name or an id."""

Name = Annotated[str, Field(max_length=LONGEST)]
FrameNumber = Annotated[int, Field(ge=1, le=MOST_FRAMES)]


class KeySource(StrEnum):
    """Where the masks of the key frames come from."""

    LABEL = "label"
    """A saved label of the run."""
    MASKS = "masks"
    """The client's masks of single frames."""
    SESSION = "session"
    """A session of prompts."""


class PropagateBody(BaseModel):
    """A label of a few key frames that is to be carried through a run."""

    model_config = ConfigDict(extra="forbid")
    image_id: Name = Field(description="The run: its SOP Instance UID")
    label: Name = Field("vessel", description="Name of the label that is carried through the run")
    key_frames: list[FrameNumber] = Field(
        min_length=1, max_length=MOST_FRAMES, description="Frames whose mask is right"
    )
    keys_from: KeySource = Field(KeySource.LABEL, description="Where the masks of the key frames come from")
    session_id: Name = Field("", description="The session, with `keys_from` = session")
    label_id: Name | None = Field(
        None, description="Saved label that the result begins as a copy of; the run's newest when left out"
    )
    first_frame: FrameNumber | None = Field(None, description="First frame to fill; the run's when left out")
    last_frame: FrameNumber | None = Field(None, description="Last frame to fill; the run's when left out")
    tracker: TrackerName = Field(TrackerName.FLOW, description="What follows the masks")
    tag: Name = Field(TAG, description="Tag of the draft that the result becomes; `final` is refused")


class PropagationResult(BaseModel):
    """The new label version that a propagation became."""

    image_id: str
    label_id: str
    tag: str
    version: int
    confidence: list[float | None] = Field(
        description="For each frame, 0 to 1: 1 at key and finished frames, null where none was wanted"
    )
