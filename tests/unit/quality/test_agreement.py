"""Two people's labels of one run."""

import pytest

from lib.datastore.states import RunState
from lib.errors import LabelFileLostError
from lib.quality.agreement import ANY_VESSEL, PairScores, means
from tests.offices import Office, line

TRUNK = line(20)
TREE = line(20) | line(50, 20, 70)


def compared(office: Office) -> list[PairScores]:
    agreements = office.agreements()
    for task in agreements.tasks():
        task.do()
    assert agreements.tasks() == []
    return office.agreements().known()


def test_people_who_drew_the_same_agree_and_others_less(office: Office) -> None:
    office.save({0: TRUNK, 1: TREE}, "anna", finished=[0, 1])
    office.save({0: TRUNK, 1: TRUNK}, "ben", finished=[0, 1], tag="bens")

    [pair] = compared(office)

    first, second = (score for score in pair.scores if score.label == "vessel")
    assert [label.author for label in pair.pair] == ["anna", "ben"]
    assert (first.t, first.dice, first.surface_dice_2px, first.cldice) == (0, 1.0, 1.0, 1.0)
    assert second.dice == pytest.approx(2 * 400 / (400 + 650), abs=0.01)
    assert second.surface_dice_2px < 1
    assert second.cldice < 1


def test_only_frames_that_both_finished_are_compared(office: Office) -> None:
    office.save({0: TRUNK, 1: TRUNK, 2: TRUNK}, "anna", finished=[0, 1])
    office.save({0: TRUNK, 1: TRUNK, 2: TRUNK}, "ben", finished=[1, 2])

    [pair] = compared(office)

    assert {score.t for score in pair.scores} == {1}


def test_a_frame_that_is_excluded_later_does_not_count_any_more(office: Office) -> None:
    office.save({0: TRUNK, 1: TRUNK}, "anna", finished=[0, 1])
    office.save({0: TRUNK, 1: TRUNK}, "ben", finished=[0, 1])
    compared(office)

    office.ledger.exclude_frames(office.run, [0], "anna")

    [pair] = office.agreements().known()
    assert {score.t for score in pair.scores} == {1}


def test_branches_are_compared_one_by_one_and_as_any_vessel(office: Office) -> None:
    branch = office.table.by_name("LAD proximal").index
    office.save({0: line(20, index=branch)}, "anna")
    office.save({0: TRUNK}, "ben")

    [pair] = compared(office)

    dice = {score.label: score.dice for score in pair.scores}
    assert dice == {ANY_VESSEL: 1.0, "vessel": 0.0, "LAD proximal": 0.0}


def test_each_persons_newest_label_counts_and_three_people_are_three_pairs(office: Office) -> None:
    office.save({0: TREE}, "anna")
    office.save({0: TRUNK}, "ben")
    office.save({0: TRUNK}, "anna", tag="second thoughts".replace(" ", "-"))
    office.save({0: TRUNK}, "cleo")

    pairs = compared(office)

    assert {tuple(sorted(label.author for label in pair.pair)) for pair in pairs} == {
        ("anna", "ben"), ("anna", "cleo"), ("ben", "cleo")
    }  # fmt: skip
    assert all(score.dice == 1 for pair in pairs for score in pair.scores)


def test_who_cannot_say_which_frames_are_finished_vouches_for_those_that_hold_something(
    office: Office,
) -> None:
    office.save({0: TRUNK, 1: TRUNK}, "slicer", finished=None)
    office.save({1: TRUNK, 2: TRUNK}, "ben", finished=[1, 2])

    [pair] = compared(office)

    assert {score.t for score in pair.scores} == {1}


def test_one_persons_versions_removed_labels_and_rejected_runs_are_no_pair(office: Office) -> None:
    office.save({0: TREE}, "anna")
    office.save({0: TRUNK}, "anna")
    gone = office.save({0: TRUNK}, "ben")
    office.save({0: TRUNK}, "anna", image_id=office.other)
    office.save({0: TRUNK}, "ben", image_id=office.other)
    office.ledger.remove_label(gone.id, "ben")
    office.ledger.set_run_state(office.other, RunState.REJECTED, "ben")

    assert compared(office) == []


def test_a_lost_file_is_said(office: Office) -> None:
    office.save({0: TRUNK}, "anna")
    office.desk.path(office.save({0: TRUNK}, "ben")).unlink()

    with pytest.raises(LabelFileLostError):
        compared(office)


def test_means_are_over_the_frames_of_each_label(office: Office) -> None:
    office.save({0: TRUNK, 1: line(50)}, "anna", finished=[0, 1])
    office.save({0: TRUNK, 1: TRUNK}, "ben", finished=[0, 1])
    [pair] = compared(office)

    figures = means(pair.scores)

    assert figures["vessel"]["n_frames"] == 2
    assert figures["vessel"]["dice"] == pytest.approx(0.5)
