from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lib.cli.main import run
from tests.evaluation_cases import put_pair
from tests.vessel_runs import filled_frame, vessel_truth

RunJson = Callable[..., tuple[int, dict[str, Any], str]]
CLASSICAL = ("--model", "vesselness")
"""The method that finds something in pictures this small, and needs no weights."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two images of a tree, one of whose masks is empty."""
    image = (filled_frame(256) * 255).round().astype(np.uint8)
    put_pair(tmp_path, "1_full", image, vessel_truth(256) * np.uint8(255))
    put_pair(tmp_path, "2_none", np.full_like(image, 128), np.zeros_like(image))
    return tmp_path


def test_a_method_is_scored_on_a_folder(folder: Path, run_json: RunJson) -> None:
    code, said, _ = run_json("evaluate", folder, "--task", "automatic", *CLASSICAL)

    assert code == 0
    assert (said["n"], said["n_empty"], said["model"], said["prune"]) == (2, 1, "vesselness", "none")
    assert said["dice_mean"] > 0.8
    assert said["worst"][0]["name"] == "1_full"
    assert said["recall_mean"] == said["recall_unpruned_mean"]


def test_pruning_leaves_the_unpruned_figures_as_they_are(folder: Path, run_json: RunJson) -> None:
    _, whole, _ = run_json("evaluate", folder, *CLASSICAL)
    _, pruned, _ = run_json("evaluate", folder, *CLASSICAL, "--prune", "main")

    assert pruned["recall_unpruned_mean"] == whole["recall_mean"]
    assert pruned["recall_mean"] <= whole["recall_mean"]


def test_parameters_reach_the_method(folder: Path, run_json: RunJson) -> None:
    _, usual, _ = run_json("evaluate", folder, *CLASSICAL)
    _, nothing, _ = run_json(
        "evaluate", folder, *CLASSICAL, "--set", "min_length_mm=200", "--set", "sensitivity=0"
    )

    assert nothing["recall_mean"] < usual["recall_mean"]


def test_people_get_a_line_for_each_figure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(folder)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("dice_mean") and "95 % interval" in line for line in lines)
    assert any(line.startswith("worst: 1_full") for line in lines)


def test_a_figure_is_drawn(folder: Path, tmp_path: Path, run_json: RunJson) -> None:
    _, _, remarks = run_json("evaluate", folder, *CLASSICAL, "--figure", tmp_path / "out" / "figure.png")

    assert cv2.imread(str(tmp_path / "out" / "figure.png")) is not None
    assert "figure.png" in remarks


def test_a_bad_pair_is_named_and_the_others_are_scored(folder: Path, run_json: RunJson) -> None:
    put_pair(folder, "3_bad", np.zeros((9, 9), np.uint8), np.zeros((9, 8), np.uint8))

    code, said, remarks = run_json("evaluate", folder, *CLASSICAL)

    assert code == 1
    assert said["n"] == 2
    assert [failure["name"] for failure in said["failed"]] == ["3_bad"]
    assert "3_bad" in remarks


def test_a_folder_without_truth_is_one_sentence(tmp_path: Path, run_json: RunJson) -> None:
    code, said, _ = run_json("evaluate", tmp_path, *CLASSICAL)

    assert code == 1
    assert "holds nothing that can be scored" in said["error"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--model", "no-such"], "There is no method 'no-such'"),
        (["--set", "sensitivity=7"], "Parameter sensitivity cannot be '7'"),
        (["--set", "sensitivity"], "'sensitivity' is not NAME=VALUE"),
        (["--task", "interactive"], "automatic"),
        (["--prune", "most"], "main"),
    ],
)
def test_a_wrong_wish_is_wrong_usage(
    arguments: list[str], sentence: str, folder: Path, run_json: RunJson
) -> None:
    code, said, _ = run_json("evaluate", folder, *CLASSICAL, *arguments)

    assert code == 2
    assert sentence in said["error"]
