from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from lib.datastore.ledger import Ledger
from lib.datastore.states import RunState
from lib.errors import FrameOutOfRunError, InvalidIdError, RunNotFoundError, StateMoveError
from tests.datastore_builders import IMAGE_ID, a_run


def test_a_noted_run_is_new_and_keeps_what_the_pacs_said(ledger: Ledger) -> None:
    run = ledger.run(IMAGE_ID)

    assert (run.state, run.n_frames, run.rows, run.modality) == (RunState.NEW, 96, 512, "XA")
    assert run.series_instance_uid == a_run().series_instance_uid
    assert run.gone_at is None
    assert run.info == {}


def test_times_come_back_in_utc(ledger: Ledger) -> None:
    seen = ledger.run(IMAGE_ID).first_seen_at

    assert seen.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - seen) < timedelta(minutes=1)


def test_noting_a_run_again_keeps_state_and_info(ledger: Ledger) -> None:
    ledger.set_run_state(IMAGE_ID, RunState.SKIPPED, "anna")
    ledger.update_info(IMAGE_ID, {"score": 0.5})

    ledger.note_runs([replace(a_run(), series_instance_uid="1.2.3.4.5")])

    run = ledger.run(IMAGE_ID)
    assert (run.state, run.state_changed_by, run.info) == (RunState.SKIPPED, "anna", {"score": 0.5})
    assert run.series_instance_uid == "1.2.3.4.5"


def test_noting_what_is_known_writes_nothing(ledger: Ledger) -> None:
    statements: list[str] = []
    event.listen(
        ledger._database._engine, "before_cursor_execute", lambda *call: statements.append(str(call[2]))
    )

    ledger.note_runs([a_run()], are_all=True)

    assert [text.split()[0] for text in statements if not text.startswith("PRAGMA")] == ["BEGIN", "SELECT"]


def test_a_list_that_leaves_out_counts_does_not_shrink_a_run(ledger: Ledger) -> None:
    ledger.note_runs([replace(a_run(), n_frames=1, rows=0, columns=0, sop_class_uid="")])

    run = ledger.run(IMAGE_ID)
    assert (run.n_frames, run.rows, run.columns) == (96, 512, 512)
    assert run.sop_class_uid == a_run().sop_class_uid


def test_a_complete_list_marks_what_the_pacs_lost_and_what_came_back(ledger: Ledger) -> None:
    other = a_run("1.2.3")
    ledger.note_runs([other], are_all=True)
    lost = ledger.run(IMAGE_ID).gone_at

    ledger.note_runs([a_run(), other], are_all=True)

    assert lost is not None
    assert ledger.run(IMAGE_ID).gone_at is None


def test_an_incomplete_list_marks_nothing_as_gone(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2.3")])

    assert ledger.run(IMAGE_ID).gone_at is None


def test_a_run_can_be_marked_as_gone_by_itself(ledger: Ledger) -> None:
    ledger.mark_gone(IMAGE_ID)

    assert ledger.run(IMAGE_ID).gone_at is not None


def test_a_run_whose_uid_cannot_be_an_id_is_left_out(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.note_runs([a_run("1.2/../3"), a_run("1.2.3")])

    assert set(ledger.states()) == {IMAGE_ID, "1.2.3"}
    assert "cannot be an id" in caplog.text


def test_more_runs_than_one_lookup_takes_are_compared_as_a_whole(ledger: Ledger) -> None:
    many = [a_run(f"1.2.{i}") for i in range(600)]
    ledger.note_runs(many)

    ledger.note_runs([replace(run, n_frames=97) for run in many])

    assert len(ledger.runs()) == 601
    assert {run.n_frames for run in ledger.runs() if run.image_id != IMAGE_ID} == {97}
    assert ledger.run(IMAGE_ID).gone_at is None


def test_runs_are_listed_by_state(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2.3")])
    ledger.set_run_state("1.2.3", RunState.REJECTED, "anna")

    assert [run.image_id for run in ledger.runs(RunState.REJECTED)] == ["1.2.3"]
    assert ledger.states() == {IMAGE_ID: RunState.NEW, "1.2.3": RunState.REJECTED}


def test_a_rejected_run_must_be_taken_back_first(ledger: Ledger) -> None:
    ledger.set_run_state(IMAGE_ID, RunState.REJECTED, "anna")

    with pytest.raises(StateMoveError, match="cannot become 'done'"):
        ledger.set_run_state(IMAGE_ID, RunState.DONE, "ben")

    assert ledger.run(IMAGE_ID).state_changed_by == "anna"


def test_an_unknown_run_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(RunNotFoundError):
        ledger.run("9.9")
    with pytest.raises(RunNotFoundError):
        ledger.set_run_state("9.9", RunState.DONE, "anna")
    with pytest.raises(RunNotFoundError):
        ledger.update_info("9.9", {})
    with pytest.raises(InvalidIdError):
        ledger.run("../x")


def test_info_is_merged(ledger: Ledger) -> None:
    ledger.update_info(IMAGE_ID, {"a": 1, "b": 1})
    ledger.update_info(IMAGE_ID, {"b": 2})

    assert ledger.info(IMAGE_ID) == {"a": 1, "b": 2}


def test_frames_are_excluded_and_included_again(ledger: Ledger) -> None:
    ledger.exclude_frames(IMAGE_ID, {0, 1, 95}, "anna")
    ledger.exclude_frames(IMAGE_ID, {1, 2}, "ben")
    ledger.include_frames(IMAGE_ID, {0})

    assert ledger.excluded_frames(IMAGE_ID) == {1, 2, 95}


def test_a_frame_that_the_run_has_not_excludes_nothing(ledger: Ledger) -> None:
    with pytest.raises(FrameOutOfRunError, match="96 frames, numbered from 1; there is no frame 97"):
        ledger.exclude_frames(IMAGE_ID, {1, 96}, "anna")
    with pytest.raises(FrameOutOfRunError):
        ledger.exclude_frames(IMAGE_ID, {-1}, "anna")

    assert ledger.excluded_frames(IMAGE_ID) == frozenset()
