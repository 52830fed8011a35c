"""Goes on with trained weights on what people labelled, and rehearses what was learned before."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from pydantic import Field

from lib.networks.vessel_net import VesselNet
from lib.networks.weights import load_net, save_weights
from lib.phantom import VERSION
from lib.trainers.base import WEIGHTS
from lib.trainers.dataset import Mixture, open_shelf
from lib.trainers.examples import open_examples
from lib.trainers.loop import Shelves, Watch, train
from lib.trainers.processes import is_first
from lib.trainers.recipe import Recipe
from lib.trainers.shelf import TRAINING_SEED, make_shelf

REHEARSAL: Final = "rehearsal"
"""Folder below the data folder with simulated runs; may be deleted, it is filmed again."""


class FineTuneRecipe(Recipe):
    """A fine-tuning; `runs` and `picks` are of the simulated runs to rehearse with.

    Paper:
        Rolnick et al. 2019, Experience Replay for Continual Learning, arXiv:1811.11682, for the rehearsal.
    """

    runs: int = Field(48, ge=1, le=100_000)
    steps: int = Field(600, ge=1, le=10_000_000)
    batch: int = Field(5, ge=1, le=512)
    crop_px: int = Field(320, ge=32, le=1024, multiple_of=32)
    learning_rate: float = Field(8e-4, gt=0, le=1)
    ema_decay: float = Field(0.99, ge=0, lt=1)
    vessel_crop_share: float = Field(0.5, ge=0, le=1)
    centre_line_weight: float = Field(0.1, ge=0, le=10)
    validation_steps: int = Field(200, ge=1)
    rehearsal_share: float = Field(0.3, ge=0, lt=1)
    """Part of the examples that are simulated."""


@dataclass(frozen=True)
class FineTunePlace:
    """Where a fine-tuning reads and writes.

    Attributes:
        examples: A shelf that `write_examples` has filled.
        rehearsal: That of `rehearsal_shelf`.
        out: Gets the checkpoint and `vessels.safetensors`.
        after: Weights to go on with.
        validation: Another shelf of `write_examples`, of patients that nothing is learned from.
    """

    examples: Path
    rehearsal: Path
    out: Path
    after: Path
    validation: Path | None = None


def rehearsal_shelf(data: Path, recipe: FineTuneRecipe, on_run: Callable[[], None] = lambda: None) -> Path:
    """Film the simulated runs of a recipe where they are not there yet, and return their shelf."""
    folder = data / REHEARSAL / f"phantom-{VERSION}" / f"{recipe.picks}-picks"
    make_shelf(folder, range(TRAINING_SEED, TRAINING_SEED + recipe.runs), recipe.picks, on_run)
    return folder


def fine_tune(
    recipe: FineTuneRecipe, place: FineTunePlace, *, resume: bool = True, watch: Watch | None = None
) -> Path:
    """Train on labelled frames and rehearse; return the weights.

    A training that was cancelled writes the weights that it has; who cancelled it leaves them alone.

    Raises:
        WeightsMissingError: The weights to go on with are not there.
        WeightsUnreadableError: They hold no vessel network.
    """
    net = load_net(place.after)
    examples = open_examples(place.examples)
    rehearsal = open_shelf(place.rehearsal, range(TRAINING_SEED, TRAINING_SEED + recipe.runs))
    shelves = Shelves(
        Mixture(rehearsal, examples, recipe.rehearsal_share),
        open_examples(place.validation) if place.validation else None,
    )
    place.out.mkdir(parents=True, exist_ok=True)
    own = recipe.model_copy(update={"widths": tuple(net.widths)})
    progress = train(own, shelves, place.out, resume=resume, after=net, watch=watch)
    if is_first():
        save_weights(cast(VesselNet, progress.mean), place.out / WEIGHTS)
    return place.out / WEIGHTS
