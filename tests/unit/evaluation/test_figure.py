import numpy as np

from lib.evaluation.evaluate import Method, evaluate
from lib.evaluation.figure import GAP_PX, N_SHOWN, TILE_PX, TITLE_PX, draw_figure
from tests.evaluation_cases import DrawnCase, bar, dark_is_vessel
from tests.seg_labels import label_table

METHOD = Method(dark_is_vessel, label_table())


def test_a_figure_has_four_worst_and_four_median_cases() -> None:
    cases = [DrawnCase(str(n), bar(4 + 4 * n)) for n in range(12)]

    picture = draw_figure(evaluate(cases, METHOD), cases, METHOD)

    assert picture.shape == (N_SHOWN * (TILE_PX + TITLE_PX), 6 * TILE_PX + GAP_PX, 3)


def test_a_single_case_is_both() -> None:
    cases = [DrawnCase("only", np.zeros((64, 48), bool))]

    picture = draw_figure(evaluate(cases, METHOD), cases, METHOD)

    assert picture.shape[0] == TILE_PX + TITLE_PX


def test_a_run_is_segmented_once_for_all_of_its_frames() -> None:
    calls = []
    method = Method(lambda cine: calls.append(1) or dark_is_vessel(cine), METHOD.table)
    cases = [DrawnCase("run", np.stack([bar(20), bar(30), bar(40)]), times=(0, 1, 2), is_run=True)]

    draw_figure(evaluate(cases, METHOD), cases, method)

    assert len(calls) == 1


def test_the_truth_is_drawn_in_the_middle() -> None:
    table = label_table()
    nothing = Method(lambda cine: np.zeros(cine.frames.shape, np.uint8), table)
    cases = [DrawnCase("a", bar(60))]

    picture = draw_figure(evaluate(cases, nothing), cases, nothing).astype(int)

    red = (picture[..., 0] - picture[..., 1] > 40)[TITLE_PX:]
    assert red[:, TILE_PX : 2 * TILE_PX].any()
    assert not red[:, :TILE_PX].any()
    assert not red[:, 2 * TILE_PX : 3 * TILE_PX].any()
