"""Figures of a propagation on small simulated runs, with a network that sees the truth."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from lib.arrays import Frames
from lib.datastore.durable import write_bytes_whole
from lib.errors import NothingToScoreError
from lib.evaluation.branch_truth import branch_truth
from lib.evaluation.propagation import evaluate_propagation
from lib.phantom import draw_scenario, simulate
from lib.phantom.dicom import write_run
from lib.phantom.render import PhantomRun
from lib.propagation.plane import Plane

SEED, SIDE, N_FRAMES = 1_000_201, 128, 14


@pytest.fixture(scope="module")
def run() -> PhantomRun:
    return simulate(draw_scenario(SEED, "cerebral", is_dsa=True, size=SIDE, n_frames=N_FRAMES))


@pytest.fixture(scope="module")
def folder(run: PhantomRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    write_run(run, folder, "cerebral", write_bytes_whole)
    return folder


def test_the_figures_have_the_agreed_names(run: PhantomRun, folder: Path) -> None:
    def look(frames: Frames, is_cancelled: Callable[[], bool]) -> Iterator[tuple[int, Plane]]:  # noqa: ARG001
        for t in range(len(frames)):
            yield t, 0.95 * cv2.GaussianBlur(run.truth.vessel[t].astype(np.float32), (0, 0), 0.7)

    figures = evaluate_propagation(folder, look)

    assert figures["n"] == 1
    assert figures["n_frames"] == N_FRAMES - 1
    assert 0 < figures["dice_mean"] <= 1
    assert set(figures["baselines"]) == {"copy", "flow", "per_frame"}
    assert set(figures["dice_by_distance"]) <= {"1", "2", "4", "8", "16", "32"}
    assert set(figures["branch"]) >= {"dice_mean", "baselines"}
    assert figures["fps"] > 0
    assert figures["failed"] == []


def test_a_branch_is_a_part_of_the_tree_and_not_its_root(run: PhantomRun, folder: Path) -> None:
    vessel = run.truth.vessel
    key = int(vessel.sum(axis=(1, 2)).argmax())

    branch = branch_truth(next(folder.glob("*.dcm")), vessel, key)

    assert branch is not None
    assert branch.mask[key].any()
    assert not (branch.mask & ~vessel).any()
    assert branch.mask[key].sum() < vessel[key].sum()
    assert branch.name != run.scenario.tree.branches[0].name


def test_a_run_without_facts_has_no_branches(run: PhantomRun, tmp_path: Path) -> None:
    assert branch_truth(tmp_path / "run.dcm", run.truth.vessel, 0) is None


def test_a_folder_without_runs_has_nothing_to_score(tmp_path: Path) -> None:
    with pytest.raises(NothingToScoreError):
        evaluate_propagation(tmp_path)
