"""Sessions below the routes: what is kept in memory and in the ledger, and who waits for whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest

from lib.datastore.session_records import EMPTY, NewSession, NewStep, SessionRecord
from lib.errors import FrameNotFoundError, PromptError, SessionNotFoundError, UnknownModelError
from lib.interaction.overlap import Overlap
from lib.interaction.prompts import Prompt, PromptKind
from lib.server.clicked_frames import ClickedFrames
from lib.server.services import Services
from lib.server.session_desk import SessionDesk
from lib.server.session_masks import SessionMasks
from tests.builders import build_xa
from tests.fakes import FakeClicker
from tests.unit.server.conftest import MakeServices

RUN, OTHER = build_xa(n_frames=4), build_xa(n_frames=4)
IMAGE_ID = str(RUN.SOPInstanceUID)


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    services = make_services(RUN, OTHER)
    services.shelf.refresh()
    return services


@pytest.fixture
def clicker(services: Services) -> FakeClicker:
    return services.clicks.clicker  # type: ignore[return-value]


def begin(services: Services) -> SessionRecord:
    return services.sessions.begin(NewSession(IMAGE_ID, "ann", EMPTY, services.clicks.engine))


def a_step(x: float, t: int = 0) -> NewStep:
    return NewStep(t, 1, Overlap.REPLACE, Prompt(PromptKind.POINT, ((10.0, x),)), "ann")


def desk_with(services: Services, limit_bytes: int) -> SessionDesk:
    masks = SessionMasks(services.clicks, services.ledger, services.desk, limit_bytes)
    return SessionDesk(services.ledger, masks, timedelta(hours=1))


def test_undo_and_redo_of_a_live_session_answer_no_prompt_again(
    services: Services, clicker: FakeClicker
) -> None:
    desk, session = services.sessions, begin(services)
    for x in (5, 15, 25):
        desk.add(session.id, "ann", a_step(x))

    for move in (desk.undo, desk.undo, desk.redo):
        record, step = move(session.id, "ann")
        desk.masks.label_map(record, step.t)

    assert len(clicker.answered) == 3


def test_what_had_to_leave_the_memory_is_read_from_the_ledger(
    services: Services, clicker: FakeClicker
) -> None:
    desk, session = desk_with(services, limit_bytes=1), begin(services)
    steps = [a_step(x, t) for t in (0, 1) for x in (5, 15, 25)]
    shown = [desk.add(session.id, "ann", step)[1] for step in steps]

    again = desk.masks.label_map(desk.open(session.id, "ann"), 0)

    assert np.array_equal(again, shown[2])
    assert len(clicker.answered) == len(steps)


def test_frames_of_a_session_that_starts_from_nothing_are_not_looked_at(
    services: Services, clicker: FakeClicker
) -> None:
    session = begin(services)

    assert services.sessions.masks.label_map(session, 2).shape == (32, 48)
    assert clicker.encoded == []


def test_warming_up_opens_the_engine_and_survives_a_missing_one(
    services: Services, clicker: FakeClicker
) -> None:
    def refuse() -> FakeClicker:
        raise UnknownModelError("vessels", [])

    services.clicks.warm_up()
    ClickedFrames(refuse, services.shelf, services.opened).warm_up()

    assert clicker.encoded == [0]


def test_quick_clicks_wait_for_each_other_and_none_is_lost(services: Services) -> None:
    session = begin(services)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda x: services.sessions.add(session.id, "ann", a_step(x)), range(8)))

    record = services.sessions.open(session.id, "ann")
    assert record.session.n_active == 8
    assert int(services.sessions.masks.label_map(record, 0).sum()) == 5 * 10


def test_a_prompt_that_the_engine_refuses_is_not_stored(
    services: Services, clicker: FakeClicker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PromptError("The engine does not understand this.")

    session = begin(services)
    monkeypatch.setattr(clicker, "answer", refuse)

    with pytest.raises(PromptError):
        services.sessions.add(session.id, "ann", a_step(10))

    assert services.sessions.open(session.id, "ann").session.steps == ()


def test_a_mask_that_was_handed_out_cannot_be_changed(services: Services) -> None:
    _, label_map = services.sessions.add(begin(services).id, "ann", a_step(10))

    with pytest.raises(ValueError, match="read-only"):
        label_map[0, 0] = 1


def test_a_session_tells_a_frame_of_its_own_run_only(services: Services) -> None:
    session = begin(services)
    services.sessions.add(session.id, "ann", a_step(10))
    run, other = services.shelf.run(IMAGE_ID), services.shelf.run(str(OTHER.SOPInstanceUID))

    assert services.sessions.frame_map(session.id, "ann", run, 0).sum() == 25
    with pytest.raises(SessionNotFoundError):
        services.sessions.frame_map(session.id, "ann", other, 0)
    with pytest.raises(SessionNotFoundError):
        services.sessions.frame_map(session.id, "ben", run, 0)
    with pytest.raises(FrameNotFoundError):
        services.sessions.frame_map(session.id, "ann", run, 4)
