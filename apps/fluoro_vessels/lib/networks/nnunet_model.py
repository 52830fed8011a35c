"""An imported nnU-Net: what lies in its folder, how it is written there, how its networks are built.

plans.json  dataset.json      as nnU-Net wrote them
fold_0.safetensors ...        the weights of each fold, without the optimizer: no pickle is kept
nnunet.json                   what else prediction needs, and the checksums
"""

import copy
import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lib.errors import NnUnetCheckpointError, NnUnetFolderError
from lib.labels import LabelTable
from lib.networks.nnunet_folder import (
    DATASET,
    PLANS,
    NnUnetFolder,
    configuration_of,
    read_nnunet_folder,
    table_names,
)

if TYPE_CHECKING:
    from torch import nn

    from lib.networks.nnunet_checkpoint import Checkpoint

DESCRIPTION: Final = "nnunet.json"
WEIGHTS_SUFFIX: Final = ".safetensors"


@dataclass(frozen=True)
class NnUnetModel:
    """An imported model, without its weights.

    Attributes:
        configuration: Which of the plans' configurations it is.
        trainer: Name of nnU-Net's trainer, for people.
        mirror_axes: Axes (0 rows, 1 columns) that may be mirrored and averaged.
        white: The grey value of a frame's 1.0.
        labels: Value that the model gives a pixel (as text, JSON has no other keys) to a name of the table.
        weights: File of each fold.
        sha256: Checksum of every other file of the folder.
    """

    configuration: str
    trainer: str
    mirror_axes: tuple[int, ...]
    white: float
    labels: Mapping[str, str]
    weights: Mapping[str, str]
    sha256: Mapping[str, str]

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with the weights."""
        weights = "".join(self.sha256[file] for file in self.weights.values())
        return hashlib.sha256(weights.encode()).hexdigest()[:12]


def write_nnunet_model(source: Path, target: Path, table: LabelTable) -> NnUnetModel:
    """Check a trained folder and write what is kept of it into an empty folder.

    Every fold's weights are put into the network that plans.json describes, so that what was imported
    also runs.

    Raises:
        NnUnetFolderError: It is no trained model, or names classes that are not nnU-Net's own.
        NnUnetDimensionError: It is not 2-D.
        NnUnetChannelsError: It wants several channels.
        NnUnetLabelError: It finds what the label table has not.
        NnUnetCheckpointError: A checkpoint is broken, unsafe or of another network.
    """
    from safetensors.torch import save_model

    from lib.networks.nnunet_checkpoint import read_checkpoint

    folder = read_nnunet_folder(source)
    labels = {str(value): name for value, name in table_names(folder, table).items()}
    first: Checkpoint | None = None
    for fold, file in folder.checkpoints.items():
        checkpoint = read_checkpoint(file)
        first = first or checkpoint
        if checkpoint.configuration != first.configuration:
            raise NnUnetCheckpointError(file, f"it is of another configuration than fold {fold}")
        configuration_of(folder, checkpoint.configuration)
        save_model(_filled(folder, checkpoint, file), str(target / f"fold_{fold}{WEIGHTS_SUFFIX}"))
    if first is None:
        raise NnUnetFolderError(source, "it has no fold")
    for name, content in ((PLANS, folder.plans), (DATASET, folder.dataset)):
        (target / name).write_text(json.dumps(content), encoding="utf-8")
    model = NnUnetModel(
        configuration=first.configuration,
        trainer=first.trainer,
        mirror_axes=first.mirror_axes,
        white=folder.white,
        labels=labels,
        weights={fold: f"fold_{fold}{WEIGHTS_SUFFIX}" for fold in folder.checkpoints},
        sha256={file.name: _sha256(file) for file in sorted(target.iterdir())},
    )
    (target / DESCRIPTION).write_text(json.dumps(asdict(model), indent=2), encoding="utf-8")
    return model


def read_nnunet_model(folder: Path) -> NnUnetModel:
    """Read what an imported folder says of itself; the weights stay where they are.

    Raises:
        NnUnetFolderError: The folder was damaged.
    """
    try:
        parts = json.loads((folder / DESCRIPTION).read_bytes())
        return NnUnetModel(**{**parts, "mirror_axes": tuple(parts["mirror_axes"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NnUnetFolderError(folder, f"its {DESCRIPTION} is missing or damaged") from error


def check_files(folder: Path, model: NnUnetModel) -> None:
    """Raise NnUnetFolderError unless every file is as it was imported."""
    for name, sha256 in model.sha256.items():
        if not (folder / name).is_file() or _sha256(folder / name) != sha256:
            raise NnUnetFolderError(folder, f"its {name} is missing or was changed; import the model again")


def build_network(plans: Mapping[str, Any], dataset: Mapping[str, Any], configuration: str) -> "nn.Module":
    """Return the network that the plans describe, without trained weights.

    The plans' names must have passed `configuration_of`: nnU-Net imports what they name.
    """
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

    manager = plans_manager(plans)
    chosen = manager.get_configuration(configuration)
    network: nn.Module = get_network_from_plans(
        chosen.network_arch_class_name,
        chosen.network_arch_init_kwargs,
        chosen.network_arch_init_kwargs_req_import,
        1,
        manager.get_label_manager(dict(dataset)).num_segmentation_heads,
        allow_init=False,
        deep_supervision=False,
    )
    return network


def plans_manager(plans: Mapping[str, Any]) -> Any:
    """Return nnU-Net's view of plans; the label manager is named, because nnU-Net prints otherwise."""
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    return PlansManager({**copy.deepcopy(dict(plans)), "label_manager": "LabelManager"})


def _filled(folder: NnUnetFolder, checkpoint: "Checkpoint", file: Path) -> "nn.Module":
    """Return the network with a checkpoint's weights."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            network = build_network(folder.plans, folder.dataset, checkpoint.configuration)
        except (TypeError, ValueError, AssertionError, RuntimeError, LookupError) as error:
            raise NnUnetFolderError(folder.path, f"the network in its {PLANS} cannot be built") from error
    try:
        network.load_state_dict(dict(checkpoint.weights))
    except RuntimeError as error:
        reason = f"its weights do not fit the network in {PLANS} (trainer {checkpoint.trainer!r})"
        raise NnUnetCheckpointError(file, reason) from error
    return network


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
