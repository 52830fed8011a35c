"""Reviews by 3D Slicer's MONAILabelReviewer and by us, kept in step."""

from pathlib import Path
from typing import Any

import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelVersion
from lib.datastore.review_records import NewReview, Verdict
from lib.datastore.reviewer_meta import KEYS, META
from lib.datastore.slicer_reviews import take_label_info
from lib.datastore.states import LabelState
from lib.datastore.xa_datastore import XaDatastore
from lib.errors import OwnApprovalError
from tests.datastore_builders import IMAGE_ID, a_new_label
from tests.offices import line, open_office


@pytest.fixture
def label(ledger: Ledger) -> LabelVersion:
    return ledger.add_label(a_new_label(author="anna"))


def sent(status: str = "", comment: str = "", by: str = "ben") -> dict[str, Any]:
    """Return what the plugin sends."""
    return {
        META: {
            "status": status,
            "approvedBy": by,
            "level": "hard",
            "comment": comment,
            "editTime": 1700000000,
        }
    }


def slicer_says(ledger: Ledger, *words: str, by: str = "ben") -> None:
    """Put what the plugin sends for the run's newest label."""
    take_label_info(ledger, ledger.newest(IMAGE_ID), sent(*words, by=by), may_approve_own=False)


def shown(ledger: Ledger, label: LabelVersion) -> Any:
    return ledger.label(label.id).info.get(META)


def test_an_approval_in_slicer_is_one_of_the_ledger(ledger: Ledger, label: LabelVersion) -> None:
    slicer_says(ledger, "approved", "good")

    [review] = ledger.reviews(label.id)
    assert (review.by, review.verdict, review.comment) == ("ben", Verdict.APPROVED, "good")
    assert ledger.label(label.id).state is LabelState.APPROVED
    assert shown(ledger, label)["level"] == "hard"


def test_a_flag_in_slicer_returns_the_label_and_leaves_no_note_that_stops_the_plugin(
    ledger: Ledger, label: LabelVersion
) -> None:
    slicer_says(ledger, "flagged", "too thin")

    assert [review.verdict for review in ledger.reviews(label.id)] == [Verdict.RETURNED]
    assert ledger.label(label.id).shown_tag == "returned"
    assert shown(ledger, label) is None


def test_what_slicer_repeats_is_no_new_review(ledger: Ledger, label: LabelVersion) -> None:
    slicer_says(ledger, "", "is this the ramus?")
    slicer_says(ledger, "", "is this the ramus?")
    slicer_says(ledger, "approved", "is this the ramus?")
    slicer_says(ledger, "approved", "is this the ramus?")

    assert [review.verdict for review in ledger.reviews(label.id)] == [None, Verdict.APPROVED]


def test_an_author_does_not_approve_by_slicer_either(ledger: Ledger, label: LabelVersion) -> None:
    ledger.add_review(NewReview(label.id, "ben", None, "looking"))

    with pytest.raises(OwnApprovalError):
        slicer_says(ledger, "approved", by="anna")

    assert shown(ledger, label)["status"] == ""


def test_the_plugin_reads_all_that_it_wants_of_our_approval(ledger: Ledger, label: LabelVersion) -> None:
    ledger.add_review(NewReview(label.id, "ben", Verdict.APPROVED, "good"))

    meta = shown(ledger, label)
    assert set(meta) == set(KEYS)
    assert (meta["status"], meta["approvedBy"], meta["comment"]) == ("approved", "ben", "good")


def test_an_approval_that_is_taken_back_leaves_no_note(ledger: Ledger, label: LabelVersion) -> None:
    ledger.add_review(NewReview(label.id, "ben", Verdict.APPROVED))
    ledger.add_review(NewReview(label.id, "ben", Verdict.RETURNED, "on second thoughts"))

    assert shown(ledger, label) is None
    assert ledger.label(label.id).info["client"] == "slicer"


@pytest.mark.parametrize("info", [{"score": 1}, {META: "approved"}, {META: {"status": "approved"}}])
def test_any_other_info_is_merged_as_it_is(ledger: Ledger, label: LabelVersion, info: dict[str, Any]) -> None:
    take_label_info(ledger, ledger.label(label.id), info, may_approve_own=False)

    assert ledger.reviews(label.id) == []
    assert info.items() <= ledger.label(label.id).info.items()


def test_the_plugin_reaches_the_ledger_by_the_label_info_of_monai_label(tmp_path: Path) -> None:
    with open_office(tmp_path) as office:
        label = office.save({0: line(20)})
        datastore = XaDatastore(office.desk.shelf, office.desk, office.ledger)

        datastore.update_label_info(office.run, "final", sent("flagged", "too thin"))

        assert office.ledger.label(label.id).state is LabelState.RETURNED
        shown = datastore.json()["objects"][office.run]["labels"]
        assert list(shown) == ["returned"]
        assert META not in shown["returned"]["info"]
