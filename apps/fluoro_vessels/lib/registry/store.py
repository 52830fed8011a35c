"""Finds models and vouches for their files: a file with another checksum is never used.

Models that ship lie in `apps/fluoro_vessels/model`; each folder of `<data>/models` may hold more.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lib.errors import (
    ModelFileRoleError,
    ModelsFileError,
    UnknownModelError,
    WeightsChecksumError,
    WeightsMissingError,
)
from lib.registry.manifest import MANIFEST, Kind, ModelCard, ModelFile, Role, read_manifest
from lib.settings import APP_FOLDER, settings

logger = logging.getLogger(__name__)

SHIPPED: Final = APP_FOLDER / "model"
"""Models of this project."""

CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Model:
    """A model and where its files lie."""

    card: ModelCard
    folder: Path

    def files(self, role: Role) -> tuple[ModelFile, ...]:
        """Return the files of a role, in the order of the card."""
        return tuple(file for file in self.card.files if file.role == role)

    def has(self, role: Role) -> bool:
        """Say whether there is a file of that role, and all such files exist."""
        files = self.files(role)
        return bool(files) and all((self.folder / file.name).is_file() for file in files)


def find_models(data: Path | None = None, shipped: Path = SHIPPED) -> dict[str, Model]:
    """Return every model by its id; one of the data folder wins over one that ships.

    A folder of `<data>/models` whose list is damaged is left out and logged; the shipped list must be good.

    Args:
        data: The data folder; that of the settings where it is None.
        shipped: Where the models of this project lie.

    Raises:
        ModelsFileError: The shipped list is damaged.
    """
    found = {card.id: Model(card, shipped) for card in read_manifest(shipped).models}
    for folder in _folders((data or settings().data) / "models"):
        try:
            found |= {card.id: Model(card, folder) for card in read_manifest(folder).models}
        except ModelsFileError as error:
            logger.warning("left out the models of %s: %s", folder.name, error)
    return found


def find_model(name: str, data: Path | None = None, shipped: Path = SHIPPED) -> Model:
    """Return the model of an id.

    Raises:
        UnknownModelError: There is none; the sentence lists those that exist.
    """
    known = find_models(data, shipped)
    if name not in known:
        raise UnknownModelError(name, sorted(known))
    return known[name]


def model_for(task: str, kind: Kind, data: Path | None = None, shipped: Path = SHIPPED) -> Model | None:
    """Return the model that serves a task and has its weights here; one of the data folder first."""
    fitting = [
        model
        for model in find_models(data, shipped).values()
        if (model.card.task, model.card.kind) == (task, kind)
        and (model.has("weights") or model.has("openvino-int8"))
    ]
    return min(fitting, key=lambda model: (model.folder == shipped, model.card.id), default=None)


def verified_files(model: Model, role: Role) -> tuple[Path, ...]:
    """Return the files of a role after their checksums were compared.

    Raises:
        ModelFileRoleError: The model has none.
        WeightsMissingError: A file is not there.
        WeightsChecksumError: A file is another one; nothing may be loaded.
    """
    files = model.files(role)
    if not files:
        raise ModelFileRoleError(model.card.id, role)
    return tuple(_verified(model.folder / file.name, file.sha256) for file in files)


def verified_file(model: Model, role: Role, suffix: str) -> Path:
    """Return the file of a role with that suffix, after all files of the role were verified.

    Raises:
        ModelFileRoleError: The model has none.
        WeightsMissingError: A file is not there.
        WeightsChecksumError: A file is another one; nothing may be loaded.
    """
    for path in verified_files(model, role):
        if path.suffix == suffix:
            return path
    raise ModelFileRoleError(model.card.id, role)


class Checksums:
    """SHA-256 of files; a file is read again only when its size or its time has changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, int, str]] = {}
        self._lock = threading.Lock()

    def of(self, path: Path) -> str:
        """Return the checksum of a file."""
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        with self._lock:
            known = self._known.get(path)
            if known is None or known[:2] != stamp:
                known = (*stamp, _sha256(path))
                self._known[path] = known
        return known[2]


_checksums: Final = Checksums()


def _verified(path: Path, sha256: str) -> Path:
    if not path.is_file():
        raise WeightsMissingError(str(path))
    found = _checksums.of(path)
    if found != sha256:
        raise WeightsChecksumError(str(path), found, sha256)
    return path


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _folders(models: Path) -> Iterator[Path]:
    """Yield the folders that have a list; one that begins with a dot is not finished."""
    for path in sorted(models.glob(f"*/{MANIFEST}")):
        if not path.parent.name.startswith("."):
            yield path.parent
