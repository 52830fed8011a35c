"""The weights in an nnU-Net checkpoint, read without running anything that the file names.

A checkpoint is a pickle. torch reads tensors and plain containers from it and refuses the rest; what
nnU-Net stores besides are the numbers of its training log, as numpy scalars. Those are let through as
objects that ignore everything they are given: nobody needs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final

import torch
from torch.serialization import safe_globals

from lib.errors import NnUnetCheckpointError

NUMPY_NAMES: Final = (
    "numpy.dtype", "numpy.ndarray",
    *(f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("scalar", "_reconstruct")),
    *(f"numpy.dtypes.{name}DType" for name in ("Float64", "Float32", "Int64", "Int32", "Bool")),
)  # fmt: skip
"""What numpy scalars and arrays are rebuilt with."""


class Ignored:
    """Stands where a number of the training log was."""

    def __new__(cls, *_: object) -> "Ignored":
        """Take whatever the pickle gives, and keep nothing."""
        return super().__new__(cls)

    def __setstate__(self, state: object) -> None:
        """Keep nothing."""


@dataclass(frozen=True)
class Checkpoint:
    """What a model needs of a checkpoint.

    Attributes:
        weights: State dictionary of the network.
        configuration: Which of the plans' configurations was trained.
        trainer: Name of the trainer class, for people; it is never looked up.
        mirror_axes: Axes (0 rows, 1 columns) that training mirrored.
    """

    weights: Mapping[str, torch.Tensor]
    configuration: str
    trainer: str
    mirror_axes: tuple[int, ...]


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint of nnU-Net v2.

    Raises:
        NnUnetCheckpointError: It is broken, or holds more than numbers, text and tensors.
    """
    try:
        with safe_globals([(Ignored, name) for name in NUMPY_NAMES]):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise NnUnetCheckpointError(path, "it is broken, or holds objects besides weights") from error
    except (RuntimeError, EOFError, OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise NnUnetCheckpointError(path, "it is broken or incomplete") from error
    return _checked(path, content)


def _checked(path: Path, content: Any) -> Checkpoint:
    """Return the parts that we need, with the types that they must have."""
    parts: Mapping[Any, Any] = content if isinstance(content, dict) else {}
    weights, arguments = parts.get("network_weights"), parts.get("init_args")
    configuration = arguments.get("configuration") if isinstance(arguments, dict) else None
    if not isinstance(weights, dict) or not isinstance(configuration, str):
        raise NnUnetCheckpointError(path, "nnU-Net v2 did not write it")
    if not weights or not all(isinstance(value, torch.Tensor) for value in weights.values()):
        raise NnUnetCheckpointError(path, "its network_weights are no tensors")
    axes = parts.get("inference_allowed_mirroring_axes") or ()
    if not all(axis in (0, 1) for axis in axes):
        raise NnUnetCheckpointError(path, "it mirrors axes that a picture has not")
    return Checkpoint(weights, configuration, str(parts.get("trainer_name", ""))[:80], tuple(axes))
