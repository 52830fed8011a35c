import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from lib.cli.main import run
from tests.click_cases import SquareClicker
from tests.evaluation_cases import bar, put_pair

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


def propagated(folder: Path, *, on_case: Callable[[], None]) -> dict[str, Any]:
    """Return figures of one run and one that failed, as the room of propagation does."""
    on_case()
    return {
        "n": 1,
        "dice_mean": 0.9,
        "dice_by_distance": {"1": 0.95},
        "baselines": {"copy": 0.5},
        "fps": None,
        "failed": [{"name": folder.name, "reason": "It is broken."}],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two images of a bar, and one without."""
    for name, length in (("1_short", 20), ("2_long", 60), ("3_none", 0)):
        mask = bar(length)
        put_pair(tmp_path, name, np.where(mask, 60, 200).astype(np.uint8), mask * np.uint8(255))
    return tmp_path


@pytest.fixture(autouse=True)
def _no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fake answer the clicks and one the propagation."""
    clicking, propagation = ModuleType("clicking"), ModuleType("propagation")
    vars(clicking)["open_clicker"] = lambda: SquareClicker(lambda frame: frame < 0.0)
    vars(propagation)["evaluate_propagation"] = propagated
    monkeypatch.setitem(sys.modules, "lib.infers.clicking", clicking)
    monkeypatch.setitem(sys.modules, "lib.evaluation.propagation", propagation)


def test_a_folder_is_clicked_through(folder: Path, run_json: RunJson) -> None:
    code, said, _ = run_json("evaluate", folder, "--task", "clicks")

    assert code == 0
    assert (said["n"], said["n_empty"], said["n_subjects"]) == (2, 1, 2)
    assert (said["task"], said["engine"], said["protocol"], said["start"], said["clicks"]) == (
        ("clicks", "square 1", "center", "automatic", 20)
    )
    assert list(said["iou_at"]) == ["0", "1", "2", "3", "5", "10", "20"]
    assert said["iou_at"]["0"] == 0.0
    assert said["iou_at"]["20"] > 0.6


def test_protocol_start_and_number_of_clicks_are_heard(folder: Path, run_json: RunJson) -> None:
    options = ("--protocol", "hurried", "--start", "main", "--clicks", "4")

    _, said, _ = run_json("evaluate", folder, "--task", "clicks", *options)

    assert (said["protocol"], said["start"], said["clicks"]) == ("hurried", "main", 4)
    assert list(said["iou_at"]) == ["0", "1", "2", "3", "4"]


def test_people_get_a_small_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(folder), "--task", "clicks", "--clicks", "5"]) == 0

    said = capsys.readouterr().out
    assert "2 frames, 1 without vessels left out" in said
    assert all(word in said for word in ("surface Dice 2 px", "IoU wanted", "worse_share", "worst: 2_long"))
    assert len(said.splitlines()) < 35


def test_a_bad_pair_is_named_and_the_others_are_clicked(folder: Path, run_json: RunJson) -> None:
    put_pair(folder, "4_bad", np.zeros((9, 9), np.uint8), np.zeros((9, 8), np.uint8))

    code, said, remarks = run_json("evaluate", folder, "--task", "clicks", "--clicks", "1")

    assert (code, said["n"]) == (1, 2)
    assert [failure["name"] for failure in said["failed"]] == ["4_bad"]
    assert "4_bad" in remarks


def test_the_propagation_is_scored_by_its_own_room(folder: Path, run_json: RunJson) -> None:
    code, said, remarks = run_json("evaluate", folder, "--task", "propagation")

    assert (said["task"], said["dice_mean"], said["baselines"]) == ("propagation", 0.9, {"copy": 0.5})
    assert code == 1
    assert f"{folder.name}: It is broken." in remarks


def test_people_get_a_line_for_each_figure_of_the_propagation(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["evaluate", str(folder), "--task", "propagation"])

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["dice_by_distance", "1", "0.95"] in lines
    assert ["baselines", "copy", "0.5"] in lines
    assert ["fps", "-"] in lines


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--clicks", "5"], "--clicks belongs to --task clicks and does nothing for --task automatic"),
        (["--protocol", "center"], "--protocol belongs to --task clicks"),
        (["--start", "main", "--task", "propagation"], "nothing for --task propagation"),
        (["--task", "clicks", "--model", "vessels"], "--model belongs to --task automatic"),
        (["--task", "clicks", "--prune", "none"], "--prune belongs to --task automatic"),
        (["--task", "clicks", "--set", "a=1"], "--set belongs to --task automatic"),
        (["--task", "propagation", "--figure", "a.png"], "--figure belongs to --task automatic"),
        (["--task", "clicks", "--clicks", "0"], "1"),
        (["--task", "clicks", "--protocol", "slow"], "hurried"),
    ],
)
def test_an_option_of_another_task_is_wrong_usage(
    arguments: list[str], sentence: str, folder: Path, run_json: RunJson
) -> None:
    code, said, _ = run_json("evaluate", folder, *arguments)

    assert code == 2
    assert sentence in said["error"]
