"""Reviews in the ledger: what they move, who may make them, which labels wait for one."""

from collections.abc import Callable

import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelVersion
from lib.datastore.review_records import NewReview, Verdict
from lib.datastore.session_records import NewSession
from lib.datastore.states import LabelState, RunState
from lib.errors import EmptyReviewError, LabelNotFoundError, OwnApprovalError, StateMoveError
from tests.datastore_builders import IMAGE_ID, a_new_label, a_run

OTHER = "1.2.826.0.1.3680043.8.498.2"


@pytest.fixture
def label(ledger: Ledger) -> LabelVersion:
    """A label that anna submitted."""
    return ledger.add_label(a_new_label(author="anna"))


def review(
    ledger: Ledger, label: LabelVersion, verdict: Verdict | None, by: str = "ben", comment: str = ""
) -> None:
    ledger.add_review(NewReview(label.id, by, verdict, comment))


def test_an_approval_moves_the_label_and_is_kept_with_its_comment(
    ledger: Ledger, label: LabelVersion
) -> None:
    review(ledger, label, Verdict.APPROVED, comment="  clean \n")

    [kept] = ledger.reviews(label.id)
    assert (kept.by, kept.verdict, kept.comment) == ("ben", Verdict.APPROVED, "clean")
    assert ledger.label(label.id).state is LabelState.APPROVED
    assert [change.by for change in ledger.history(label.id)] == ["anna", "ben"]
    assert ledger.run(IMAGE_ID).state is RunState.DONE


def test_a_returned_label_makes_its_run_in_progress_again(ledger: Ledger, label: LabelVersion) -> None:
    review(ledger, label, Verdict.RETURNED, comment="the LCX is missing")

    assert ledger.label(label.id).state is LabelState.RETURNED
    assert ledger.run(IMAGE_ID).state is RunState.IN_PROGRESS


def test_a_comment_alone_moves_nothing(ledger: Ledger, label: LabelVersion) -> None:
    review(ledger, label, None, comment="is this the ramus?")

    assert ledger.label(label.id).state is LabelState.SUBMITTED
    assert [one.verdict for one in ledger.reviews(label.id)] == [None]


def test_reviews_are_told_in_the_order_in_which_they_were_made(ledger: Ledger, label: LabelVersion) -> None:
    review(ledger, label, Verdict.APPROVED)
    review(ledger, label, None, by="anna", comment="thanks")
    review(ledger, label, Verdict.RETURNED, comment="on second thoughts")

    assert [one.verdict for one in ledger.reviews(label.id)] == [Verdict.APPROVED, None, Verdict.RETURNED]


def test_a_review_that_says_nothing_is_refused(ledger: Ledger, label: LabelVersion) -> None:
    with pytest.raises(EmptyReviewError):
        review(ledger, label, None, comment=" \n")


@pytest.mark.parametrize("verdict", Verdict)
def test_a_draft_cannot_be_decided_about(ledger: Ledger, verdict: Verdict) -> None:
    draft = ledger.add_label(a_new_label("mine"))

    with pytest.raises(StateMoveError):
        review(ledger, draft, verdict)

    assert ledger.reviews(draft.id) == []


def test_a_removed_label_cannot_be_reviewed(ledger: Ledger, label: LabelVersion) -> None:
    ledger.remove_label(label.id, "anna")

    with pytest.raises(LabelNotFoundError):
        review(ledger, label, None, comment="where is it?")


@pytest.mark.parametrize("unnamed", ["local", "browser-0a1b2c3d"])
def test_who_works_alone_approves_the_own_label(ledger: Ledger, label: LabelVersion, unnamed: str) -> None:
    ledger.add_label(a_new_label("early", author=unnamed))
    review(ledger, label, Verdict.APPROVED, by="anna")

    assert ledger.label(label.id).state is LabelState.APPROVED


def _ben_labels(ledger: Ledger) -> None:
    ledger.add_label(a_new_label("his", author="ben"))


def _ben_opens_a_session(ledger: Ledger) -> None:
    ledger.create_session(NewSession(IMAGE_ID, "ben", "empty", "squares@1"))


def _ben_reviews(ledger: Ledger) -> None:
    ledger.add_review(NewReview(ledger.newest(IMAGE_ID).id, "ben", None, "fine"))


@pytest.mark.parametrize("ben_comes", [_ben_labels, _ben_opens_a_session, _ben_reviews])
def test_where_others_work_nobody_approves_the_own_label(
    ledger: Ledger, label: LabelVersion, ben_comes: Callable[[Ledger], None]
) -> None:
    ben_comes(ledger)
    before = len(ledger.reviews(label.id))

    with pytest.raises(OwnApprovalError, match="anna"):
        review(ledger, label, Verdict.APPROVED, by="anna")

    assert len(ledger.reviews(label.id)) == before
    assert ledger.label(label.id).state is LabelState.SUBMITTED


def test_a_setting_lets_authors_approve_and_anybody_takes_the_own_label_back(
    ledger: Ledger, label: LabelVersion
) -> None:
    _ben_labels(ledger)

    ledger.add_review(NewReview(label.id, "anna", Verdict.APPROVED), may_approve_own=True)
    ledger.add_review(NewReview(label.id, "anna", Verdict.RETURNED))

    assert ledger.label(label.id).state is LabelState.RETURNED


def test_submitted_labels_wait_until_somebody_decides(ledger: Ledger) -> None:
    ledger.note_runs([a_run(OTHER)])
    first, second = ledger.add_label(a_new_label()), ledger.add_label(a_new_label(image_id=OTHER))
    ledger.add_label(a_new_label("draft"))
    review(ledger, first, None, comment="looking")

    waiting = [head.id for head in ledger.waiting_for_review()]
    review(ledger, first, Verdict.APPROVED)

    assert waiting == [first.id, second.id]
    assert [head.id for head in ledger.waiting_for_review()] == [second.id]


def test_only_the_newest_version_waits_and_none_of_a_rejected_run(ledger: Ledger) -> None:
    ledger.note_runs([a_run(OTHER)])
    ledger.add_label(a_new_label())
    newer = ledger.add_label(a_new_label())
    ledger.add_label(a_new_label(image_id=OTHER))
    ledger.set_run_state(OTHER, RunState.REJECTED, "ben")

    assert [head.id for head in ledger.waiting_for_review()] == [newer.id]


def test_a_returned_label_is_its_authors_until_a_newer_one_is_saved(
    ledger: Ledger, label: LabelVersion
) -> None:
    review(ledger, label, Verdict.RETURNED, comment="too thin")

    returned = [head.id for head in ledger.returned_to("anna")]
    ledger.add_label(a_new_label(author="anna"))

    assert (returned, ledger.returned_to("ben")) == ([label.id], [])
    assert ledger.returned_to("anna") == []
