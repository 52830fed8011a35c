"""Sessions in the ledger: every prompt with author and time, and nobody else's hands on them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, text

from lib.datastore.ledger import Ledger
from lib.datastore.session_records import NewSession, NewStep, SessionRecord
from lib.datastore.tables import PromptRow
from lib.errors import (
    FrameOutOfRunError,
    InvalidIdError,
    RunNotFoundError,
    SessionChangedError,
    SessionExpiredError,
    SessionNotFoundError,
)
from lib.interaction.clean_up import CleanUp
from lib.interaction.overlap import Overlap
from lib.interaction.prompts import Prompt, PromptKind
from lib.interaction.session import Drawing, Session
from tests.datastore_builders import IMAGE_ID

IDLE = timedelta(hours=1)
RULES = CleanUp(only_clicked=True, min_area_px=7)


def a_step(t: int = 0, y: float = 1.5) -> NewStep:
    prompt = Prompt(PromptKind.SCRIBBLE, ((y, 2.0), (3.0, 4.25)), is_positive=False)
    return NewStep(t, 3, Overlap.ADD, prompt, "ann")


@pytest.fixture
def record(ledger: Ledger) -> SessionRecord:
    return ledger.create_session(NewSession(IMAGE_ID, "ann", "automatic", "squares@1", RULES))


def prompts_kept(ledger: Ledger) -> int:
    with ledger._database.reading() as connection:
        return len(connection.execute(select(PromptRow.number)).all())


def test_a_session_is_read_as_it_was_written(ledger: Ledger, record: SessionRecord) -> None:
    before = datetime.now(UTC)
    mask = np.eye(5, 7) > 0

    written = ledger.add_step(record, a_step(t=95))
    written = ledger.add_step(written, NewStep(2, 1, Overlap.REPLACE, Drawing(mask), "ann"))

    read = ledger.session(record.id, "ann", IDLE)
    scribble, drawing = read.session.active
    assert (read.image_id, read.start, read.engine, read.clean_up) == (
        IMAGE_ID, "automatic", "squares@1", RULES,
    )  # fmt: skip
    assert (scribble.t, scribble.label, scribble.overlap, scribble.author) == (95, 3, Overlap.ADD, "ann")
    assert scribble.shown == a_step().shown
    assert before <= scribble.at <= datetime.now(UTC)
    assert isinstance(drawing.shown, Drawing)
    assert np.array_equal(drawing.shown.mask, mask)
    assert [step.number for step in read.session.steps] == [step.number for step in written.session.steps]
    assert read.revision == written.revision == 2


def test_sessions_outlive_their_process(ledger: Ledger, record: SessionRecord, tmp_path: Path) -> None:
    written = ledger.add_step(record, a_step())
    ledger.close()

    again = Ledger.in_folder(tmp_path)

    assert again.session(record.id, "ann", IDLE) == written
    again.close()


def test_undo_redo_and_reset_are_kept(ledger: Ledger, record: SessionRecord) -> None:
    record = ledger.add_step(ledger.add_step(record, a_step()), a_step())

    for move, n_active in ((Session.undone, 1), (Session.redone, 2), (Session.reset, 0)):
        record = ledger.move_session(record, move(record.session))
        assert ledger.session(record.id, "ann", IDLE) == record
        assert record.session.n_active == n_active
        assert len(record.session.steps) == 2


def test_a_prompt_after_undo_drops_what_was_undone_but_its_row_is_kept(
    ledger: Ledger, record: SessionRecord
) -> None:
    record = ledger.add_step(ledger.add_step(record, a_step(t=1)), a_step(t=2))
    record = ledger.move_session(record, record.session.undone())

    ledger.add_step(record, a_step(t=3))

    read = ledger.session(record.id, "ann", IDLE).session
    assert [step.t for step in read.steps] == [1, 3]
    assert read.n_active == 2
    assert prompts_kept(ledger) == 3


def test_somebody_elses_session_is_not_there(ledger: Ledger, record: SessionRecord) -> None:
    with pytest.raises(SessionNotFoundError):
        ledger.session(record.id, "ben", IDLE)

    assert ledger.sessions("ben", IDLE) == []


def test_a_closed_session_is_not_there_and_takes_no_prompt(ledger: Ledger, record: SessionRecord) -> None:
    ledger.close_session(record)

    with pytest.raises(SessionNotFoundError):
        ledger.session(record.id, "ann", IDLE)
    with pytest.raises(SessionChangedError):
        ledger.add_step(record, a_step())
    assert prompts_kept(ledger) == 0


def test_a_session_that_nobody_changed_expires(ledger: Ledger, record: SessionRecord) -> None:
    with pytest.raises(SessionExpiredError, match=f"Session {record.id} expired"):
        ledger.session(record.id, "ann", timedelta(0))

    assert ledger.sessions("ann", timedelta(0)) == []
    assert ledger.session(record.id, "ann", IDLE) == record


def test_a_prompt_puts_off_the_end(ledger: Ledger, record: SessionRecord) -> None:
    with ledger._database.writing() as connection:
        connection.execute(text("UPDATE sessions SET used_at = '2020-01-01T00:00:00.000000+00:00'"))

    ledger.add_step(record, a_step())

    assert ledger.session(record.id, "ann", IDLE).session.n_active == 1


def test_of_two_who_saw_the_same_session_the_second_is_told(ledger: Ledger, record: SessionRecord) -> None:
    ledger.add_step(record, a_step())

    with pytest.raises(SessionChangedError, match="Nothing was stored"):
        ledger.add_step(record, a_step())
    with pytest.raises(SessionChangedError):
        ledger.move_session(record, record.session.reset())
    assert prompts_kept(ledger) == 1


def test_a_prompt_on_a_frame_that_the_run_has_not_is_not_stored(
    ledger: Ledger, record: SessionRecord
) -> None:
    with pytest.raises(FrameOutOfRunError):
        ledger.add_step(record, a_step(t=96))

    assert ledger.session(record.id, "ann", IDLE) == record
    assert prompts_kept(ledger) == 0


def test_the_session_changed_last_is_listed_first(ledger: Ledger, record: SessionRecord) -> None:
    second = ledger.create_session(NewSession(IMAGE_ID, "ann", "empty", "squares@1"))
    first = ledger.add_step(record, a_step())

    assert ledger.sessions("ann", IDLE) == [first, second]


def test_a_session_is_about_a_run_that_the_ledger_knows(ledger: Ledger) -> None:
    with pytest.raises(RunNotFoundError):
        ledger.create_session(NewSession("1.2.3", "ann", "empty", "squares@1"))


def test_what_cannot_be_an_id_is_refused(ledger: Ledger) -> None:
    with pytest.raises(InvalidIdError):
        ledger.session("../1", "ann", IDLE)
