"""Reviews of labels, as they go into the ledger and come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from lib.datastore.states import LabelState

LONGEST_COMMENT: Final = 4000


class Verdict(StrEnum):
    """What a reviewer decides about a label."""

    APPROVED = "approved"
    RETURNED = "returned"


STATE_AFTER: Final[Mapping[Verdict, LabelState]] = {
    Verdict.APPROVED: LabelState.APPROVED,
    Verdict.RETURNED: LabelState.RETURNED,
}
"""Where a verdict moves a label; `states` says from where it may go there."""


@dataclass(frozen=True, slots=True)
class NewReview:
    """What somebody says of a label."""

    label_id: str
    by: str
    verdict: Verdict | None = None
    """None: a comment alone, which moves nothing."""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody said of a label; it never changes."""

    label_id: str
    at: datetime
    by: str
    verdict: Verdict | None
    comment: str
