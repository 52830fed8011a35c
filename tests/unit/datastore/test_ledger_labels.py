import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.records import NewSeg
from lib.datastore.states import LabelState, RunState
from lib.errors import (
    FrameOutOfRunError,
    InvalidIdError,
    LabelNotFoundError,
    RunNotFoundError,
    StateMoveError,
    VersionTakenError,
)
from tests.datastore_builders import IMAGE_ID, a_new_label, a_run


def test_a_label_comes_back_as_it_was_saved(ledger: Ledger) -> None:
    new = a_new_label(finished_frames=(4, 2))

    saved = ledger.add_label(new)

    assert saved == ledger.label(new.id) == ledger.newest(IMAGE_ID, "final")
    assert (saved.image_id, saved.tag, saved.version) == (IMAGE_ID, "final", 1)
    assert (saved.state, saved.author, saved.model) == (LabelState.SUBMITTED, "anna", "vesselness@1")
    assert (saved.file, saved.sha256, saved.finished_frames) == (new.file, new.sha256, (2, 4))
    assert saved.info == {"client": "slicer"}
    assert new.seg is not None
    assert saved.seg_sop_instance_uid == new.seg.sop_instance_uid


def test_nobody_said_is_not_no_frame(ledger: Ledger) -> None:
    assert ledger.add_label(a_new_label(finished_frames=None)).finished_frames is None
    assert ledger.add_label(a_new_label(finished_frames=())).finished_frames == ()


