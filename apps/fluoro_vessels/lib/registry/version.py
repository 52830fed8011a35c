"""A version of a model: what it is, what it learned from, what the gate said; as files and as values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from lib.errors import VersionFileError
from lib.registry.gate import Verdict
from lib.registry.manifest import MANIFEST, Manifest, ModelCard, read_manifest, write_manifest
from lib.registry.model import Model

NOTES: Final = "version.json"
"""Lies beside models.json and the files of a version."""


@dataclass(frozen=True)
class UsedLabel:
    """A version of a label that a model learned from."""

    label_id: str
    image_id: str
    version: int


@dataclass(frozen=True)
class VersionDraft:
    """What is known of a candidate before it is kept.

    Attributes:
        card: Its `version` is the first 12 digits of the weights' SHA-256.
        parent: The version that its training began from.
        labels: What it learned from.
        n_patients: Patients among them.
        n_frames: Frames among them that a person finished.
        recipe: How it was trained.
        metrics: Figures of its training by name.
        verdict: Of the gate; None where it was not judged.
    """

    card: ModelCard
    parent: str | None
    labels: tuple[UsedLabel, ...]
    n_patients: int
    n_frames: int
    recipe: Mapping[str, Any]
    metrics: Mapping[str, float]
    verdict: Verdict | None


@dataclass(frozen=True)
class Version(VersionDraft):
    """A version that is kept.

    Attributes:
        folder: Holds its files; nothing in it changes.
        created_at: When it came here.
    """

    folder: Path
    created_at: datetime

    @property
    def name(self) -> str:
        """What it is called: 12 digits of its weights' SHA-256."""
        return self.card.version

    @property
    def model(self) -> Model:
        """What engines are opened for."""
        return Model(self.card, self.folder)


def installed_version(model: Model) -> Version:
    """Return a model that ships, or that somebody copied into the data folder, as a version."""
    card = model.card
    changed_s = (model.folder / MANIFEST).stat().st_mtime
    return Version(
        card=card,
        parent=None,
        labels=(),
        n_patients=0,
        n_frames=0,
        recipe={"made_by": card.recipe},
        metrics=card.measured,
        verdict=None,
        folder=model.folder,
        created_at=datetime.fromtimestamp(changed_s, UTC),
    )


def write_version(folder: Path, draft: VersionDraft, created_at: datetime) -> Version:
    """Write what is known of a version beside its files, and read it again.

    Raises:
        VersionFileError: The draft has a value that JSON has not, such as NaN.
    """
    write_manifest(folder, Manifest(models=(draft.card,)))
    notes = {**as_json(draft), "created_at": created_at.isoformat()}
    try:
        text = json.dumps(notes, indent=2, allow_nan=False)
    except ValueError as error:
        raise VersionFileError(str(folder / NOTES), "a figure is not a number") from error
    (folder / NOTES).write_text(text + "\n", encoding="utf-8")
    return read_version(folder)


def read_version(folder: Path) -> Version:
    """Read a version.

    Raises:
        ModelsFileError: Its card is damaged.
        VersionFileError: What is noted beside it is missing or damaged.
    """
    try:
        (card,) = read_manifest(folder).models
        notes = json.loads((folder / NOTES).read_bytes())
        draft = _drafts().validate_python({**notes, "card": card}, strict=False)
        return Version(**vars(draft), folder=folder, created_at=datetime.fromisoformat(notes["created_at"]))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"
        raise VersionFileError(str(folder / NOTES), problem) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise VersionFileError(str(folder / NOTES), type(error).__name__) from error


def as_json(draft: VersionDraft) -> dict[str, Any]:
    """Return what is known of a version, without its card, as JSON has it."""
    said: dict[str, Any] = _drafts().dump_python(draft, mode="json", exclude={"card"})
    return said


@cache
def _drafts() -> TypeAdapter[VersionDraft]:
    """Return what reads and writes drafts; made at the first use, because it is dear."""
    return TypeAdapter(VersionDraft)
