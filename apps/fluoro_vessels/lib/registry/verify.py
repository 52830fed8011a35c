"""Vouches for the files of a model: a file with another checksum is never used."""

import hashlib
import threading
from pathlib import Path
from typing import Final

from lib.errors import ModelFileRoleError, WeightsChecksumError, WeightsMissingError
from lib.registry.manifest import Role
from lib.registry.model import Model

CHUNK_BYTES: Final = 1 << 20


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


def verify(model: Model) -> None:
    """Compare the checksums of all files of a model.

    Raises:
        WeightsMissingError: A file is not there.
        WeightsChecksumError: A file is another one.
    """
    for file in model.card.files:
        _verified(model.folder / file.name, file.sha256)


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
