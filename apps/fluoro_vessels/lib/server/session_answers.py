"""What clients get about sessions."""

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from pydantic import BaseModel, Field

from lib.datastore.ledger_sessions import DRAWN
from lib.datastore.records import LabelVersion
from lib.datastore.session_records import SessionRecord
from lib.interaction.prompts import Prompt
from lib.interaction.session import FrameLabels, Step
from lib.labels import LabelTable
from lib.server.mask_files import png_of
from lib.server.prompt_models import CleanUpBody, PointBody


class SessionAnswer(BaseModel):
    """A session."""

    session_id: str
    image_id: str
    start: str
    clean_up: CleanUpBody
    engine: str = Field(
        description="What answered when it began; frames without prompts show what is installed now"
    )
    n_prompts: int = Field(description="Prompts that count")
    can_undo: bool
    can_redo: bool
    frame_numbers: list[int] = Field(description="The frames with prompts that count")
    created_at: datetime
    changed_at: datetime
    expires_at: datetime


class StepAnswer(BaseModel):
    """A prompt as it was made; kind `mask` is one that was drawn."""

    frame_number: int
    label: str
    kind: str
    points: list[PointBody]
    is_positive: bool
    overlap: str
    author: str
    at: datetime
    counts: bool = Field(description="False: it was undone")


class SessionDetails(SessionAnswer):
    """A session with its prompts, oldest first."""

    prompts: list[StepAnswer]


class SessionList(BaseModel):
    """A person's sessions, the one changed last first."""

    sessions: list[SessionAnswer]


class FrameAnswer(SessionAnswer):
    """A session, and a frame as it is now."""

    frame_number: int
    n_pixels: dict[str, int] = Field(description="Pixels of each label on this frame")
    mask_png: str = Field(description="The frame's label indices as an 8-bit grey PNG, in base64")


class SavedAnswer(BaseModel):
    """The label that a session became."""

    label_id: str
    image_id: str
    tag: str
    version: int
    state: str
    frame_numbers: list[int]
    seg_sop_instance_uid: str | None


@dataclass(frozen=True)
class SessionView:
    """Turns sessions into answers.

    Attributes:
        idle: After so long without a change a session expires.
        table: Names of labels.
    """

    idle: timedelta
    table: LabelTable

    def session(self, record: SessionRecord) -> SessionAnswer:
        """Return what a client sees of a session."""
        return SessionAnswer(**self._session(record))

    def details(self, record: SessionRecord) -> SessionDetails:
        """Return a session with its prompts."""
        n_active = record.session.n_active
        prompts = [
            self._step(step, counts=number < n_active) for number, step in enumerate(record.session.steps)
        ]
        return SessionDetails(**self._session(record), prompts=prompts)

    def frame(self, record: SessionRecord, t: int, label_map: FrameLabels) -> FrameAnswer:
        """Return a session and the label map of its frame t, (H, W)."""
        n_pixels = np.bincount(label_map.ravel(), minlength=256)
        present = [int(index) for index in np.flatnonzero(n_pixels) if index]
        return FrameAnswer(
            **self._session(record),
            frame_number=t + 1,
            n_pixels={self.table.by_index(index).name: int(n_pixels[index]) for index in present},
            mask_png=base64.b64encode(png_of(label_map)).decode("ascii"),
        )

    def saved(self, label: LabelVersion, frames: Sequence[int]) -> SavedAnswer:
        """Return what a client learns about the label that a session became."""
        return SavedAnswer(
            label_id=label.id,
            image_id=label.image_id,
            tag=label.tag,
            version=label.version,
            state=label.state.value,
            frame_numbers=[t + 1 for t in frames],
            seg_sop_instance_uid=label.seg_sop_instance_uid,
        )

    def _session(self, record: SessionRecord) -> dict[str, Any]:
        session = record.session
        return {
            "session_id": record.id,
            "image_id": record.image_id,
            "start": record.start,
            "clean_up": CleanUpBody(**asdict(record.clean_up)),
            "engine": record.engine,
            "n_prompts": session.n_active,
            "can_undo": session.n_active > 0,
            "can_redo": session.n_active < len(session.steps),
            "frame_numbers": [t + 1 for t in session.frames()],
            "created_at": record.created_at,
            "changed_at": record.used_at,
            "expires_at": record.used_at + self.idle,
        }

    def _step(self, step: Step, *, counts: bool) -> StepAnswer:
        prompt = step.shown if isinstance(step.shown, Prompt) else None
        return StepAnswer(
            frame_number=step.t + 1,
            label=self.table.by_index(step.label).name,
            kind=prompt.kind.value if prompt else DRAWN,
            points=[PointBody(x=x, y=y) for y, x in prompt.points] if prompt else [],
            is_positive=prompt.is_positive if prompt else True,
            overlap=step.overlap.value,
            author=step.author,
            at=step.at,
            counts=counts,
        )
