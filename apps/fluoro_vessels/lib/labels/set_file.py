"""Writes the files of the data folder that hold people's labels: whole, or as they were before."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from lib.errors import DiskFullError, StorageError
from lib.labels.table import Code, Label


def keep_set(folder: Path, name: str, labels: Sequence[Label]) -> None:
    """Keep the labels of a set; the file of before is replaced, and goes where there are no labels.

    Raises:
        DiskFullError: There is no room; what lay there before is untouched.
        StorageError: The folder cannot be written.
    """
    path = folder / f"{name}.yaml"
    if labels:
        document = {"sets": {name: {"labels": [_plain(label) for label in labels]}}}
        write_text(path, yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _failure(path, error) from error


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is there as a whole or not at all.

    Raises:
        DiskFullError: There is no room; what lay there before is untouched.
        StorageError: The folder cannot be written.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def _failure(path: Path, error: OSError) -> StorageError:
    if error.errno == errno.ENOSPC:
        return DiskFullError(str(path.parent))
    return StorageError(f"Labels cannot be written to {path} ({error.strerror}).")


def _plain(label: Label) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "index": label.index,
        "name": label.name,
        "category": _words(label.category),
        "type": _words(label.type),
        "color": list(label.color),
    }
    optional = {
        "synonyms": list(label.synonyms),
        "modifiers": [_words(code) for code in label.modifiers],
        "number": label.number,
        "dominance": label.dominance,
        "former_names": list(label.former_names),
    }
    return plain | {key: value for key, value in optional.items() if value}


def _words(code: Code) -> dict[str, str]:
    return {"value": code.value, "scheme": code.scheme, "meaning": code.meaning}
