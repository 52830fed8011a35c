"""From seeds to the shipped weights: films the runs, trains, validates, writes the files."""

import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import torch

from lib.errors import RecipeError
from lib.networks.vessel_net import CLASSES, VesselNet
from lib.networks.weights import checksum, load_net, save_weights
from lib.phantom import VERSION
from lib.trainers.checkpoint import Progress
from lib.trainers.dataset import open_shelf
from lib.trainers.loop import Shelves, train
from lib.trainers.recipe import Recipe
from lib.trainers.shelf import TRAINING_SEED, VALIDATION_SEED, make_shelf

logger = logging.getLogger(__name__)

WEIGHTS: Final = "vessels.safetensors"
REPORT: Final = "vessels.json"


@dataclass(frozen=True)
class Places:
    """Where the training reads and writes.

    Attributes:
        out: Gets the weights, the report and the checkpoint.
        shelf: Holds the simulated runs; may be deleted afterwards.
        after: Weights to begin with, of the recipe's widths; None to begin with none.
    """

    out: Path
    shelf: Path
    after: Path | None = None


def train_base(
    recipe: Recipe,
    places: Places,
    *,
    resume: bool = False,
    on_run: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Make the weights that ship.

    Returns:
        What was trained, how good it is on the validation runs, and what it cost; also in `vessels.json`.

    Raises:
        RecipeError: The weights to begin with have other widths.
        WeightsMissingError: They are not there.
        WeightsUnreadableError: They hold no vessel network.
    """
    before = _before(recipe, places.after)
    places.out.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    shelves = fill_shelves(recipe, places.shelf, on_run)
    filming_s = time.monotonic() - begun
    progress = train(recipe, shelves, places.out, resume=resume, after=before)
    sha256 = save_weights(cast(VesselNet, progress.mean), places.out / WEIGHTS)
    report = {
        **_report(recipe, progress, sha256, filming_s),
        "after": checksum(places.after) if places.after else None,
    }
    (places.out / REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def fill_shelves(recipe: Recipe, shelf: Path, on_run: Callable[[], None] = lambda: None) -> Shelves:
    """Film what the recipe needs and is not there yet."""
    folder = shelf / f"phantom-{VERSION}"
    training = range(TRAINING_SEED, TRAINING_SEED + recipe.runs)
    validation = range(VALIDATION_SEED, VALIDATION_SEED + recipe.validation_runs)
    make_shelf(folder / f"{recipe.picks}-picks", training, recipe.picks, on_run)
    make_shelf(folder / f"{recipe.validation_picks}-picks", validation, recipe.validation_picks, on_run)
    return Shelves(
        open_shelf(folder / f"{recipe.picks}-picks", training),
        open_shelf(folder / f"{recipe.validation_picks}-picks", validation),
    )


def _before(recipe: Recipe, after: Path | None) -> VesselNet | None:
    """Return the network to begin with."""
    net = load_net(after) if after is not None else None
    if net is not None and tuple(net.widths) != recipe.widths:
        raise RecipeError(str(after), "widths", f"the weights to begin with have {list(net.widths)}")
    return net


def _report(recipe: Recipe, progress: Progress, sha256: str, filming_s: float) -> dict[str, Any]:
    return {
        "weights": WEIGHTS,
        "sha256": sha256,
        "classes": list(CLASSES),
        "n_parameters": sum(weight.numel() for weight in progress.net.parameters()),
        "phantom_version": VERSION,
        "recipe": recipe.model_dump(),
        "steps": progress.step,
        "validation": progress.history[-1] if progress.history else {},
        "cost": {
            "machine": machine(),
            "filming_s": round(filming_s),
            "training_s": round(progress.seconds),
        },
    }


def machine() -> str:
    """Return what it was trained on, in words."""
    if torch.cuda.is_available():
        return f"one {torch.cuda.get_device_name()} GPU"
    return f"{os.cpu_count()} CPU cores"
