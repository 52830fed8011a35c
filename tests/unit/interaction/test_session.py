"""Undo, redo, reset and replay of what a person showed."""

from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors import NothingToUndoError
from lib.interaction.clean_up import CleanUp
from lib.interaction.overlap import Overlap
from lib.interaction.prompts import Prompt, PromptKind
from lib.interaction.session import Drawing, Session, Step, replay
from tests.fakes import FakeClicker, FakeEncoding

VESSEL, CATHETER = 1, 2
SHAPE = (20, 30)
EMPTY = np.zeros(SHAPE, np.uint8)


def a_step(
    number: int = 1,
    at: tuple[float, float] = (10.0, 10.0),
    t: int = 0,
    label: int = VESSEL,
    overlap: Overlap = Overlap.REPLACE,
    is_positive: bool = True,
    drawn: NDArray[np.bool_] | None = None,
) -> Step:
    shown = Prompt(PromptKind.POINT, (at,), is_positive) if drawn is None else Drawing(drawn)
    return Step(number, t, label, overlap, shown, "ann", datetime(2026, 1, 1, tzinfo=UTC))


def replayed(
    *steps: Step, start: NDArray[np.uint8] = EMPTY, rules: CleanUp | None = None
) -> NDArray[np.uint8]:
    answer = partial(FakeClicker().answer, FakeEncoding(np.ones(SHAPE, np.float32)))
    return replay(start, steps, answer, rules or CleanUp())


@pytest.fixture
def session() -> Session:
    """Three steps, on the frames 0, 5 and 0."""
    steps = (a_step(1), a_step(2, t=5), a_step(3, (3.0, 3.0)))
    return Session(steps, 3)


def test_undo_takes_back_the_last_step_whatever_frame_it_is_on(session: Session) -> None:
    twice = session.undone().undone()

    assert twice.frames() == (0,)
    assert [step.number for step in twice.active] == [1]


def test_redo_brings_back_what_undo_took(session: Session) -> None:
    assert session.undone().undone().redone().redone() == session


def test_reset_undoes_all_and_redo_brings_it_back(session: Session) -> None:
    assert session.reset().active == ()
    assert session.reset().redone().redone().redone() == session


def test_a_new_step_after_undo_drops_what_was_undone(session: Session) -> None:
    after = session.undone().undone().with_step(a_step(4))

    assert [step.number for step in after.steps] == [1, 4]
    with pytest.raises(NothingToUndoError, match="redo"):
        after.redone()


def test_there_is_an_end_to_undo() -> None:
    with pytest.raises(NothingToUndoError, match="There is no prompt to undo"):
        Session().undone()


def test_a_frame_has_only_its_own_steps(session: Session) -> None:
    assert [step.number for step in session.on_frame(0)] == [1, 3]
    assert [step.number for step in session.on_frame(5)] == [2]


def test_replaying_in_two_parts_gives_the_same_as_at_once() -> None:
    steps = (
        a_step(1),
        a_step(2, (12.0, 12.0), label=CATHETER),
        a_step(3, (11.0, 11.0), is_positive=False),
        a_step(4, (3.0, 3.0), overlap=Overlap.ADD),
    )
    rules = CleanUp(only_clicked=True, fill_holes_px=3)
    answer = partial(FakeClicker().answer, FakeEncoding(np.ones(SHAPE, np.float32)))

    half = replay(EMPTY, steps[:2], answer, rules)

    assert np.array_equal(replay(half, steps, answer, rules, n_done=2), replayed(*steps, rules=rules))


def test_a_positive_click_takes_and_a_negative_one_gives_back() -> None:
    assert replayed(a_step()).sum() == 25
    assert replayed(a_step(), a_step(2, is_positive=False)).sum() == 0


def test_labels_share_a_frame_and_the_last_one_wins() -> None:
    label_map = replayed(a_step(), a_step(2, (10.0, 13.0), label=CATHETER))

    assert (label_map == VESSEL).sum() == 15
    assert (label_map == CATHETER).sum() == 25


def test_adding_leaves_the_pixels_of_others_alone() -> None:
    label_map = replayed(a_step(), a_step(2, (10.0, 13.0), label=CATHETER, overlap=Overlap.ADD))

    assert (label_map == VESSEL).sum() == 25
    assert (label_map == CATHETER).sum() == 15


def test_a_negative_click_takes_from_its_label_also_where_it_only_adds() -> None:
    label_map = replayed(a_step(), a_step(2, (10.0, 12.0), overlap=Overlap.ADD, is_positive=False))

    assert label_map.sum() == 10


@pytest.mark.parametrize("is_positive", [True, False])
def test_what_a_prompt_points_at_is_subtracted_whatever_its_sign(is_positive: bool) -> None:
    label_map = replayed(a_step(), a_step(2, (10.0, 12.0), overlap=Overlap.SUBTRACT, is_positive=is_positive))

    assert label_map.sum() == 10


def test_a_drawn_mask_is_taken_as_it_is() -> None:
    drawn = np.zeros(SHAPE, bool)
    drawn[0, :7] = True

    label_map = replayed(a_step(), a_step(2, drawn=drawn), rules=CleanUp(min_area_px=10))

    assert np.array_equal(label_map > 0, drawn)


def test_what_was_clicked_before_stays_when_only_clicked_parts_do() -> None:
    start = EMPTY.copy()
    start[0, 25:] = VESSEL

    label_map = replayed(a_step(), a_step(2, (17.0, 25.0)), start=start, rules=CleanUp(only_clicked=True))

    assert label_map.sum() == 50
    assert not label_map[0].any()


def test_the_start_is_not_changed() -> None:
    start = EMPTY.copy()
    start.flags.writeable = False

    replayed(a_step(), start=start)

    assert not start.any()
