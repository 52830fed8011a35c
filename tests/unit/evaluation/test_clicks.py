import tracemalloc
from typing import Any

import numpy as np
import pytest

from lib.errors import TruthShapeError, UnknownModelError
from lib.evaluation.clicks import Ritual, click_through, evaluate_clicks, iou_of
from lib.interaction.rituals import ClickProtocol, Start
from tests.click_cases import SquareClicker
from tests.evaluation_cases import DrawnCase, bar
from tests.seg_labels import label_table
from tests.vessel_runs import TREE, curve

TABLE = label_table()


def dark(frame: np.ndarray) -> np.ndarray:
    """Find everything dark."""
    return frame < 0.5


def ritual(clicker: SquareClicker | None = None, **settings: Any) -> Ritual:
    return Ritual(clicker or SquareClicker(), TABLE, **settings)


def test_each_click_is_answered_on_the_mask_before_it() -> None:
    square = np.zeros((64, 64), bool)
    square[20:25, 20:25] = square[40:45, 40:45] = True

    session = click_through(DrawnCase("a", square), ritual(n_clicks=3, start=Start.EMPTY))

    assert session is not None
    assert session.iou == (0.0, 0.5, 1.0, 1.0)
    assert len(session.click_ms) == 2, "nothing is left for a third click"
    assert session.surface_dice == (0.0, pytest.approx(2 / 3), 1.0, 1.0)


def test_the_number_of_clicks_asked_for_is_reported_too() -> None:
    assert ritual(n_clicks=4).reported == (0, 1, 2, 3, 4)
    assert ritual().reported == (0, 1, 2, 3, 5, 10, 20)
    assert ritual(n_clicks=1).reported == (0, 1)


def test_borders_are_compared_at_the_reported_numbers_only() -> None:
    session = click_through(DrawnCase("a", bar(60)), ritual(n_clicks=8))

    assert session is not None
    assert len(session.iou) == 9
    assert len(session.surface_dice) == len((0, 1, 2, 3, 5, 8))


def test_a_person_whom_nobody_hears_clicks_somewhere_else() -> None:
    points = []

    class Deaf(SquareClicker):
        def answer(self, encoding: Any, mask: np.ndarray, prompt: Any) -> np.ndarray:  # noqa: ARG002
            points.append(prompt.points[0])
            return mask

    click_through(DrawnCase("a", bar(60)), ritual(Deaf(), n_clicks=6))

    assert len(set(points)) == 6


def test_the_automatic_result_is_what_the_first_click_corrects() -> None:
    session = click_through(DrawnCase("a", bar(30)), ritual(SquareClicker(dark)))

    assert session is not None
    assert session.iou == (1.0,) * 21
    assert session.click_ms == ()


def test_the_main_branches_of_the_automatic_result_may_be_the_start() -> None:
    trunk = curve(*TREE[0], 256) > 0
    with_a_twig = trunk | (curve(TREE[2][0], 3, 256) > 0)
    clicker = SquareClicker(lambda _: with_a_twig)

    starts = {
        start: click_through(DrawnCase("a", trunk), ritual(clicker, start=start, n_clicks=1))
        for start in Start
    }

    iou = {start: session.iou[0] for start, session in starts.items() if session}
    assert 0 == iou[Start.EMPTY] < iou[Start.AUTOMATIC] < iou[Start.MAIN]


def test_an_empty_start_does_not_ask_for_the_automatic_result() -> None:
    clicker = SquareClicker(dark)

    click_through(DrawnCase("a", bar(30)), ritual(clicker, start=Start.EMPTY))

    assert (clicker.n_encoded, clicker.n_started) == (1, 0)


def test_a_frame_is_encoded_once_for_all_its_clicks() -> None:
    clicker = SquareClicker()

    session = click_through(DrawnCase("a", bar(60)), ritual(clicker))

    assert session is not None
    assert len(session.click_ms) > 5
    assert (clicker.n_encoded, clicker.n_started) == (1, 1)


def test_a_click_after_which_the_overlap_falls_made_it_worse() -> None:
    class Eraser(SquareClicker):
        def answer(self, *_: Any) -> np.ndarray:
            return np.zeros((64, 64), bool)

    eraser = Eraser(lambda _: bar(20))

    session = click_through(DrawnCase("a", bar(30)), ritual(eraser, n_clicks=3))

    assert session is not None
    assert session.worse == (True, False, False)


def test_of_a_run_the_frame_with_most_vessel_is_clicked() -> None:
    truth = np.stack([bar(20), bar(60), bar(40), bar(50)])
    case = DrawnCase("run", truth, times=(0, 2, 3), is_run=True)

    session = click_through(case, ritual(SquareClicker(dark)))

    assert session is not None
    assert session.name == "run frame 4"
    assert session.iou[0] == 1.0


def test_a_truth_without_a_vessel_is_counted_apart() -> None:
    cases = [DrawnCase("a", bar(0)), DrawnCase("b", bar(9)), DrawnCase("c", bar(9), times=())]

    evaluation = evaluate_clicks(cases, ritual(n_clicks=1))

    assert [session.name for session in evaluation.sessions] == ["b"]
    assert evaluation.n_empty == 2


def test_a_hurried_session_depends_on_the_name_alone() -> None:
    hurried = ritual(protocol=ClickProtocol.HURRIED, n_clicks=5)

    first = evaluate_clicks([DrawnCase("a", bar(60)), DrawnCase("b", bar(60))], hurried).sessions
    again = evaluate_clicks([DrawnCase("b", bar(60))], hurried).sessions

    assert again[0].iou == first[1].iou
    assert first[0].iou != first[1].iou


def test_a_case_that_cannot_be_read_does_not_stop_the_others() -> None:
    class Broken(DrawnCase):
        def open(self, table: Any) -> Any:  # noqa: ARG002  # as `Case` says
            raise TruthShapeError(self.name, (1, 2, 3), (1, 2, 4))

    seen: list[None] = []
    cases = [Broken("a", bar(9)), DrawnCase("b", bar(9))]

    evaluation = evaluate_clicks(cases, ritual(n_clicks=1), lambda: seen.append(None))

    assert [failure.name for failure in evaluation.failures] == ["a"]
    assert "1 x 2 x 3" in evaluation.failures[0].reason
    assert len(evaluation.sessions) == 1
    assert len(seen) == 2


def test_an_engine_without_its_weights_ends_it_at_once() -> None:
    class Bare(SquareClicker):
        def encode(self, *_: Any) -> Any:
            raise UnknownModelError("clicks", [])

    with pytest.raises(UnknownModelError):
        evaluate_clicks([DrawnCase("a", bar(9))], ritual(Bare()))


def test_intersection_over_union_is_what_it_is_called() -> None:
    assert iou_of(bar(30), bar(40)) == pytest.approx(0.75)
    assert iou_of(bar(0), bar(0)) == 1.0
    assert iou_of(bar(0), bar(40)) == 0.0


def test_memory_does_not_grow_with_the_set() -> None:
    cases = [DrawnCase(str(n), np.kron(bar(20), np.ones((2, 2), bool))) for n in range(12)]
    evaluate_clicks(cases[:1], ritual(n_clicks=2))
    tracemalloc.start()

    evaluation = evaluate_clicks(cases, ritual(n_clicks=2))

    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(evaluation.sessions) == 12
    assert kept < 2 * 128 * 128 * 4, "less than two of the twelve frames"
