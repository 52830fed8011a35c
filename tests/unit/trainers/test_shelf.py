import json
from pathlib import Path

import numpy as np
import pytest

from lib.phantom import TERRITORIES
from lib.phantom.model import CentreLine
from lib.trainers import shelf
from lib.trainers.dataset import open_shelf
from lib.trainers.shelf import (
    CENTRE_LINE,
    FIELD,
    VESSEL,
    centre_line_raster,
    entry_file,
    make_shelf,
    pick_frames,
    picture_file,
    shelve,
)


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "SIZES", (128,))
    monkeypatch.setattr(shelf, "SIZE_SHARES", (1.0,))


@pytest.mark.usefixtures("_small")
def test_a_shelved_run_has_pictures_and_their_truth(tmp_path: Path) -> None:
    shelve(tmp_path, 3, 2)

    entry = open_shelf(tmp_path, range(3, 4)).entries[0]
    pictures = np.load(picture_file(tmp_path, 3))
    bits = pictures[..., 4]
    assert pictures.shape == (entry.n_picks, 128, 128, 5)
    assert entry.territory in TERRITORIES
    assert len(entry.quantiles) == entry.n_picks
    assert (bits & FIELD).any()
    assert not ((bits & CENTRE_LINE > 0) & (bits & VESSEL == 0)).any()


@pytest.mark.usefixtures("_small")
def test_a_seed_gives_the_same_pictures_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        shelve(tmp_path / name, 5, 2)

    files = [picture_file(tmp_path / name, 5).read_bytes() for name in ("a", "b")]
    assert files[0] == files[1]


def test_a_run_that_is_there_is_not_filmed_again(tmp_path: Path) -> None:
    entry_file(tmp_path, 0).write_text(json.dumps({"seed": 0}), encoding="utf-8")

    make_shelf(tmp_path, range(1), 2)

    assert not picture_file(tmp_path, 0).exists()


def test_picked_frames_are_filmed_with_their_neighbours() -> None:
    for seed in range(40):
        picks, filmed = pick_frames(30, 4, np.random.default_rng(seed))

        assert 1 <= len(picks) <= 4
        assert set(filmed) >= {n for t in picks for n in (t - 1, t, t + 1) if 0 <= n < 30}
        assert list(filmed) == sorted(set(filmed))


@pytest.mark.parametrize("n_frames", [1, 2, 3])
def test_a_short_run_gives_what_it_has(n_frames: int) -> None:
    for seed in range(20):
        picks, filmed = pick_frames(n_frames, 4, np.random.default_rng(seed))

        assert picks
        assert set(picks) <= set(filmed) <= set(range(n_frames))


def test_a_centre_line_is_three_pixels_wide_and_ends_at_the_border() -> None:
    points = np.array([[5.0, x] for x in np.arange(-4, 40, 0.5)])
    line = CentreLine("a", points, np.ones(len(points)), np.arange(len(points)))

    raster = centre_line_raster([line], (20, 32))

    assert raster.sum(axis=0).tolist() == [3] * 32
