import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lib.cli.main import run
from lib.evaluation.evaluate import Method

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


def scored(folder: Path, method: Method, *, on_case: Callable[[], None]) -> dict[str, Any]:
    """Return figures of one run and one that failed, as the room of evaluation does."""
    assert callable(method.segment)
    on_case()
    failed = [{"name": folder.name, "reason": "It is broken."}]
    return {"n": 7, "diameter_bias_mm": 0.02, "true_masks": {"n": 9}, "failed": failed}


@pytest.fixture(autouse=True)
def _fake_score(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fake answer."""
    measuring = ModuleType("measuring")
    vars(measuring)["evaluate_measure"] = scored
    monkeypatch.setitem(sys.modules, "lib.evaluation.measure", measuring)


def test_measurement_is_scored_by_its_own_room(tmp_path: Path, run_json: RunJson) -> None:
    code, said, remarks = run_json("evaluate", tmp_path, "--task", "measure")

    assert (said["task"], said["n"], said["diameter_bias_mm"]) == ("measure", 7, 0.02)
    assert code == 1
    assert f"failed: {tmp_path.name}: It is broken." in remarks


def test_people_get_a_line_for_each_figure_of_the_measurement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["evaluate", str(tmp_path), "--task", "measure"])

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["diameter_bias_mm", "0.02"] in lines
    assert ["true_masks", "n", "9"] in lines
