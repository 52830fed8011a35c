import json
from pathlib import Path

import pytest
import torch

from lib.errors import RecipeError
from lib.networks.vessel_net import VesselNet
from lib.networks.weights import load_net, save_weights
from lib.trainers import shelf
from lib.trainers.base import Places, train_base
from lib.trainers.recipe import Recipe

RECIPE = Recipe(
    runs=1, picks=1, validation_runs=1, validation_picks=1, steps=2, batch=1, crop_px=32, widths=(4, 6)
)


def test_seeds_become_weights_and_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    for seed in (0, 1, shelf.VALIDATION_SEED):
        _shelve_small(tmp_path, seed, monkeypatch)

    report = train_base(RECIPE.model_copy(update={"runs": 2}), Places(tmp_path / "out", tmp_path / "shelf"))

    written = json.loads((tmp_path / "out" / "vessels.json").read_text(encoding="utf-8"))
    assert load_net(tmp_path / "out" / report["weights"], report["sha256"]).widths == (4, 6)
    assert written["sha256"] == report["sha256"]
    assert written["cost"]["machine"]
    assert written["recipe"]["steps"] == written["steps"] == 2
    assert "vessel" in written["validation"]["all"]


def test_a_report_names_the_weights_that_a_training_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    for seed in (0, shelf.VALIDATION_SEED):
        _shelve_small(tmp_path, seed, monkeypatch)
    first = save_weights(VesselNet(widths=(4, 6)), tmp_path / "first.safetensors")

    report = train_base(RECIPE, Places(tmp_path / "out", tmp_path / "shelf", tmp_path / "first.safetensors"))

    assert report["after"] == first


def test_weights_of_other_widths_are_refused_before_a_run_is_filmed(tmp_path: Path) -> None:
    save_weights(VesselNet(widths=(4, 8)), tmp_path / "first.safetensors")

    with pytest.raises(RecipeError, match=r"widths.*\[4, 8\]"):
        train_base(RECIPE, Places(tmp_path / "out", tmp_path / "shelf", tmp_path / "first.safetensors"))

    assert not (tmp_path / "shelf").exists()


def _shelve_small(folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Film a run of 128 x 128 here, where a worker process would film a large one."""
    from lib.phantom import VERSION

    monkeypatch.setattr(shelf, "SIZES", (128,))
    monkeypatch.setattr(shelf, "SIZE_SHARES", (1.0,))
    place = folder / "shelf" / f"phantom-{VERSION}" / "1-picks"
    place.mkdir(parents=True, exist_ok=True)
    shelf.shelve(place, seed, 1)
