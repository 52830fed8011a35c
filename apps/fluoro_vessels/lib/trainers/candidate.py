"""From fine-tuned weights to a candidate: an INT8 network beside them, compared with them, and a card."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from lib.networks.engine_openvino import OpenVinoEngine
from lib.networks.quantize import quantize_int8
from lib.networks.stack import STACK
from lib.networks.vessel_net import CLASSES, VesselNet
from lib.networks.weights import checksum, load_net
from lib.phantom import VERSION
from lib.registry import Model, ModelCard, ModelFile, Role
from lib.trainers.base import WEIGHTS, machine
from lib.trainers.calibrate import dice
from lib.trainers.dataset import Example, Shelf, open_shelf, whole_example
from lib.trainers.examples import open_examples
from lib.trainers.fine_tune import FineTunePlace, FineTuneRecipe
from lib.trainers.plan import Plan
from lib.trainers.publish import MODEL_ID, VERSION_DIGITS
from lib.trainers.shelf import TRAINING_SEED
from lib.trainers.work import Work

CALIBRATION_STACKS: Final = 128
COMPARED: Final = 16
"""Frames of each shelf on which INT8 is compared with the weights."""

MOST_DROP: Final = 0.01
"""Dice that INT8 may lose."""

SIDE: Final = 512
"""Larger pictures are cut to this side for the INT8 ranges: values matter there, not places."""

STEP: Final = 32
LIMITATIONS: Final = (
    "Learned from simulated angiograms and from labels of this site. Not a medical device; a person has to "
    "check every mask."
)


@dataclass(frozen=True)
class Made:
    """What a fine-tuning made.

    Attributes:
        weights: Of the candidate.
        plan: What it learned from.
        recipe: How.
        n_frames: Frames that it learned from.
        n_patients: Patients of them.
    """

    weights: Path
    plan: Plan
    recipe: FineTuneRecipe
    n_frames: int
    n_patients: int


@dataclass(frozen=True)
class Candidate:
    """A model that may go live.

    Attributes:
        model: Its card and files, in the folder of the training.
        drop: Dice that INT8 loses against the weights.
    """

    model: Model
    drop: float

    @property
    def is_true(self) -> bool:
        """Whether the INT8 network says what the weights say."""
        return self.drop <= MOST_DROP


def make_candidate(work: Work, made: Made, place: FineTunePlace) -> Candidate:
    """Quantize the weights, compare both, and write the card.

    Raises:
        TrainingStoppedError: Somebody cancelled the training.
    """
    work.begin("making the INT8 network")
    folder = work.folder.work / "candidate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy = Path(shutil.copyfile(made.weights, folder / WEIGHTS))
    net = load_net(copy)
    rehearsal = open_shelf(place.rehearsal, range(TRAINING_SEED, TRAINING_SEED + made.recipe.runs))
    real = open_examples(place.examples)
    stacks = [*_stacks(real, 3 * CALIBRATION_STACKS // 4), *_stacks(rehearsal, CALIBRATION_STACKS // 4)]
    files = (copy, *quantize_int8(net, stacks, folder))
    work.begin("comparing the INT8 network with the weights")
    seen = open_examples(place.validation) if place.validation else real
    compared = [*_some(seen, COMPARED), *_some(rehearsal, COMPARED)]
    drop = int8_drop(net, OpenVinoEngine.from_file(files[1]), compared)
    return Candidate(Model(_card(work, made, files, drop), folder), drop)


def int8_drop(net: VesselNet, fast: OpenVinoEngine, examples: list[Example]) -> float:
    """Return the mean Dice of vessels that INT8 loses against the weights in torch."""
    drops: list[float] = []
    for example in examples:
        truth = example.truth[0]
        if truth.any():
            stack = _padded(example.stack)
            with torch.inference_mode():
                slow = (net(torch.from_numpy(stack)[None])[0, 0] > 0).numpy()
            quick = fast.probabilities(stack[None])[0, 0] >= 0.5
            height, width = truth.shape
            drops.append(dice(slow[:height, :width], truth) - dice(quick[:height, :width], truth))
    return float(np.mean(drops)) if drops else 0.0


def _some(shelf: Shelf, most: int) -> list[Example]:
    """Return frames evenly spread through a shelf, as they are."""
    picks = [(entry, pick) for entry in shelf.entries for pick in range(entry.n_picks)]
    step = max(len(picks) // most, 1)
    chosen = itertools.islice(picks, 0, most * step, step)
    return [whole_example(shelf, entry, pick, is_alone=False) for entry, pick in chosen]


def _stacks(shelf: Shelf, most: int) -> Iterator[NDArray[np.float32]]:
    """Yield (5, H, W) of some frames, sides multiples of 32 and not longer than SIDE."""
    for example in _some(shelf, most):
        stack = _padded(example.stack)
        top, left = ((side - min(side, SIDE)) // 2 for side in stack.shape[1:])
        yield np.ascontiguousarray(stack[:, top : top + SIDE, left : left + SIDE])


def _padded(stack: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = stack.shape[1:]
    return np.pad(stack, ((0, 0), (0, -height % STEP), (0, -width % STEP)), "reflect")


def _card(work: Work, made: Made, files: tuple[Path, ...], drop: float) -> ModelCard:
    roles: tuple[Role, ...] = ("weights", "openvino-int8", "openvino-int8")
    listed = [ModelFile(name=f.name, role=r, sha256=checksum(f)) for f, r in zip(files, roles, strict=True)]
    parent = work.store.get(made.plan.parent).card
    description = (
        f"Went on from version {made.plan.parent} with {made.n_frames} frames of {made.n_patients} patients "
        f"of this site that people finished, beside {made.recipe.runs} simulated runs."
    )
    return ModelCard.model_validate(
        {
            "id": MODEL_ID,
            "task": MODEL_ID,
            "kind": "vessel-net",
            "version": listed[0].sha256[:VERSION_DIGITS],
            "files": listed,
            "input": STACK,
            "classes": CLASSES,
            "training_data": {"phantom_version": str(VERSION), "description": description},
            "license": parent.license,
            "recipe": f"./fluoro train, training {work.id}",
            "cost": {"machine": machine()},
            "measured": {"dice_drop_int8": round(drop, 5)},
            "limitations": LIMITATIONS,
        }
    )
