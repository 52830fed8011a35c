"""What clients send and get about the versions of models."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from lib.registry import Change, SliceGain, Verdict, Version
from lib.registry.manifest import ModelFile, TrainingData
from lib.server.prompt_models import Body


class Shown(BaseModel):
    """An answer made of one of the registry's values."""

    model_config = ConfigDict(from_attributes=True)


class SliceAnswer(Shown):
    """What a candidate gains on a part of the frozen patients."""

    kind: str = Field(description="vendor, territory or angle")
    value: str
    gain: float
    gain_low: float
    gain_high: float
    n_patients: int
    decides: bool = Field(description="Whether there are enough patients for a judgement")

    @classmethod
    def of(cls, part: SliceGain) -> "SliceAnswer":
        """Return what a client sees of a slice."""
        return cls.model_validate(part)


class VerdictAnswer(Shown):
    """What the gate said of a candidate."""

    passes: bool = Field(description="It may go live by itself")
    refuses: bool = Field(description="It was judged and found no better")
    needs_person: bool = Field(description="Too few patients for a judgement: a person decides")
    reasons: list[str] = Field(description="Sentences; what speaks against it first")
    gain: float = Field(description="Mean Dice that it gains on the frozen patients")
    gain_low: float = Field(description="Lower end of the 95 % interval")
    gain_high: float
    n_patients: int
    speed_ratio: float = Field(description="Time for a frame, as a multiple of the live model's")
    slices: list[SliceAnswer]

    @classmethod
    def of(cls, verdict: Verdict | None) -> "VerdictAnswer | None":
        """Return what a client sees of a verdict."""
        return None if verdict is None else cls.model_validate(verdict)


class ChangeAnswer(Shown):
    """A version went live."""

    at: datetime
    by: str
    before: str | None
    after: str
    reason: str
    is_rollback: bool


class VersionAnswer(BaseModel):
    """A version of a model."""

    id: str = Field(description="Of the model")
    version: str = Field(description="12 digits of the SHA-256 of its weights")
    kind: str
    task: str
    is_live: bool
    parent: str | None = Field(description="The version that it was trained from")
    created_at: datetime
    n_patients: int = Field(description="Patients of this site that it learned from")
    n_frames: int
    n_labels: int
    license: str
    training_data: TrainingData
    measured: dict[str, float]
    limitations: str
    verdict: VerdictAnswer | None = Field(description="Of the gate; null where it was not judged")
    went_live: ChangeAnswer | None = Field(description="When it was last made live, by whom and why")


class ModelsAnswer(BaseModel):
    """All versions of all models, and the way back."""

    models: list[VersionAnswer]
    rolls_back_to: str | None = Field(description="Version of `vessels` that a rollback would make live")


class UsedLabelAnswer(Shown):
    """A version of a label that a model learned from."""

    label_id: str
    image_id: str
    version: int


class VersionDetails(VersionAnswer):
    """All that is known of a version."""

    files: list[ModelFile]
    recipe: dict[str, Any]
    metrics: dict[str, float]
    labels: list[UsedLabelAnswer]
    history: list[ChangeAnswer] = Field(description="The changes that it was part of, the oldest first")


class PromoteBody(Body):
    """A version is to go live."""

    reason: Annotated[str, Field(min_length=1, max_length=500, description="Why; kept for good")]
    against_gate: bool = Field(False, description="Also where the gate refused it")


def version_facts(version: Version, history: list[Change], *, is_live: bool) -> dict[str, Any]:
    """Return the fields of a `VersionAnswer`."""
    card = version.card
    last = next((change for change in reversed(history) if change.after == version.name), None)
    return {
        "id": card.id,
        "version": card.version,
        "kind": card.kind,
        "task": card.task,
        "is_live": is_live,
        "parent": version.parent,
        "created_at": version.created_at,
        "n_patients": version.n_patients,
        "n_frames": version.n_frames,
        "n_labels": len(version.labels),
        "license": card.license,
        "training_data": card.training_data,
        "measured": card.measured,
        "limitations": card.limitations,
        "verdict": VerdictAnswer.of(version.verdict),
        "went_live": None if last is None else ChangeAnswer.model_validate(last),
    }


def version_details(version: Version, history: list[Change], *, is_live: bool) -> VersionDetails:
    """Return all that is known of a version."""
    own = [change for change in history if version.name in (change.before, change.after)]
    return VersionDetails(
        **version_facts(version, history, is_live=is_live),
        files=list(version.card.files),
        recipe=dict(version.recipe),
        metrics=dict(version.metrics),
        labels=[UsedLabelAnswer.model_validate(label) for label in version.labels],
        history=[ChangeAnswer.model_validate(change) for change in own],
    )