def test_versions_count_within_run_and_tag(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2.3")])
    saved = [
        ledger.add_label(label)
        for label in (
            a_new_label(),
            a_new_label(),
            a_new_label("original"),
            a_new_label(image_id="1.2.3"),
        )
    ]

    assert [(label.tag, label.version) for label in saved] == [
        ("final", 1),
        ("final", 2),
        ("original", 1),
        ("final", 1),
    ]
    assert [label.id for label in ledger.labels(IMAGE_ID)] == [label.id for label in saved[:3]]


def test_a_version_that_somebody_else_took_is_refused(ledger: Ledger) -> None:
    version = ledger.next_version(IMAGE_ID, "final")
    ledger.add_label(a_new_label(), version)

    with pytest.raises(VersionTakenError, match="Version 1 of label 'final'"):
        ledger.add_label(a_new_label(), version)

    assert len(ledger.labels(IMAGE_ID)) == 1


@pytest.mark.parametrize(("tag", "state"), [("original", RunState.IN_PROGRESS), ("final", RunState.DONE)])
def test_the_run_follows_a_new_label(ledger: Ledger, tag: str, state: RunState) -> None:
    ledger.add_label(a_new_label(tag))

    run = ledger.run(IMAGE_ID)
    assert (run.state, run.state_changed_by) == (state, "anna")


def test_a_label_of_an_unknown_run_is_not_stored(ledger: Ledger) -> None:
    with pytest.raises(RunNotFoundError):
        ledger.add_label(a_new_label(image_id="9.9"))

    assert ledger.newest_labels() == {}


def test_a_finished_frame_outside_the_run_stores_nothing(ledger: Ledger) -> None:
    with pytest.raises(FrameOutOfRunError):
        ledger.add_label(a_new_label(finished_frames=(96,)))

    assert ledger.labels(IMAGE_ID) == []
    assert ledger.run(IMAGE_ID).state is RunState.NEW


def test_bad_ids_and_tags_stop_at_the_border(ledger: Ledger) -> None:
    with pytest.raises(InvalidIdError, match="tag"):
        ledger.add_label(a_new_label("../.."))
    with pytest.raises(InvalidIdError, match="image id"):
        ledger.labels("../../x")
    with pytest.raises(InvalidIdError, match="label id"):
        ledger.label("../../x")
    with pytest.raises(InvalidIdError, match="tag"):
        ledger.newest(IMAGE_ID, "../..")


def test_the_history_says_who_moved_a_label(ledger: Ledger) -> None:
    label = ledger.add_label(a_new_label())
    ledger.set_label_state(label.id, LabelState.RETURNED, "rita")
    ledger.set_label_state(label.id, LabelState.RETURNED, "rita")
    ledger.set_label_state(label.id, LabelState.SUBMITTED, "anna")

    lines = [(change.by, change.before, change.after) for change in ledger.history(label.id)]

    assert lines == [
        ("anna", None, LabelState.SUBMITTED),
        ("rita", LabelState.SUBMITTED, LabelState.RETURNED),
        ("anna", LabelState.RETURNED, LabelState.SUBMITTED),
    ]


def test_a_returned_label_puts_its_run_back_to_work(ledger: Ledger) -> None:
    label = ledger.add_label(a_new_label())

    returned = ledger.set_label_state(label.id, LabelState.RETURNED, "rita")

    assert returned.shown_tag == "returned"
    assert ledger.run(IMAGE_ID).state is RunState.IN_PROGRESS
    assert ledger.labelled("final") == frozenset()


def test_an_old_version_does_not_move_its_run(ledger: Ledger) -> None:
    old = ledger.add_label(a_new_label())
    ledger.add_label(a_new_label())

    ledger.set_label_state(old.id, LabelState.RETURNED, "rita")

    assert ledger.run(IMAGE_ID).state is RunState.DONE


def test_a_move_that_the_table_lacks_changes_nothing(ledger: Ledger) -> None:
    label = ledger.add_label(a_new_label("original"))

    with pytest.raises(StateMoveError):
        ledger.set_label_state(label.id, LabelState.APPROVED, "rita")

    assert ledger.label(label.id) == label
    assert len(ledger.history(label.id)) == 1


def test_submitting_a_draft_makes_it_final_and_puts_its_seg_into_the_outbox(ledger: Ledger) -> None:
    label = ledger.add_label(a_new_label("original"))

    ledger.set_label_state(
        label.id, LabelState.SUBMITTED, "anna", NewSeg("f.dcm", "c" * 64, "2.25.5", "2.25.6")
    )

    assert ledger.newest(IMAGE_ID, "final").seg_sop_instance_uid == "2.25.5"
    assert [entry.file for entry in ledger.pending()] == ["f.dcm"]
    assert ledger.run(IMAGE_ID).state is RunState.DONE


def test_a_removed_label_is_out_of_sight_but_not_lost(ledger: Ledger) -> None:
    label = ledger.add_label(a_new_label())

    ledger.remove_label(label.id, "anna")

    assert ledger.labels(IMAGE_ID) == []
    assert ledger.newest_labels() == ledger.newest_by_tag() == ledger.heads_by_tag() == {}
    assert ledger.labelled() == frozenset()
    with pytest.raises(LabelNotFoundError):
        ledger.newest(IMAGE_ID, "final")
    assert ledger.label(label.id).removed_by == "anna"
    assert len(ledger.labels(IMAGE_ID, with_removed=True)) == 1
    assert ledger.run(IMAGE_ID).state is RunState.NEW
    assert ledger.add_label(a_new_label()).version == 2


def test_removing_the_newest_shows_the_version_before(ledger: Ledger) -> None:
    first, second = ledger.add_label(a_new_label()), ledger.add_label(a_new_label())

    ledger.remove_label(second.id, "anna")

    assert ledger.newest(IMAGE_ID, "final").id == first.id
    assert ledger.run(IMAGE_ID).state is RunState.DONE


def test_removing_a_tag_removes_all_its_versions(ledger: Ledger) -> None:
    for tag in ("final", "final", "original"):
        ledger.add_label(a_new_label(tag))

    assert ledger.remove_labels(IMAGE_ID, "final", "anna") == 2

    assert set(ledger.tags_of(IMAGE_ID)) == {"original"}
    assert ledger.run(IMAGE_ID).state is RunState.IN_PROGRESS


def test_label_info_is_merged_and_nothing_else_changes(ledger: Ledger) -> None:
    label = ledger.add_label(a_new_label())

    ledger.update_label_info(label.id, {"dice": 0.9})

    assert ledger.label(label.id).info == {"client": "slicer", "dice": 0.9}


def test_an_unknown_label_is_not_found(ledger: Ledger) -> None:
    for ask in (
        lambda: ledger.label("0" * 32),
        lambda: ledger.remove_label("0" * 32, "anna"),
        lambda: ledger.update_label_info("0" * 32, {}),
        lambda: ledger.set_label_state("0" * 32, LabelState.APPROVED, "rita"),
    ):
        with pytest.raises(LabelNotFoundError):
            ask()


def test_lists_of_all_runs_agree_with_the_single_questions(ledger: Ledger) -> None:
    image_ids = [IMAGE_ID, "1.2.3", "1.2.4"]
    ledger.note_runs([a_run(image_id) for image_id in image_ids])
    for image_id in image_ids[:2]:
        for tag in ("original", "final", "original", "final"):
            ledger.add_label(a_new_label(tag, image_id))
    ledger.set_label_state(ledger.newest("1.2.3", "final").id, LabelState.RETURNED, "rita")

    assert ledger.newest_by_tag() == {image_id: ledger.tags_of(image_id) for image_id in image_ids[:2]}
    assert set(ledger.tags_of("1.2.3")) == {"original", "final", "returned"}
    for tag in ("final", "original", "returned", None):
        expected = {i: ledger.newest(i, tag) for i in ledger.labelled(tag)}
        assert ledger.newest_labels(tag) == expected
    assert {
        image_id: {tag: head.id for tag, head in heads.items()}
        for image_id, heads in ledger.heads_by_tag().items()
    } == {
        image_id: {tag: label.id for tag, label in labels.items()}
        for image_id, labels in ledger.newest_by_tag().items()
    }
