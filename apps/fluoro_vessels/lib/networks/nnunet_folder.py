"""A folder that nnU-Net v2 trained: what it says about itself, checked before any weights are read.

Nothing here imports torch or nnU-Net, and nothing in the folder is believed: plans.json names Python
classes, and nnU-Net would import whatever stands there. Only the names listed here are let through.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lib.errors import (
    NnUnetChannelsError,
    NnUnetDimensionError,
    NnUnetFolderError,
    NnUnetLabelError,
    UnknownLabelError,
)
from lib.labels import LabelTable

PLANS: Final = "plans.json"
DATASET: Final = "dataset.json"
CHECKPOINTS: Final = ("checkpoint_final.pth", "checkpoint_best.pth")
"""In the order of preference."""

OURS: Final = "fluoro_vessels"
"""Our key in dataset.json."""
INTENSITIES: Final = {"0-255": 255.0, "0-65535": 65535.0}
"""What our key may say of the pictures' range, and the grey value of a frame's 1.0."""
USUAL_INTENSITY: Final = "0-255"
"""Taken for data sets that others made."""

NETWORKS: Final = frozenset(
    f"dynamic_network_architectures.architectures.{place}"
    for place in (
        "unet.PlainConvUNet", "unet.ResidualEncoderUNet", "unet.ResidualUNet",
        "residual_unet.ResidualEncoderUNet",
    )
)  # fmt: skip
MODULES: Final = frozenset(
    f"torch.nn.{name}"
    for name in (
        "Conv2d", "InstanceNorm2d", "BatchNorm2d", "LeakyReLU", "ReLU", "GELU", "Dropout2d",
        "modules.conv.Conv2d", "modules.instancenorm.InstanceNorm2d", "modules.batchnorm.BatchNorm2d",
        "modules.activation.LeakyReLU", "modules.activation.ReLU", "modules.activation.GELU",
        "modules.dropout.Dropout2d",
    )
)  # fmt: skip
NORMALIZATIONS: Final = frozenset(
    {
        "ZScoreNormalization", "CTNormalization", "NoNormalization", "RescaleTo01Normalization",
        "RGBTo01Normalization",
    }
)  # fmt: skip
RESAMPLINGS: Final = frozenset(
    {
        "resample_data_or_seg_to_shape", "resample_torch_simple", "resample_torch_fornnunet",
        "no_resampling_data_or_seg_to_shape", "no_resampling_hack",
    }
)  # fmt: skip


@dataclass(frozen=True)
class NnUnetFolder:
    """A trained model as its two JSON files and its file names describe it.

    Attributes:
        path: The folder.
        plans: plans.json.
        dataset: dataset.json.
        checkpoints: Fold ("0" to "4", or "all") to its checkpoint.
        labels: The values that the model gives a pixel, with the names of dataset.json.
        white: The grey value that the training pictures had where a frame has 1.0.
    """

    path: Path
    plans: Mapping[str, Any]
    dataset: Mapping[str, Any]
    checkpoints: Mapping[str, Path]
    labels: Mapping[int, str]
    white: float


def read_nnunet_folder(path: Path) -> NnUnetFolder:
    """Read and check a folder; the configuration itself is known from a checkpoint only.

    Raises:
        NnUnetFolderError: It is no trained nnU-Net v2 model.
        NnUnetDimensionError: It has no 2-D configuration.
        NnUnetChannelsError: It wants several channels.
    """
    plans, dataset = _read_json(path, PLANS), _read_json(path, DATASET)
    _check_dimensions(path, plans)
    _check_channels(path, dataset)
    return NnUnetFolder(
        path=path,
        plans=plans,
        dataset=dataset,
        checkpoints=_find_checkpoints(path),
        labels=_labels(path, dataset),
        white=_white(path, dataset),
    )


def configuration_of(folder: NnUnetFolder, name: str) -> Mapping[str, Any]:
    """Return a configuration with what it inherits, checked to be 2-D and to name known classes only.

    Raises:
        NnUnetDimensionError: Its patches have not two dimensions.
        NnUnetFolderError: It is missing, or names a class that is not nnU-Net's own.
    """
    configuration = _resolved(folder.path, folder.plans["configurations"], name)
    patch = configuration.get("patch_size")
    if not isinstance(patch, list) or len(patch) != 2:
        raise NnUnetDimensionError(folder.path, name, len(patch) if isinstance(patch, list) else 0)
    _check_names(folder.path, folder.plans, configuration)
    return configuration


def table_names(folder: NnUnetFolder, table: LabelTable) -> dict[int, str]:
    """Return the label table's name for every value that the model gives.

    Raises:
        NnUnetLabelError: The table has no label of a name.
    """
    found: dict[int, str] = {}
    unknown: list[str] = []
    for value, name in folder.labels.items():
        try:
            found[value] = table.by_name(name).name
        except UnknownLabelError:
            unknown.append(name)
    if unknown:
        raise NnUnetLabelError(folder.path, unknown)
    return found


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_bytes())
    except FileNotFoundError:
        raise NnUnetFolderError(folder, f"it has no {name}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise NnUnetFolderError(folder, f"its {name} cannot be read as JSON") from error
    if not isinstance(content, dict):
        raise NnUnetFolderError(folder, f"its {name} holds no JSON object")
    return content


def _check_dimensions(folder: Path, plans: Mapping[str, Any]) -> None:
    """Refuse plans without any 2-D configuration, and a folder that is named after a 3-D one."""
    configurations = plans.get("configurations")
    if not isinstance(configurations, dict) or not configurations:
        raise NnUnetFolderError(folder, f"its {PLANS} has no configurations")
    trained = folder.resolve().name.rpartition("__")[2]
    wanted = {trained} & configurations.keys() or configurations.keys()
    sizes = {name: _n_axes(folder, configurations, name) for name in wanted}
    if 2 not in sizes.values():
        name = sorted(sizes)[0]
        raise NnUnetDimensionError(folder, name, sizes[name])


def _n_axes(folder: Path, configurations: Mapping[str, Any], name: str) -> int:
    patch = _resolved(folder, configurations, name).get("patch_size")
    return len(patch) if isinstance(patch, list) else 0


def _resolved(folder: Path, configurations: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a configuration with all that it inherits."""
    chain: list[Mapping[str, Any]] = []
    following: object = name
    while following is not None:
        configuration = configurations.get(str(following))
        if not isinstance(configuration, dict) or len(chain) > len(configurations):
            raise NnUnetFolderError(folder, f"its {PLANS} has no usable configuration {following!r}")
        chain.append(configuration)
        following = configuration.get("inherits_from")
    return {key: value for part in reversed(chain) for key, value in part.items()}


