import pytest

from lib.datastore.states import (
    EFFECT,
    FINAL_TAG,
    LABEL_MOVES,
    RUN_MOVES,
    LabelState,
    RunState,
    check_first_state,
    check_label_move,
    check_run_move,
    first_state,
    run_after,
    run_state,
    run_with,
    shown_tag,
)
from lib.errors import StateMoveError, TagStateError, UnknownStateError


def test_every_state_has_its_moves_and_effects() -> None:
    assert set(RUN_MOVES) == set(RunState)
    assert set(LABEL_MOVES) == set(LabelState)
    assert set(EFFECT) == set(LabelState)


@pytest.mark.parametrize("label", LabelState)
def test_what_a_label_does_to_its_run_is_a_move_that_the_run_may_make(label: LabelState) -> None:
    for before, after in EFFECT[label].items():
        check_run_move(before, after)


@pytest.mark.parametrize(
    ("run", "label", "after"),
    [
        (RunState.NEW, LabelState.DRAFT, RunState.IN_PROGRESS),
        (RunState.IN_PROGRESS, LabelState.SUBMITTED, RunState.DONE),
        (RunState.DONE, LabelState.APPROVED, RunState.DONE),
        (RunState.DONE, LabelState.RETURNED, RunState.IN_PROGRESS),
        (RunState.DONE, LabelState.DRAFT, RunState.DONE),
        (RunState.SKIPPED, LabelState.SUBMITTED, RunState.DONE),
        (RunState.REJECTED, LabelState.SUBMITTED, RunState.REJECTED),
    ],
)
def test_a_run_follows_its_label(run: RunState, label: LabelState, after: RunState) -> None:
    assert run_after(run, label) is after


def test_a_run_without_labels_is_new_unless_a_person_decided_otherwise() -> None:
    assert run_with(RunState.DONE, []) is RunState.NEW
    assert run_with(RunState.REJECTED, []) is RunState.REJECTED
    assert run_with(RunState.DONE, [LabelState.DRAFT]) is RunState.IN_PROGRESS


def test_a_move_that_is_not_in_the_table_names_those_that_are() -> None:
    with pytest.raises(StateMoveError, match=r"'rejected' cannot become 'done'\..* may become: new\."):
        check_run_move(RunState.REJECTED, RunState.DONE)
    with pytest.raises(StateMoveError, match="'draft' cannot become 'approved'"):
        check_label_move(LabelState.DRAFT, LabelState.APPROVED)


def test_staying_is_no_move() -> None:
    check_run_move(RunState.REJECTED, RunState.REJECTED)
    check_label_move(LabelState.DRAFT, LabelState.DRAFT)


def test_monai_labels_final_is_submitted_or_approved() -> None:
    assert shown_tag("original", LabelState.SUBMITTED) == FINAL_TAG
    assert shown_tag(FINAL_TAG, LabelState.APPROVED) == FINAL_TAG
    assert shown_tag("original", LabelState.DRAFT) == "original"
    assert shown_tag(FINAL_TAG, LabelState.RETURNED) == "returned"


def test_a_tag_says_where_a_label_begins() -> None:
    assert first_state(FINAL_TAG) is LabelState.SUBMITTED
    assert first_state("vesselness") is LabelState.DRAFT
    with pytest.raises(TagStateError, match="tag 'original' begins as 'draft', not as 'submitted'"):
        check_first_state("original", LabelState.SUBMITTED)


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    assert run_state("in progress") is RunState.IN_PROGRESS
    with pytest.raises(UnknownStateError, match="new, in progress, done, skipped, rejected"):
        run_state("finished")
