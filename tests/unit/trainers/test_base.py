import json
from pathlib import Path

import pytest
import torch

from lib.networks.weights import load_net
from lib.trainers import shelf
from lib.trainers.base import Places, train_base
from lib.trainers.recipe import Recipe


def test_seeds_become_weights_and_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    for seed in (0, 1, shelf.VALIDATION_SEED):
        _shelve_small(tmp_path, seed, monkeypatch)
    recipe = Recipe(
        runs=2, picks=1, validation_runs=1, validation_picks=1, steps=2, batch=1, crop_px=32, widths=(4, 6)
    )

    report = train_base(recipe, Places(tmp_path / "out", tmp_path / "shelf"))

    written = json.loads((tmp_path / "out" / "vessels.json").read_text(encoding="utf-8"))
    assert load_net(tmp_path / "out" / report["weights"], report["sha256"]).widths == (4, 6)
    assert written["sha256"] == report["sha256"]
    assert written["cost"]["machine"]
    assert written["recipe"]["steps"] == written["steps"] == 2
    assert "vessel" in written["validation"]["all"]


def _shelve_small(folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Film a run of 128 x 128 here, where a worker process would film a large one."""
    from lib.phantom import VERSION

    monkeypatch.setattr(shelf, "SIZES", (128,))
    monkeypatch.setattr(shelf, "SIZE_SHARES", (1.0,))
    place = folder / "shelf" / f"phantom-{VERSION}" / "1-picks"
    place.mkdir(parents=True, exist_ok=True)
    shelf.shelve(place, seed, 1)