def _check_channels(folder: Path, dataset: Mapping[str, Any]) -> None:
    channels = dataset.get("channel_names", dataset.get("modality"))
    if not isinstance(channels, dict) or not channels:
        raise NnUnetFolderError(folder, f"its {DATASET} has no channel_names")
    if len(channels) != 1:
        raise NnUnetChannelsError(folder, [str(name) for name in channels.values()])


def _find_checkpoints(folder: Path) -> dict[str, Path]:
    """Return every fold's checkpoint: the final one, else the best one."""
    found: dict[str, Path] = {}
    for fold in sorted(folder.glob("fold_*")):
        files = [fold / name for name in CHECKPOINTS if (fold / name).is_file()]
        if files:
            found[fold.name.removeprefix("fold_")] = files[0]
    folds = {name: file for name, file in found.items() if name != "all"} or found
    if not folds:
        raise NnUnetFolderError(folder, f"no fold_* in it has a {' or '.join(CHECKPOINTS)}")
    if not all(name == "all" or name.isdigit() for name in folds):
        raise NnUnetFolderError(folder, "a fold has neither a number nor the name `all`")
    return folds


def _labels(folder: Path, dataset: Mapping[str, Any]) -> dict[int, str]:
    """Return value to name. Where labels are regions, `regions_class_order` has their values."""
    labels = dataset.get("labels")
    if not isinstance(labels, dict) or labels.get("background") != 0:
        raise NnUnetFolderError(folder, f"the labels in its {DATASET} have no background of 0")
    names = {name: value for name, value in labels.items() if name not in ("background", "ignore")}
    values: list[Any] = list(names.values())
    if any(isinstance(value, list) and len(value) > 1 for value in values):
        values = dataset.get("regions_class_order") or []
    values = [value[0] if isinstance(value, list) and value else value for value in values]
    if not names or len(values) != len(names) or not all(type(v) is int and 0 < v < 256 for v in values):
        raise NnUnetFolderError(folder, f"the labels in its {DATASET} are no numbers from 1 to 255")
    return dict(zip(values, map(str, names), strict=True))


def _white(folder: Path, dataset: Mapping[str, Any]) -> float:
    ours = dataset.get(OURS)
    said = str(ours.get("intensity", USUAL_INTENSITY)) if isinstance(ours, dict) else USUAL_INTENSITY
    if said not in INTENSITIES:
        known = " or ".join(INTENSITIES)
        raise NnUnetFolderError(folder, f"its {DATASET} says intensity {said[:40]!r} instead of {known}")
    return INTENSITIES[said]


def _check_names(folder: Path, plans: Mapping[str, Any], configuration: Mapping[str, Any]) -> None:
    """Refuse every class and function that is not nnU-Net's own: it would be imported by its name."""
    architecture = configuration.get("architecture")
    if not isinstance(architecture, dict) or not isinstance(architecture.get("arch_kwargs"), dict):
        raise NnUnetFolderError(folder, "its plans are of an nnU-Net older than 2.4, which names no network")
    keys = architecture.get("_kw_requires_import") or []
    modules = [architecture["arch_kwargs"].get(key) for key in keys]
    resampling = [configuration.get(f"resampling_fn_{what}") for what in ("data", "seg", "probabilities")]
    groups: tuple[tuple[list[Any], frozenset[str]], ...] = (
        ([architecture.get("network_class_name")], NETWORKS),
        ([module for module in modules if module is not None], MODULES),
        (list(configuration.get("normalization_schemes") or [None]), NORMALIZATIONS),
        (resampling, RESAMPLINGS),
        ([configuration.get("preprocessor_name")], frozenset({"DefaultPreprocessor"})),
        ([plans.get("label_manager", "LabelManager")], frozenset({"LabelManager"})),
    )
    for names, known in groups:
        for name in names:
            if not isinstance(name, str) or name not in known:
                raise NnUnetFolderError(
                    folder, f"its {PLANS} names {str(name)[:120]!r}, which is not nnU-Net's own"
                )
