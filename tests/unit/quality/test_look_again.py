"""Submitted labels beside what a model says."""

import pytest

from lib.datastore.review_records import NewReview, Verdict
from lib.errors import LabelFileLostError
from lib.quality.look_again import LookAgain, spread
from tests.offices import FakeOpinion, Office, line

TRUNK = line(20)
TREE = line(20) | line(50, 20, 70)


def look_at_all(look_again: LookAgain) -> None:
    for task in look_again.tasks():
        task.do()


def test_the_list_begins_with_the_label_that_differs_most_and_says_why(office: Office) -> None:
    good = office.save({1: TREE}, finished=[1])
    bad = office.save({2: TRUNK}, finished=[2], image_id=office.other)
    look_again = office.look_again(FakeOpinion(TREE))

    look_at_all(look_again)

    (first, worst), (second, best) = look_again.known()
    assert [first.id, second.id] == [bad.id, good.id]
    assert worst.reason.startswith("The model sees a branch of 4") or "branch of 5" in worst.reason
    assert worst.reason.endswith("px that the label leaves out, frame 3.")
    assert (best.disagreement, best.reason) == (0.0, "Label and model show the same branches, frame 2.")


def test_a_branch_that_the_model_does_not_see_is_told_as_such(office: Office) -> None:
    office.save({0: TREE}, finished=[0])
    look_again = office.look_again(FakeOpinion(TRUNK))

    look_at_all(look_again)

    [(_, look)] = look_again.known()
    assert look.reason.startswith("The label has a branch of")
    assert look.reason.endswith("that the model does not see, frame 1.")


def test_only_finished_frames_are_looked_at_and_none_that_is_excluded(office: Office) -> None:
    office.save({0: TRUNK, 1: TRUNK, 2: TRUNK}, finished=[0, 2])
    office.ledger.exclude_frames(office.run, [2], "ben")
    opinion = FakeOpinion(TREE)

    look_at_all(office.look_again(opinion))

    assert opinion.asked == [0]


def test_a_frame_that_was_finished_empty_is_looked_at(office: Office) -> None:
    office.save({0: TRUNK}, finished=[0, 3])
    opinion = FakeOpinion(TRUNK)

    look_at_all(office.look_again(opinion))

    assert opinion.asked == [0, 3]


def test_what_was_found_out_is_kept_for_the_model_that_said_it(office: Office) -> None:
    office.save({0: TRUNK})
    look_at_all(office.look_again(FakeOpinion(TREE)))

    again = FakeOpinion(TREE)
    assert [look.label_id for _, look in office.look_again(again).known()] != []
    assert office.look_again(again).tasks() == []
    newer = office.look_again(FakeOpinion(TREE, "fake@2"))
    assert (newer.known(), len(newer.tasks())) == ([], 1)
    assert again.asked == []


def test_an_approved_label_a_draft_and_an_older_version_are_not_in_the_list(office: Office) -> None:
    office.save({0: TRUNK})
    newer = office.save({0: TREE})
    office.save({0: TRUNK}, tag="mine")
    approved = office.save({0: TRUNK}, image_id=office.other)
    look_again = office.look_again(FakeOpinion(TREE))
    look_at_all(look_again)
    office.ledger.add_review(NewReview(approved.id, "ben", Verdict.APPROVED))

    assert [label.id for label, _ in look_again.known()] == [newer.id]


def test_branches_count_as_vessels_and_catheters_do_not(office: Office) -> None:
    branch, catheter = office.table.by_name("LAD proximal").index, office.table.by_name("catheter").index
    office.save({0: line(20, index=branch) + line(50, 20, 70, index=catheter)})
    look_again = office.look_again(FakeOpinion(TRUNK))

    look_at_all(look_again)

    [(_, look)] = look_again.known()
    assert look.disagreement == 0


def test_a_label_of_which_nobody_finished_a_frame_has_nothing_to_dispute(office: Office) -> None:
    office.save({0: TRUNK}, finished=[])
    look_again = office.look_again(FakeOpinion(TREE))

    look_at_all(look_again)

    [(_, look)] = look_again.known()
    assert (look.frames, look.disagreement) == ((), 0.0)


def test_a_result_that_cannot_be_read_is_found_out_again(office: Office) -> None:
    office.save({0: TRUNK})
    look_at_all(office.look_again(FakeOpinion(TREE)))
    [file] = (office.folder / "quality").rglob("*.json")

    for damaged in (b"{", b"[]", b'{"frames": [{"t": 0}]}'):
        file.write_bytes(damaged)
        assert len(office.look_again(FakeOpinion(TREE)).tasks()) == 1


def test_a_lost_file_is_said_and_keeps_no_result(office: Office) -> None:
    label = office.save({0: TRUNK})
    office.desk.path(label).unlink()
    look_again = office.look_again(FakeOpinion(TREE))

    with pytest.raises(LabelFileLostError):
        look_at_all(look_again)

    assert len(look_again.tasks()) == 1


@pytest.mark.parametrize(("n", "expected"), [(9, (3, 4, 5, 6, 7)), (3, (3, 5, 7)), (2, (3, 7))])
def test_of_many_frames_some_are_taken_evenly(n: int, expected: tuple[int, ...]) -> None:
    assert spread((3, 4, 5, 6, 7), n) == expected
