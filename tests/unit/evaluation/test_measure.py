import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.errors import NothingToScoreError, TruthUnreadableError
from lib.evaluation.evaluate import Method
from lib.evaluation.measure import evaluate_measure
from lib.evaluation.measure_figures import agreement, lesion_figures, point_figures
from lib.evaluation.measure_lesions import ScoredLesion
from lib.evaluation.measure_points import Points
from lib.evaluation.measure_truth import TrueFrame, TrueRun, TrueVessel
from lib.frames.cine import Cine
from lib.phantom import draw_scenario, simulate
from lib.phantom.dicom import write_run
from lib.phantom.truth_files import read_masks
from tests.seg_labels import label_table

SEED, SIZE, N_FRAMES, T = 9400005, 160, 12, 11


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small run of the phantom."""
    folder = tmp_path_factory.mktemp("phantom")
    run = simulate(draw_scenario(SEED, "coronary", False, SIZE, N_FRAMES))
    write_run(run, folder, "run")
    return folder


def perfect(folder: Path) -> Method:
    """Return a method that knows where the vessels are."""
    vessel = read_masks(folder / "run_truth.npz")["vessel"]
    index = label_table().by_name("vessel").index
    return Method(lambda _: (vessel * index).astype(np.uint8), label_table())


def never(_: Cine) -> np.ndarray:
    raise AssertionError("the whole run was segmented")


def points(found_mm: list[float], true_mm: list[float]) -> Points:
    found, true = np.array(found_mm), np.array(true_mm)
    yes = np.ones(len(true), np.bool_)
    return Points(true, found, found, found + 0.2, np.ones(len(true)), yes, yes)


def test_the_seed_gives_back_what_the_file_says(folder: Path) -> None:
    facts = json.loads((folder / "run_truth.json").read_text())

    truth = TrueRun(folder / "run.dcm", N_FRAMES).at(T)

    assert truth.vessels
    for vessel in truth.vessels:
        said = facts["frames"][T]["centre_lines"][vessel.name]
        places = np.argmin(np.linalg.norm(vessel.yx - np.array(said["yx_px"])[:, None], axis=2), axis=1)
        assert np.abs(vessel.diameter_mm[places] - said["diameter_mm"]).max() < 0.15


def test_a_thing_nearer_to_the_detector_seems_larger(folder: Path) -> None:
    run = TrueRun(folder / "run.dcm", N_FRAMES)

    sizes = np.concatenate([one.diameter_px / one.diameter_mm for one in run.at(T).vessels])

    assert np.ptp(sizes) > 0
    assert sizes.mean() == pytest.approx(run.scenario.view.pixels_per_mm, rel=0.1)


def test_a_truth_of_another_phantom_is_refused(folder: Path, tmp_path: Path) -> None:
    facts = json.loads((folder / "run_truth.json").read_text()) | {"phantom_version": "0"}
    (tmp_path / "run_truth.json").write_text(json.dumps(facts))

    with pytest.raises(TruthUnreadableError, match="Write the run anew"):
        TrueRun(tmp_path / "run.dcm", N_FRAMES)


def test_a_folder_of_runs_is_scored_with_all_its_keys(folder: Path) -> None:
    figures = evaluate_measure(folder, perfect(folder))

    wanted = ("n", "diameter_bias_mm", "diameter_sd_mm", "diameter_slope", "mld_bias_mm", "mld_sd_mm")
    more = ("ds_mae_percent", "length_mae_mm", "baseline_diameter_sd_mm", "calibration_error_percent")
    assert set(figures) >= {*wanted, *more}
    assert figures["n_runs"] == 1
    assert figures["failed"] == []
    assert figures["true_masks"]["n"] == figures["n"]


def test_a_method_that_can_is_asked_for_one_frame_only(folder: Path) -> None:
    whole, asked = perfect(folder), []

    def one(cine: Cine, t: int) -> np.ndarray:
        asked.append(t)
        return whole.segment(cine)[t]

    figures = evaluate_measure(folder, replace(whole, segment=never, segment_frame=one))

    assert len(asked) == 1
    assert figures["n"] == figures["true_masks"]["n"]


def test_a_vessel_that_comes_back_lies_over_itself() -> None:
    way = np.concatenate([np.linspace(0, 60, 121), np.linspace(60, 0, 121)])
    yx = np.stack([np.where(np.arange(242) < 121, 10.0, 17.0), way], axis=1)
    loop = TrueVessel("loop", yx, np.full(242, 1.0), np.full(242, 4.0), np.arange(242) * 0.125, ())

    gap = TrueFrame((loop,), ()).own_gap_px(loop, np.array([5, 60]))

    assert gap == pytest.approx([3.0, 3.0], abs=0.1)


def test_a_straight_vessel_does_not_lie_over_itself() -> None:
    yx = np.stack([np.full(200, 10.0), np.arange(200) / 2], axis=1)
    plain = TrueVessel("plain", yx, np.full(200, 1.0), np.full(200, 4.0), np.arange(200) * 0.125, ())

    assert TrueFrame((plain,), ()).own_gap_px(plain, np.arange(10, 190, 20)).min() > 3


def test_a_folder_without_runs_of_the_phantom_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToScoreError):
        evaluate_measure(tmp_path, Method(lambda _: np.zeros((1, 1, 1), np.uint8), label_table()))


def test_bias_spread_and_slope_are_those_of_the_errors() -> None:
    figures = agreement("x", np.array([1.1, 2.2, 3.3]), np.array([1.0, 2.0, 3.0]))

    assert figures["x_bias_mm"] == pytest.approx(0.2)
    assert figures["x_sd_mm"] == pytest.approx(0.1)
    assert figures["x_slope"] == pytest.approx(1.1)
    assert figures["x_limits_mm"] == pytest.approx([0.004, 0.396])


def test_two_values_have_no_spread() -> None:
    assert agreement("x", np.ones(2), np.arange(2.0))["x_sd_mm"] is None


def test_points_give_the_plain_method_beside_ours() -> None:
    figures = point_figures(points([1.0, 2.0, 3.1, 4.0], [1.0, 2.0, 3.0, 4.0]))

    assert figures["n"] == 4
    assert figures["measured_share"] == 1.0
    assert figures["baseline_diameter_bias_mm"] == pytest.approx(figures["diameter_bias_mm"] + 0.2)


def test_lesions_give_absolute_errors() -> None:
    lesions = [
        ScoredLesion(1.0, 1.1, 50.0, 46.0, 30.0, 8.0, 9.0),
        ScoredLesion(2.0, 2.1, 40.0, 46.0, 40.0, 6.0, 5.0),
    ]

    figures = lesion_figures(lesions, 1)

    assert figures["n_lesions"] == 2
    assert figures["n_lesions_refused"] == 1
    assert figures["ds_mae_percent"] == pytest.approx(5.0)
    assert figures["ds_bias_percent"] == pytest.approx(1.0)
    assert figures["length_mae_mm"] == pytest.approx(1.0)


def test_no_lesions_give_no_figure() -> None:
    assert lesion_figures([], 0)["ds_mae_percent"] is None
