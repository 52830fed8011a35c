"""Loads the project's labels together with the sets that people imported, and imports one more."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from lib.errors import DiskFullError, LabelTableError, StorageError
from lib.labels.parse import read_label_file
from lib.labels.table import OWN_INDICES, Code, Label, LabelTable


def load_label_table(file: Path, imported: Path | None = None) -> LabelTable:
    """Return the labels of `file` and of every set in the folder `imported`.

    Raises:
        LabelTableError: A file is malformed, or two labels share an index or a name.
    """
    labels = read_label_file(file)
    own = sorted(imported.glob("*.yaml")) if imported is not None and imported.is_dir() else []
    return LabelTable(labels + tuple(label for path in own for label in read_label_file(path)))


def import_labels(file: Path, folder: Path, table: LabelTable) -> LabelTable:
    """Add the set in `file` to the table and keep it in `folder`; all of it or nothing.

    A set may be imported again to add labels or to change colours, codes and synonyms. An
    index that it once gave keeps its name, because stored label volumes hold the index.

    Returns:
        The table with the new set.

    Raises:
        LabelTableError: The set is malformed or contradicts the table.
        StorageError: The folder cannot be written.
    """
    labels = read_label_file(file)
    set_names = dict.fromkeys(label.set_name for label in labels)
    if len(set_names) != 1:
        raise LabelTableError(f"{file.name} has {len(set_names)} sets. Import one set at a time.")
    _refuse_reserved(labels)
    before = tuple(label for label in table if label.set_name in set_names)
    _refuse_new_meaning(before, labels)
    merged = LabelTable(tuple(label for label in table if label not in before) + labels)
    _write(folder, folder / f"{labels[0].set_name}.yaml", labels)
    return merged


def _refuse_reserved(labels: Iterable[Label]) -> None:
    for label in labels:
        if label.index not in OWN_INDICES:
            raise LabelTableError(
                f"Label {label.name!r} has index {label.index}. Own sets take indices from "
                f"{OWN_INDICES.start} to {OWN_INDICES.stop - 1}."
            )


def _refuse_new_meaning(before: Iterable[Label], after: Iterable[Label]) -> None:
    names = {label.index: label.name for label in after}
    for label in before:
        if label.index not in OWN_INDICES:
            raise LabelTableError(f"Set {label.set_name!r} belongs to this project. Give yours another name.")
        if names.get(label.index) != label.name:
            raise LabelTableError(
                f"Index {label.index} is {label.name!r} in labels that are stored already; the new file "
                f"calls it {names.get(label.index, 'nothing')!r}. Keep it, and give a new label a free index."
            )


def _write(folder: Path, path: Path, labels: tuple[Label, ...]) -> None:
    document = {"sets": {labels[0].set_name: {"labels": [_plain(label) for label in labels]}}}
    part = folder / f".{path.name}.{uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as file:
            yaml.safe_dump(document, file, sort_keys=False, allow_unicode=True)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFullError(str(folder)) from error
        raise StorageError(f"The label set cannot be written to {path} ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)


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
    }
    return plain | {key: value for key, value in optional.items() if value}


def _words(code: Code) -> dict[str, str]:
    return {"value": code.value, "scheme": code.scheme, "meaning": code.meaning}
