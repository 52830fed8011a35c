"""The part of a label's info that 3D Slicer's MONAILabelReviewer shows; see `slicer_reviews`."""

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from lib.datastore.review_records import Review, Verdict

META: Final = "segmentationMeta"
KEYS: Final = ("status", "approvedBy", "level", "comment", "editTime")
FLAGGED: Final = "flagged"


def is_meta(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a value has all that the reviewer reads."""
    return isinstance(value, Mapping) and all(key in value for key in KEYS)


def with_review(info: Mapping[str, Any], review: Review) -> dict[str, Any]:
    """Return the info of a label after a review, as the reviewer wants to read it.

    A label that was returned has none: it is no final label any more, and the reviewer reads no other.
    """
    rest = {key: value for key, value in info.items() if key != META}
    before = info.get(META)
    known: Mapping[str, Any] = before if is_meta(before) else {}
    if review.verdict is Verdict.RETURNED:
        return rest
    status = known.get("status", "") if review.verdict is None else review.verdict.value
    meta = {
        "status": status,
        "approvedBy": review.by,
        "level": known.get("level", ""),
        "comment": review.comment or known.get("comment", ""),
        "editTime": int(review.at.timestamp()),
    }
    return {**rest, META: meta}
