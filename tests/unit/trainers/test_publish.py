import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lib.errors import ModelsFileError, TrainingReportError, WeightsChecksumError
from lib.networks.runtime import open_engine
from lib.networks.vessel_net import VesselNet
from lib.networks.weights import save_weights
from lib.registry import find_model, read_manifest
from lib.trainers import publish as room
from lib.trainers.calibrate import Drop, calibration_stacks, dice
from lib.trainers.publish import Publication, publish


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trained weights with their report; nothing is filmed."""

    def stacks(_: int) -> Iterator[NDArray[np.float32]]:
        yield np.random.default_rng(0).normal(size=(5, 64, 64)).astype(np.float32)

    monkeypatch.setattr(room, "calibration_stacks", stacks)
    monkeypatch.setattr(room, "measure_drop", lambda *_: Drop(4, 0.9, 0.897))
    torch.manual_seed(0)
    path = tmp_path / "trained" / "vessels.safetensors"
    write_report(path, sha256=save_weights(VesselNet(widths=(8, 8, 16)), path))
    return path


def write_report(weights: Path, **changes: Any) -> None:
    report = {
        "recipe": {"runs": 3, "seed": 0},
        "phantom_version": "1",
        "steps": 4,
        "cost": {"machine": "one"},
    }
    weights.with_name("vessels.json").write_text(json.dumps({**report, **changes}))


def test_a_published_model_is_found_and_runs_in_int8(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "models" / "vessels"

    card = publish(Publication(weights, folder, 1, 1))

    model = find_model("vessels", tmp_path / "data", tmp_path / "nothing")
    assert model.card == card
    assert card.measured["dice_drop_int8"] == pytest.approx(0.003)
    answer = open_engine(model, "int8", "cpu").probabilities(np.zeros((1, 5, 64, 64), np.float32))
    assert answer.shape == (1, 2, 64, 64)
    names = {path.name for path in folder.iterdir()}
    assert names == {"models.json", "vessels.safetensors", "vessels-int8.xml", "vessels-int8.bin"}


def test_a_report_of_other_weights_stops_it_with_nothing_written(weights: Path, tmp_path: Path) -> None:
    write_report(weights, sha256="0" * 64)

    with pytest.raises(WeightsChecksumError):
        publish(Publication(weights, tmp_path / "out", 1, 1))

    assert not (tmp_path / "out").exists()


def test_weights_without_a_report_are_not_published(weights: Path, tmp_path: Path) -> None:
    weights.with_name("vessels.json").unlink()

    with pytest.raises(TrainingReportError, match=r"vessels\.json is missing or damaged"):
        publish(Publication(weights, tmp_path / "out", 1, 1))


def test_a_damaged_list_of_models_is_not_written_over(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "models.json").write_text("{")

    with pytest.raises(ModelsFileError):
        publish(Publication(weights, tmp_path / "out", 1, 1))

    assert (tmp_path / "out" / "models.json").read_text() == "{"


def test_other_models_of_the_list_stay(weights: Path, tmp_path: Path) -> None:
    publish(Publication(weights, tmp_path / "out", 1, 1))
    listed = json.loads((tmp_path / "out" / "models.json").read_text())
    listed["models"][0]["id"] = "older"
    (tmp_path / "out" / "models.json").write_text(json.dumps(listed))

    publish(Publication(weights, tmp_path / "out", 1, 1))

    assert [card.id for card in read_manifest(tmp_path / "out").models] == ["older", "vessels"]


def test_calibration_stacks_are_the_network_s_input() -> None:
    stack = next(calibration_stacks(1))

    assert (stack.shape, stack.dtype) == ((5, 512, 512), np.float32)
    assert np.isfinite(stack).all()


def test_dice_of_half_an_overlap_is_half() -> None:
    mask, truth = np.zeros((2, 4), bool), np.zeros((2, 4), bool)
    mask[0], truth[0, 2:], truth[1, 2:] = True, True, True

    assert dice(mask, truth) == pytest.approx(0.5)
