"""Errors of nnU-Net's models and data sets."""

from collections.abc import Sequence
from pathlib import Path

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError


class NnUnetFolderError(InvalidInputError):
    """A folder is no trained nnU-Net v2 model, or one that does more than networks do."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder} cannot be imported as a trained nnU-Net v2 model: {reason}. Name the folder that "
            "nnUNetv2_train wrote, with plans.json, dataset.json and fold_0. Nothing was imported."
        )


class NnUnetDimensionError(InvalidInputError):
    """A model that does not look at single pictures."""

    def __init__(self, folder: Path, configuration: str, n_axes: int) -> None:
        super().__init__(
            f"{folder} was trained as {configuration!r} with patches of {n_axes} dimensions, but a run is "
            "segmented frame by frame. Train nnU-Net's configuration 2d. Nothing was imported."
        )


class NnUnetChannelsError(InvalidInputError):
    """A model that wants more than one picture at a time."""

    def __init__(self, folder: Path, channels: Sequence[str]) -> None:
        super().__init__(
            f"{folder} wants {len(channels)} channels ({', '.join(channels)[:200]}), but a frame has one. "
            "Train with one grey channel. Nothing was imported."
        )


class NnUnetLabelError(InvalidInputError):
    """A model that finds what the label table does not have."""

    def __init__(self, folder: Path, unknown: Sequence[str]) -> None:
        super().__init__(
            f"{folder} finds {', '.join(repr(name) for name in unknown)[:200]}, and the label table has no "
            "such label. Add it with `fluoro labels import`, or rename it in its dataset.json to one of "
            "`fluoro labels list`. Nothing was imported."
        )


class NnUnetCheckpointError(InvalidInputError):
    """A checkpoint that is broken, holds program code, or is of another network."""

    def __init__(self, checkpoint: Path, reason: str) -> None:
        super().__init__(f"The checkpoint {checkpoint} cannot be used: {reason}. Nothing was imported.")


class ModelNameError(ConflictError):
    """A name that a model cannot have."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name[:80]!r} {reason}. Choose another with --name. Nothing was imported.")


class ExportFolderError(ConflictError):
    """An export would overwrite something, or give a data set a number that is taken."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder} {reason}. Choose another folder, --dataset or --name. Nothing was written."
        )


class NothingToExportError(NotFoundError):
    """No run has a label in the wanted states."""

    def __init__(self) -> None:
        super().__init__(
            "No run has a label in the wanted states, on a frame that is not excluded. Submit one, or choose "
            "other --states. Nothing was written."
        )
