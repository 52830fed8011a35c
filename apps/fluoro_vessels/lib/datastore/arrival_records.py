"""A run that arrived, as the ledger remembers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class ArrivalState(StrEnum):
    """How far a run that arrived is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    """It has a draft."""
    LEFT = "left"
    """No rule wants it, or a person was faster."""
    FAILED = "failed"
    """Something is wrong with it; nothing happens before somebody wants it again."""


ENDED: Final = frozenset({ArrivalState.DONE, ArrivalState.LEFT, ArrivalState.FAILED})
"""States in which nothing happens by itself."""


@dataclass(frozen=True, slots=True)
class ArrivalEnd:
    """What became of a run.

    Attributes:
        state: One of ENDED.
        outcome: In a sentence without patient data.
        rule: Name of the rule that decided.
        label_id: The draft.
        measurement_id: What was measured on it.
    """

    state: ArrivalState
    outcome: str
    rule: str | None = None
    label_id: str | None = None
    measurement_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it for another process."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "ArrivalEnd":
        """Return what `to_json` told."""
        return cls(**{**told, "state": ArrivalState(told["state"])})


@dataclass(frozen=True, slots=True)
class ArrivalRecord:
    """One run; times are UTC."""

    image_id: str
    state: ArrivalState
    noted_at: datetime
    began_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0
    """How often the process that worked on it died."""
    claimed_by: str | None = None
    rule: str | None = None
    outcome: str | None = None
    """What became of it, or why it still waits."""
    label_id: str | None = None
    measurement_id: str | None = None
