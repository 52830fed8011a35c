"""The parts of label_efficiency: subjects, what is chosen, one fine-tuning, and its scores."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from lib.activelearning.choose import RunScore, choose
from lib.activelearning.look import look
from lib.arrays import Frames
from lib.evaluation.image_pairs import ImagePair, image_pairs
from lib.evaluation.intervals import Resamples
from lib.evaluation.metrics import overlap_of
from lib.frames.cine import Cine
from lib.infers.algorithms.network import Network, rules_of
from lib.infers.cleanup import VESSEL, Rules, classes_of
from lib.infers.parameter import validate
from lib.labels import load_label_table
from lib.networks.engine_openvino import OpenVinoEngine
from lib.networks.runtime import segment_run
from lib.networks.vessel_net import VesselNet
from lib.networks.weights import checksum, load_net, save_weights
from lib.registry import find_model, verified_file
from lib.settings import settings
from lib.trainers.calibrate import TEST_SEED, film
from lib.trainers.examples import LabelledFrame, write_examples
from lib.trainers.fine_tune import FineTunePlace, FineTuneRecipe, fine_tune, rehearsal_shelf

TEST_SHARE: Final = 1 / 3
SIMULATED: Final = range(TEST_SEED + 900, TEST_SEED + 916)
"""Seeds of the runs that show what was forgotten."""


@dataclass(frozen=True)
class Scores:
    """What a network is worth: mean Dice with its 95 % interval over subjects, and on simulated frames."""

    dice: float
    low: float
    high: float
    phantom_dice: float


@dataclass(frozen=True)
class Fitted:
    """One fine-tuning and its scores."""

    n_subjects: int
    n_images: int
    seed: int
    strategy: str
    is_scratch: bool
    minutes: float
    scores: Scores


class Bench:
    """Everything that the fine-tunings of one data set share."""

    def __init__(self, data: Path, out: Path, recipe: FineTuneRecipe) -> None:
        self._out, self._recipe = out, recipe
        self._table = load_label_table(settings().labels)
        by_subject: dict[str, list[ImagePair]] = {}
        for pair in image_pairs(data, sorted(data.glob("*.png"))):
            by_subject.setdefault(pair.subject, []).append(pair)
        ordered = sorted(by_subject, key=lambda subject: hashlib.sha256(subject.encode()).digest())
        n_test = round(len(ordered) * TEST_SHARE)
        self.test = [pair for subject in ordered[:n_test] for pair in by_subject[subject]]
        self.pool = {subject: by_subject[subject] for subject in ordered[n_test:]}
        self._weights = verified_file(find_model("vessels"), "weights", ".safetensors")

    def sizes(self) -> dict[str, int]:
        """Return how many there are of what."""
        return {
            "n_test_subjects": len({pair.subject for pair in self.test}),
            "n_test_images": len(self.test),
            "n_pool_subjects": len(self.pool),
        }

    def before(self) -> Scores:
        """Return the scores of the shipped weights."""
        return self._scores(self._weights)

    def fit(self, n_subjects: int, seed: int, strategy: str, *, is_scratch: bool = False) -> Fitted:
        """Return what a fine-tuning on so many subjects gives; it is done where it was not done before."""
        recipe = self._recipe.model_copy(
            update={"seed": seed, **({"rehearsal_share": 0.0} if is_scratch else {})}
        )
        chosen = self._chosen(n_subjects, seed, strategy)
        folder = self._folder(recipe, chosen, is_scratch)
        done = folder / "fitted.json"
        if not done.exists():
            minutes = self._train(recipe, chosen, folder, is_scratch)
            scores = self._scores(folder / "vessels.safetensors")
            n_images = sum(len(self.pool[subject]) for subject in chosen)
            fitted = Fitted(n_subjects, n_images, seed, strategy, is_scratch, minutes, scores)
            done.write_text(json.dumps(asdict(fitted)), encoding="utf-8")
        known = json.loads(done.read_text(encoding="utf-8"))
        return Fitted(**{**known, "strategy": strategy, "scores": Scores(**known["scores"])})

    def _folder(self, recipe: FineTuneRecipe, chosen: list[str], is_scratch: bool) -> Path:
        """Return where a fine-tuning lies: the same data, recipe and weights, the same place."""
        what = [recipe.model_dump(), sorted(chosen), is_scratch, checksum(self._weights)]
        name = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:12]
        folder = self._out / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _train(self, recipe: FineTuneRecipe, chosen: list[str], folder: Path, is_scratch: bool) -> float:
        """Train, or go on, and return the minutes."""
        rehearsal = rehearsal_shelf(settings().data, recipe)
        begun = time.monotonic()
        write_examples(self._labelled(chosen), folder / "examples")
        after = self._beginning(recipe, folder) if is_scratch else self._weights
        place = FineTunePlace(folder / "examples", rehearsal, folder, after)
        fine_tune(recipe, place)
        return round((time.monotonic() - begun) / 60, 2)

    def _beginning(self, recipe: FineTuneRecipe, folder: Path) -> Path:
        """Write weights that have learned nothing."""
        torch.manual_seed(recipe.seed)
        path = folder / "nothing.safetensors"
        save_weights(VesselNet(widths=load_net(self._weights).widths), path)
        return path

    def _labelled(self, chosen: list[str]) -> Iterator[LabelledFrame]:
        for subject in chosen:
            for pair in self.pool[subject]:
                cine, truth = pair.open(self._table)
                yield LabelledFrame(subject, pair.name, 0, cine.frames, truth.vessel[0], None)

    def _chosen(self, n_subjects: int, seed: int, strategy: str) -> list[str]:
        """Return the subjects whose images the strategy asks for first."""
        order = choose(self._looks, [], len(self._looks), strategy, seed)
        patients = {score.image_id: score.patient for score in self._looks}
        return list(dict.fromkeys(patients[name] for name in order))[:n_subjects]

    @cached_property
    def _looks(self) -> list[RunScore]:
        """What the shipped weights make of each image of the pool."""
        engine = OpenVinoEngine.from_net(load_net(self._weights))
        found = []
        for subject, pairs in self.pool.items():
            for pair in pairs:
                seen = look(pair.open(self._table)[0].frames, engine, [0])
                found.append(
                    RunScore(pair.name, subject, "", seen.uncertainty, seen.foreground, seen.embedding)
                )
        return found

    def _scores(self, weights: Path) -> Scores:
        """Score weights on the images for testing and on simulated frames."""
        engine = OpenVinoEngine.from_net(load_net(weights))
        dices = np.array([self._dice(engine, pair) for pair in self.test])
        low, high = Resamples([pair.subject for pair in self.test]).of_mean(dices)
        simulated = np.mean([dice for seed in SIMULATED for dice in self._simulated_dices(engine, seed)])
        return Scores(*(round(float(value), 4) for value in (dices.mean(), low, high, simulated)))

    def _dice(self, engine: OpenVinoEngine, pair: ImagePair) -> float:
        cine, truth = pair.open(self._table)
        masks = masks_of(engine, cine.frames, self._rules(cine))
        return float(overlap_of(masks[0], truth.vessel[0]).dice)

    def _rules(self, cine: Cine) -> Rules:
        """Return the rules of the automatic task with its own parameters."""
        return rules_of(validate(Network.parameters, {}, Network.name), cine.header)

    def _simulated_dices(self, engine: OpenVinoEngine, seed: int) -> list[float]:
        frames, truth, picked = film(seed)
        any_cine = self.test[0].open(self._table)[0]
        masks = masks_of(engine, frames, self._rules(any_cine))
        return [float(overlap_of(masks[t], truth[t]).dice) for t in picked if truth[t].any()]


def masks_of(engine: OpenVinoEngine, frames: Frames, rules: Rules) -> dict[int, NDArray[np.bool_]]:
    """Return the vessels of each frame, (H, W)."""
    return {t: classes_of(one, rules) == VESSEL for t, one in segment_run(frames, engine)}
