"""What 3D Slicer's MONAILabelReviewer notes in a label's info, and what it means among our reviews.

It writes `segmentationMeta` by `/datastore/updatelabelinfo`: `status` ("approved", "flagged" or ""), `level`
(easy, medium, hard), `approvedBy`, `comment` and `editTime` (seconds). When it reads the notes back, it wants
all five, and only under the tags `final`, `original` and `version_N`: under any other it stops with an error.
"""

from collections.abc import Mapping
from typing import Any

from lib.access.person import LONGEST_NAME, proven
from lib.datastore.incoming import LOCAL
from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelVersion
from lib.datastore.review_records import LONGEST_COMMENT, NewReview, Verdict
from lib.datastore.reviewer_meta import FLAGGED, META, is_meta
from lib.datastore.states import FINAL_STATES, LabelState


def take_label_info(
    ledger: Ledger, label: LabelVersion, info: Mapping[str, Any], *, may_approve_own: bool
) -> None:
    """Merge into the info of a label; a review that Slicer notes there becomes one of the ledger too.

    Args:
        ledger: Where both are kept.
        label: As the ledger has it now.
        info: What a client sent, checked.
        may_approve_own: See `Ledger.add_review`.

    Raises:
        OwnApprovalError: Its author approves it, and there are others; nothing is merged.
        StateMoveError: It cannot be approved or returned any more; nothing is merged.
    """
    review = review_in(label, info)
    if review is not None:
        ledger.add_review(review, may_approve_own=may_approve_own)
    if review is not None and review.verdict is Verdict.RETURNED:
        info = {key: value for key, value in info.items() if key != META}
    ledger.update_label_info(label.id, info)


def review_in(label: LabelVersion, info: Mapping[str, Any]) -> NewReview | None:
    """Return the review that an info for a label brings, None where it says nothing new of one."""
    meta = info.get(META)
    if not is_meta(meta):
        return None
    before = label.info.get(META)
    verdict = _verdict(str(meta["status"]), label.state)
    comment = str(meta["comment"]).strip()[:LONGEST_COMMENT]
    is_known = is_meta(before) and comment == str(before["comment"]).strip()
    if verdict is None and (is_known or not comment):
        return None
    by = proven(str(meta["approvedBy"]).strip()[:LONGEST_NAME] or LOCAL)
    return NewReview(label.id, by, verdict, comment)


def _verdict(status: str, state: LabelState) -> Verdict | None:
    """Return what a status decides about a label that is in a state; None where it is decided already."""
    if status == FLAGGED and state in FINAL_STATES:
        return Verdict.RETURNED
    if status == Verdict.APPROVED and state is LabelState.SUBMITTED:
        return Verdict.APPROVED
    return None
