"""What clients get about runs; it documents the answers, which are not checked against it one by one."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """What a client gets; it holds nothing else."""

    model_config = ConfigDict(extra="forbid")


class AnglesAnswer(Answer):
    """How the C-arm stood at the first frame."""

    primary_deg: float = Field(description="+ is LAO, - is RAO")
    secondary_deg: float = Field(description="+ is cranial, - is caudal")
    text: str = Field(description="As people say it: RAO 30 / CRA 20")


class NewestLabelAnswer(Answer):
    """The newest label of a run, whatever its tag."""

    label_id: str
    tag: str
    version: int
    author: str
    state: str
    at: datetime


class RunLabelsAnswer(Answer):
    """What there is of labels."""

    newest: NewestLabelAnswer | None


class RunAnswer(Answer):
    """A run in a list; what its header says is null until somebody opened it or asked for its thumbnail."""

    image_id: str
    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    modality: str
    n_frames: int
    rows: int
    columns: int
    state: str
    angles: AnglesAnswer | None
    frame_time_ms: float | None = Field(description="Mean time from frame to frame")
    patient_token: str | None = Field(description="The same for all runs of a patient on this server")
    labels: RunLabelsAnswer
    held_by: list[str] = Field(description="Who else has had a session about it in the last half hour")
    arriving: str | None = Field(
        description="waiting or working: the server segments it by itself and has no draft yet"
    )


class RunListAnswer(Answer):
    """All runs of the PACS."""

    runs: list[RunAnswer]


class RunDetailsAnswer(RunAnswer):
    """A run with all that its header says."""

    fullest_frame_number: int | None = Field(
        description="The frame that shows the vessels best; null where the pixels cannot be read"
    )
    spacing: dict[str, Any] | str = Field(description='In mm with its source, or "uncalibrated"')
    timing: dict[str, Any]
    c_arm: dict[str, Any]
    problems: list[str] = Field(description="What is wrong with the header, in sentences")


class LabelVersionAnswer(Answer):
    """One version of a label of a run."""

    label_id: str
    tag: str = Field(description="What it was saved under")
    version: int
    author: str
    state: str
    at: datetime
    model: str | None = Field(description="What it began from, id@version")
    seconds: int | None = Field(description="How long the work took, where the client said")
    actions: int | None = Field(description="How many clicks and strokes it took, where the client said")


class LabelListAnswer(Answer):
    """All versions of all tags of a run, newest first."""

    labels: list[LabelVersionAnswer]
