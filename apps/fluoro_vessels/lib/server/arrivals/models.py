"""What the routes of arriving runs answer; no patient data."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from lib.datastore.arrival_records import ArrivalRecord, ArrivalState
from lib.sections.arrival import ArrivalRule


class ArrivalAnswer(BaseModel):
    """A run that arrived."""

    image_id: str
    state: ArrivalState = Field(description="waiting, working, done, left, failed")
    rule: str | None = Field(description="Name of the rule that decided")
    outcome: str | None = Field(description="What became of it, or why it still waits, in a sentence")
    noted_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    attempts: int = Field(description="How often the process that worked on it died")
    label_id: str | None = Field(description="The draft")
    seg: str | None = Field(description="waiting for the PACS, sent, refused; null where none is sent")
    measurement_id: str | None


class ArrivalListAnswer(BaseModel):
    """The queue, the newest first."""

    enabled: bool
    since: datetime | None = Field(description="Runs that came before are left alone; null: nobody looks yet")
    counts: dict[ArrivalState, int]
    arrivals: list[ArrivalAnswer]


class ArrivalRuleAnswer(BaseModel):
    """A rule, and what is wrong with it."""

    rule: ArrivalRule
    problem: str | None = Field(description="Why it cannot be followed, in a sentence")


class ArrivalRulesAnswer(BaseModel):
    """The rules in their order; the first that fits a run decides."""

    enabled: bool
    rules: list[ArrivalRuleAnswer]


def arrival_answer(record: ArrivalRecord, segs: Mapping[str, str]) -> ArrivalAnswer:
    """Return what is told of a run; `segs` says how the SEGs of labels are."""
    return ArrivalAnswer(
        image_id=record.image_id,
        state=record.state,
        rule=record.rule,
        outcome=record.outcome,
        noted_at=record.noted_at,
        began_at=record.began_at,
        ended_at=record.ended_at,
        attempts=record.attempts,
        label_id=record.label_id,
        seg=segs.get(record.label_id or ""),
        measurement_id=record.measurement_id,
    )
