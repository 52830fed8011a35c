"""From trained weights to a model that the registry knows: INT8 files, measured cost, card."""

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from lib.errors import TrainingReportError
from lib.networks.engine_openvino import OpenVinoEngine
from lib.networks.quantize import quantize_int8
from lib.networks.stack import STACK
from lib.networks.vessel_net import CLASSES
from lib.networks.weights import checksum, load_net
from lib.registry import Manifest, ModelCard, ModelFile, Role, read_manifest, write_manifest
from lib.trainers.base import REPORT, WEIGHTS
from lib.trainers.calibrate import TEST_SEED, Drop, calibration_stacks, measure_drop

logger = logging.getLogger(__name__)

MODEL_ID: Final = "vessels"
DROP_SEED: Final = TEST_SEED + 600
"""First of the unseen runs that INT8 is measured with."""

VERSION_DIGITS: Final = 12
LIMITATIONS: Final = (
    "Learned from simulated angiograms only. Not a medical device; a person has to check every mask."
)


@dataclass(frozen=True)
class Publication:
    """What is published where.

    Attributes:
        weights: `vessels.safetensors`; the report `vessels.json` lies beside it.
        folder: Gets the model; other models that its list names stay.
        n_runs: Simulated runs of the training that the INT8 ranges are measured with.
        n_test_runs: Unseen simulated runs that show what INT8 costs.
    """

    weights: Path
    folder: Path
    n_runs: int
    n_test_runs: int


def publish(publication: Publication) -> ModelCard:
    """Write weights, INT8 network and card into a folder of models and return the card.

    Raises:
        WeightsMissingError: There are no weights.
        WeightsChecksumError: The report beside the weights belongs to other ones.
        WeightsUnreadableError: The file holds no vessel network.
        TrainingReportError: The report is not there or damaged.
        ModelsFileError: The folder has a list of models that is damaged; nothing was written.
    """
    weights, folder = publication.weights, publication.folder
    manifest = read_manifest(folder)
    report = _report(weights)
    net = load_net(weights, report["sha256"])
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".unfinished-") as name:
        unfinished = Path(name)
        graph, values = quantize_int8(net, calibration_stacks(publication.n_runs), unfinished)
        seeds = range(DROP_SEED, DROP_SEED + publication.n_test_runs)
        drop = measure_drop(OpenVinoEngine.from_net(net), OpenVinoEngine.from_file(graph), seeds)
        logger.info("INT8 costs %.4f Dice on %d frames", drop.drop, drop.n_frames)
        copy = Path(shutil.copyfile(weights, unfinished / WEIGHTS))
        files = [_listed(copy, "weights"), _listed(graph, "openvino-int8"), _listed(values, "openvino-int8")]
        card = ModelCard.model_validate({**_facts(report), "files": files, "measured": _measured(drop)})
        for path in (copy, graph, values):
            path.replace(folder / path.name)
    others = tuple(other for other in manifest.models if other.id != card.id)
    write_manifest(folder, Manifest(models=(*others, card)))
    return card


def _listed(path: Path, role: Role) -> ModelFile:
    return ModelFile(name=path.name, role=role, sha256=checksum(path))


def _measured(drop: Drop) -> dict[str, float]:
    return {
        "dice_drop_int8": round(drop.drop, 5),
        "dice_fp32": round(drop.dice_fp32, 4),
        "dice_int8": round(drop.dice_int8, 4),
    }


def _report(weights: Path) -> dict[str, Any]:
    """Return what the training said of its weights."""
    path = weights.with_name(REPORT)
    try:
        report: dict[str, Any] = json.loads(path.read_bytes())
        return {"sha256": report["sha256"], **report}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingReportError(str(path)) from error


def _way(report: dict[str, Any]) -> str:
    """Return the commands that made the weights."""
    after = report.get("after")
    before = f" --after weights {after[:VERSION_DIGITS]}" if after else ""
    return f"./fluoro train-base{before} with configs/train.yaml, {report['steps']} steps; ./fluoro quantize"


def _facts(report: dict[str, Any]) -> dict[str, Any]:
    """Return the part of the card that does not depend on INT8."""
    recipe, phantom = report["recipe"], report["phantom_version"]
    first = int(recipe["seed"])
    return {
        "id": MODEL_ID,
        "task": MODEL_ID,
        "kind": "vessel-net",
        "version": str(report["sha256"])[:VERSION_DIGITS],
        "input": STACK,
        "classes": CLASSES,
        "training_data": {
            "phantom_version": str(phantom),
            "description": (
                f"{recipe['runs']} simulated runs of this project's phantom, version {phantom}; no patient "
                f"was filmed. Random seed of the training: {first}."
            ),
        },
        "license": "Apache-2.0",
        "recipe": _way(report),
        "cost": report["cost"],
        "limitations": LIMITATIONS,
    }
