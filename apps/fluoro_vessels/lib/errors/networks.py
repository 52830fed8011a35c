"""Errors of networks: their weights, their training, their engines."""

from collections.abc import Sequence

from lib.errors.kinds import InvalidInputError, NotFoundError, UnavailableError


class WeightsMissingError(NotFoundError):
    """There is no file with weights."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The weights {path} do not exist. Install the model anew, or name another one.")


class WeightsChecksumError(InvalidInputError):
    """The weights are not those that the list of models names."""

    def __init__(self, path: str, found: str, wanted: str) -> None:
        super().__init__(
            f"The weights {path} have the SHA-256 {found[:16]}..., but the list of models names "
            f"{wanted[:16]}...; the file was changed or damaged. Install the model anew."
        )


class WeightsUnreadableError(InvalidInputError):
    """A file holds no vessel network."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} holds no weights of a vessel network. Expected a safetensors file that `fluoro "
            "train-base` has written."
        )


class RecipeError(InvalidInputError):
    """A training recipe has an unknown key or a value out of its limits."""

    def __init__(self, path: str, key: str, problem: str) -> None:
        super().__init__(f"{path}: {key or 'the file'}: {problem}. See configs/train.yaml.")


class CheckpointError(InvalidInputError):
    """A checkpoint belongs to another training."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"The checkpoint {path} cannot be continued: {problem}. Train without --resume.")


class ModelsFileError(InvalidInputError):
    """A list of models contradicts its schema."""

    def __init__(self, path: str, key: str, problem: str) -> None:
        super().__init__(f"The list of models {path}: {key or 'the file'}: {problem}. Nothing was loaded.")


class UnknownModelError(NotFoundError):
    """No model has that id."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        there = f"There are: {', '.join(known)}." if known else "None is installed."
        super().__init__(f"There is no model {name[:80]!r}. {there}")


class ModelFileRoleError(NotFoundError):
    """A model lacks the file that was asked for."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__(f"The model {name} has no file of the role {role!r}. Quantize it, or ask for fp32.")


class ImageSizeError(InvalidInputError):
    """A picture is too small or too large for the network."""

    def __init__(self, rows: int, columns: int, least: int, most: int) -> None:
        super().__init__(
            f"The picture has {rows} x {columns} pixels; the network takes pictures whose sides have "
            f"{least} to {most} pixels."
        )


class NoGpuError(UnavailableError):
    """A GPU was asked for where there is none."""

    def __init__(self, device: str) -> None:
        super().__init__(f"Device {device!r} was asked for, but torch sees no such GPU here. Use 'cpu'.")


class TrainingReportError(InvalidInputError):
    """The report beside trained weights cannot be used."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The training's report {path} is missing or damaged. `fluoro train-base` writes it "
            "beside the weights."
        )
