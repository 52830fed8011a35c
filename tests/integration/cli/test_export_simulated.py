"""A simulated run with its exact truth becomes a data set, whose masks are that truth."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.cli.main import run
from lib.labels import load_label_table
from lib.phantom import draw_scenario, simulate
from lib.settings import PROJECT_FOLDER, settings


@pytest.fixture
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    settings.cache_clear()


@pytest.mark.usefixtures("_data_folder")
def test_simulated_runs_try_a_format_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    scenario = draw_scenario(7, size=64)
    t = int(0.9 * scenario.n_frames)
    truth = simulate(scenario, [t]).truth.vessel[0]

    wish = ("--phantom", "1", "--seed", "7", "--size", "64", "--json")
    code = run(["export", "png", str(tmp_path / "set"), *wish])

    said = json.loads(capsys.readouterr().out)
    last = Image.open(sorted((tmp_path / "set").glob("masks/*/*.png"))[-1])
    marked = np.asarray(last) == table.by_name("vessel").index
    devices = np.asarray(last) > table.by_name("vessel").index
    assert (code, said["n_runs"], said["n_frames"]) == (0, 1, 4)
    assert np.array_equal(marked | (truth & devices), truth)
