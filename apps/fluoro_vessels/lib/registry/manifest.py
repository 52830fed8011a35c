"""models.json: the card of every model in a folder, with the checksums of its files."""

import json
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lib.errors import ModelsFileError
from lib.registry.on_disk import write_whole

MANIFEST: Final = "models.json"
IR_SUFFIXES: Final = (".xml", ".bin")
"""An OpenVINO model is two files: its graph and its weights."""

Role: TypeAlias = Literal["weights", "openvino-int8"]
Kind: TypeAlias = Literal["vessel-net", "nnunet"]


class Part(BaseModel):
    """A part of the file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelFile(Part):
    """A file of a model, beside models.json.

    Attributes:
        name: File name, without folder.
        role: `weights` for torch, `openvino-int8` for the two files of the quantized network.
        sha256: Checksum, 64 hexadecimal digits.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
    role: Role
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class TrainingData(Part):
    """What a model has learned from.

    Attributes:
        phantom_version: Version of the simulator whose runs it saw; None where it saw others.
        description: In a sentence, with the seeds.
    """

    phantom_version: str | None
    description: str = Field(min_length=1)


class ModelCard(Part):
    """What there is to know of a model.

    Attributes:
        id: Its name here: lower case, digits, `-` and `_`.
        task: The infer task that it serves, such as `vessels`.
        kind: What its weights are weights of.
        version: Changes whenever its files do.
        files: All of them.
        input: The channels of its input, in order.
        classes: Its output channels; names of the label table.
        training_data: See `TrainingData`.
        license: Of the weights, as SPDX calls it.
        recipe: How it was made: a command or a file of this project.
        cost: What making it took: machine, seconds.
        measured: Figures by name, such as `phantom_dice_vessel`.
        limitations: What it is not for.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    task: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    kind: Kind
    version: str = Field(min_length=1, max_length=64)
    files: tuple[ModelFile, ...] = Field(min_length=1)
    input: tuple[str, ...] = Field(min_length=1)
    classes: tuple[str, ...] = Field(min_length=1)
    training_data: TrainingData
    license: str = Field(min_length=1)
    recipe: str = Field(min_length=1)
    cost: dict[str, str | float] = {}
    measured: dict[str, float] = {}
    limitations: str = ""

    @model_validator(mode="after")
    def _require_files_that_fit(self) -> "ModelCard":
        """Refuse a name that stands twice and half an OpenVINO model."""
        names = [file.name for file in self.files]
        if len(set(names)) < len(names):
            raise ValueError("a file name stands twice")
        halves = sorted(Path(file.name).suffix for file in self.files if file.role == "openvino-int8")
        if halves and halves != sorted(IR_SUFFIXES):
            raise ValueError("openvino-int8 must be one .xml and one .bin file")
        return self


class Manifest(Part):
    """All models of a folder."""

    schema_version: Literal[1] = 1
    models: tuple[ModelCard, ...] = ()

    @model_validator(mode="after")
    def _require_ids_once(self) -> "Manifest":
        """Refuse two models of one id."""
        ids = [model.id for model in self.models]
        if len(set(ids)) < len(ids):
            raise ValueError("an id stands twice")
        return self


def read_manifest(folder: Path) -> Manifest:
    """Read the models.json of a folder; a folder without one has no models.

    Raises:
        ModelsFileError: It cannot be read, has unknown keys, or contradicts itself.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Manifest()
    except OSError as error:
        raise ModelsFileError(str(path), "", f"cannot be read ({error.strerror})") from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ModelsFileError(str(path), key, first["msg"]) from error


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write models.json, whole or not at all, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MANIFEST
    write_whole(path, (json.dumps(manifest.model_dump(), indent=2) + "\n").encode())
    return path
