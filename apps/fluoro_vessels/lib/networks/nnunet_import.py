"""Takes a trained nnU-Net into the folder of models: all of it or nothing."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lib.errors import ModelNameError, NnUnetFolderError
from lib.labels import LabelTable
from lib.networks.nnunet_folder import PLANS
from lib.networks.nnunet_model import NnUnetModel, write_nnunet_model
from lib.registry import Manifest, ModelCard, ModelFile, write_manifest
from lib.registry.manifest import TrainingData
from lib.registry.whole_folder import whole_folder

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,47}")
"""What a model may be called: it becomes part of addresses, file names and SEG files."""


@dataclass(frozen=True)
class ImportedModel:
    """A model that now lies in the folder of models."""

    name: str
    folder: Path
    model: NnUnetModel


def import_nnunet(
    source: Path, models: Path, table: LabelTable, name: str | None = None, taken: Collection[str] = ()
) -> ImportedModel:
    """Copy a trained nnU-Net into the folder of models.

    Args:
        source: What nnUNetv2_train wrote.
        models: `<data>/models`.
        table: The labels that its own labels must be found in, by name or synonym.
        name: What to call it; its data set's name where None.
        taken: Names that it may not have.

    Raises:
        ModelNameError: The name is taken or cannot be a name.
        InvalidInputError: The folder cannot be imported; see `write_nnunet_model`.
        DiskFullError: There is no room.
        StorageError: The folder of models cannot be written.
    """
    chosen = _checked_name(name or usual_name(source), models, taken)
    with whole_folder(models / chosen) as folder:
        model = write_nnunet_model(source, folder, table)
        write_manifest(folder, Manifest(models=(_card(chosen, usual_name(source), model),)))
    return ImportedModel(chosen, models / chosen, model)


def usual_name(source: Path) -> str:
    """Return `nnunet-` and the data set's name: Dataset501_Coronary gives nnunet-coronary."""
    try:
        said = json.loads((source / PLANS).read_bytes())["dataset_name"]
    except (OSError, ValueError, TypeError, LookupError):
        raise NnUnetFolderError(source, f"it has no {PLANS} that names a data set") from None
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^Dataset\d+_", "", str(said)).lower()).strip("-")
    return f"nnunet-{words}"[:48].rstrip("-")


def _checked_name(name: str, models: Path, taken: Collection[str]) -> str:
    if NAME.fullmatch(name) is None:
        raise ModelNameError(name, "is no name: use lower-case letters, digits, '-' and '_', 48 at most")
    if name in taken or (models / name).exists():
        raise ModelNameError(name, "is taken")
    return name


def _card(name: str, data_set: str, model: NnUnetModel) -> ModelCard:
    """Return what the registry keeps of an imported model; nobody told us its licence."""
    return ModelCard(
        id=name,
        task=name,
        kind="nnunet",
        version=model.version,
        files=tuple(
            ModelFile(name=file, role="weights", sha256=model.sha256[file]) for file in model.weights.values()
        ),
        input=("frame",),
        classes=tuple(dict.fromkeys(model.labels.values())),
        training_data=TrainingData(phantom_version=None, description=f"unknown; imported as {data_set}"),
        license="LicenseRef-unknown",
        recipe=f"nnU-Net v2, {model.configuration}, {model.trainer}, {len(model.weights)} folds",
        limitations="Imported; not measured here.",
    )
