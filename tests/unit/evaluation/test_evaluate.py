import tracemalloc
from typing import Any

import numpy as np
import pytest

from lib.errors import TruthShapeError, UnknownModelError
from lib.evaluation.evaluate import Evaluation, Method, evaluate
from lib.evaluation.report import summary
from tests.evaluation_cases import DrawnCase, bar, dark_is_vessel
from tests.seg_labels import label_table

TABLE = label_table()
DARK = Method(dark_is_vessel, TABLE)


def called_vessel(mask: np.ndarray) -> Method:
    """Return a method that finds the same mask on every frame."""
    index = np.uint8(TABLE.by_name("vessel").index)
    return Method(lambda cine: np.broadcast_to(mask * index, cine.frames.shape), TABLE)


def test_a_method_that_finds_the_truth_scores_one_everywhere() -> None:
    figures = summary(evaluate([DrawnCase("a", bar(20)), DrawnCase("b", bar(40))], DARK))

    assert (figures["n"], figures["n_empty"], figures["failed"]) == (2, 0, [])
    assert figures["dice_mean"] == figures["cldice_mean"] == figures["recall_unpruned_mean"] == 1.0
    assert figures["hd95_mean_px"] == 0.0
    assert figures["dice_ci"] == [1.0, 1.0]
    assert figures["ms_per_frame"] > 0


def test_the_keys_are_those_that_were_agreed() -> None:
    figures = summary(evaluate([DrawnCase("a", bar(20))], DARK))

    assert {
        "n", "n_empty", "dice_mean",
        "dice_median", "dice_p05", "cldice_mean", "precision_mean",
        "recall_mean", "recall_unpruned_mean", "hd95_mean_px", "surface_dice_2px_mean",
        "ms_per_frame", "worst",
    } <= set(figures)  # fmt: skip


def test_mean_median_and_fifth_percentile_are_of_the_frames() -> None:
    cases = [DrawnCase(str(n), bar(10 + 2 * n), subject=str(n)) for n in range(21)]

    figures = summary(evaluate(cases, called_vessel(bar(50))))

    dice = [2 * (10 + 2 * n) / (60 + 2 * n) for n in range(21)]
    assert figures["dice_mean"] == pytest.approx(np.mean(dice), abs=1e-4)
    assert figures["dice_median"] == pytest.approx(dice[10], abs=1e-4)
    assert figures["dice_p05"] == pytest.approx(dice[1], abs=1e-4)
    low, high = figures["dice_ci"]
    assert low < figures["dice_mean"] < high


def test_the_worst_ten_are_named_worst_first() -> None:
    cases = [DrawnCase(f"case {n:02}", bar(10 + 2 * n)) for n in range(15)]

    worst = summary(evaluate(cases, called_vessel(bar(50))))["worst"]

    assert [one["name"] for one in worst] == [f"case {n:02}" for n in range(10)]


def test_both_empty_scores_one_and_is_counted_apart() -> None:
    nothing = np.zeros((64, 64), bool)
    cases = [DrawnCase("a", nothing), DrawnCase("b", bar(30))]

    figures = summary(evaluate(cases, called_vessel(nothing)))

    assert (figures["n"], figures["n_empty"]) == (2, 1)
    assert figures["dice_mean"] == 0.5
    assert figures["dice_filled_mean"] == 0.0


def test_pruning_changes_the_result_and_not_what_is_unpruned() -> None:
    method = called_vessel(bar(60))
    pruned = Method(method.segment, TABLE, prune=lambda mask: mask & bar(20))

    figures = summary(evaluate([DrawnCase("a", bar(40))], pruned))

    assert figures["recall_mean"] == 0.5
    assert figures["precision_mean"] == 1.0
    assert figures["recall_unpruned_mean"] == 1.0
    assert figures["precision_unpruned_mean"] == pytest.approx(2 / 3, abs=1e-4)


def test_only_frames_with_a_truth_are_scored_and_named_from_one() -> None:
    truth = np.stack([bar(20), bar(30), bar(40)])

    scored = evaluate([DrawnCase("run", truth, times=(0, 2), is_run=True)], DARK).frames

    assert [frame.name for frame in scored] == ["run frame 1", "run frame 3"]


def test_catheters_and_guidewires_are_one_class() -> None:
    index = TABLE.by_name("guidewire").index
    method = Method(lambda cine: np.broadcast_to(bar(20, 40) * np.uint8(index), cine.frames.shape), TABLE)
    with_truth = DrawnCase("a", bar(20), device=bar(20, 40))

    figures = summary(evaluate([with_truth, DrawnCase("b", bar(20))], method))

    assert (figures["device_dice_mean"], figures["n_device"]) == (1.0, 1)
    assert "device_dice_mean" not in summary(evaluate([DrawnCase("b", bar(20))], method))


@pytest.mark.parametrize(("called", "vessel_dice"), [("device", 1.0), ("vessel", 1.0), (None, 2 / 3)])
def test_a_device_in_a_vessel_may_be_called_either_but_not_nothing(
    called: str | None, vessel_dice: float
) -> None:
    vessel, device = bar(40), bar(20)
    found = np.where(vessel & ~device, TABLE.by_name("vessel").index, 0)
    if called:
        found = np.where(device, TABLE.by_name(called).index, found)
    method = Method(lambda cine: np.broadcast_to(found.astype(np.uint8), cine.frames.shape), TABLE)

    figures = summary(evaluate([DrawnCase("a", vessel, device=device)], method))

    assert figures["dice_mean"] == pytest.approx(vessel_dice, abs=1e-4)
    assert figures["device_dice_mean"] == (1.0 if called else 0.0)


def test_each_group_has_figures_of_its_own() -> None:
    cases = [DrawnCase("a", bar(20), group="renal DSA"), DrawnCase("b", bar(40), group="coronary native")]

    groups = summary(evaluate(cases, called_vessel(bar(40))))["groups"]

    assert groups["coronary native"]["dice_mean"] == 1.0
    assert groups["renal DSA"]["dice_mean"] == pytest.approx(2 / 3, abs=1e-4)


def test_a_case_that_cannot_be_read_does_not_stop_the_others() -> None:
    class Broken(DrawnCase):
        def open(self, table: Any) -> Any:  # noqa: ARG002  # as `Case` says
            raise TruthShapeError(self.name, (1, 2, 3), (1, 2, 4))

    evaluation = evaluate([Broken("a", bar(9)), DrawnCase("b", bar(9))], DARK)

    assert [failure.name for failure in evaluation.failures] == ["a"]
    assert "1 x 2 x 3" in evaluation.failures[0].reason
    assert len(evaluation.frames) == 1


def test_a_method_without_its_weights_ends_it_at_once() -> None:
    def segment(cine: Any) -> Any:  # noqa: ARG001
        raise UnknownModelError("vessels", [])

    with pytest.raises(UnknownModelError):
        evaluate([DrawnCase("a", bar(9)), DrawnCase("b", bar(9))], Method(segment, TABLE))


def test_nothing_scored_gives_figures_that_are_none() -> None:
    figures = summary(Evaluation())

    assert figures["n"] == 0
    assert figures["dice_mean"] is None


def test_memory_does_not_grow_with_the_set() -> None:
    cases = [DrawnCase(str(n), np.kron(bar(20), np.ones((2, 2), bool))) for n in range(12)]
    evaluate(cases[:1], DARK)
    tracemalloc.start()

    evaluation = evaluate(cases, DARK)

    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(evaluation.frames) == 12
    assert kept < 2 * 128 * 128 * 4, "less than two of the twelve frames"
