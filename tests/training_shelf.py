"""A small shelf whose runs nobody filmed: a vessel and a device on an even background."""

from dataclasses import asdict
from json import dumps
from pathlib import Path

import numpy as np

from lib.networks.stack import quantiles_of
from lib.trainers.dataset import Shelf, open_shelf
from lib.trainers.shelf import (
    CENTRE_LINE,
    DEVICE,
    FIELD,
    SEEN,
    SEEN_ALONE,
    VESSEL,
    Entry,
    entry_file,
    picture_file,
)

SIDE = 96


def make_small_shelf(folder: Path, n_runs: int = 3, n_picks: int = 2) -> Shelf:
    """Write runs whose vessel is dark rows and whose device dark columns; columns 0 to 7 are no field."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(n_runs):
        random = np.random.default_rng(seed)
        pictures = random.normal(160, 6, (n_picks, SIDE, SIDE, 5))
        row = 20 + 10 * seed
        pictures[:, row : row + 8, :, :3] -= 60
        pictures[:, :, 60:64, :4] -= 40
        pictures[:, :, :8] = 0
        stored = pictures.clip(0, 255).astype(np.uint8)
        stored[..., 4] = 0
        stored[:, row : row + 8, 8:, 4] |= VESSEL
        stored[:, row + 3 : row + 6, 8:, 4] |= CENTRE_LINE
        stored[:, :, 60:64, 4] |= DEVICE
        stored[:, :, 8:, 4] |= FIELD | SEEN | SEEN_ALONE
        frame, background = stored[0, ..., 1] / np.float32(255), stored[0, ..., 3] / np.float32(255)
        inside = stored[0, ..., 4] > 0
        both = tuple(tuple(map(float, quantiles_of(frame, other, inside))) for other in (background, frame))
        entry = Entry(seed, "coronary", bool(seed % 2), n_picks, SIDE, (both,) * n_picks)  # type: ignore[arg-type]
        np.save(picture_file(folder, seed), stored)
        entry_file(folder, seed).write_text(dumps(asdict(entry)), encoding="utf-8")
    return open_shelf(folder, range(n_runs))
