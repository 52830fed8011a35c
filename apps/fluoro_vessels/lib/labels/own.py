"""Loads the project's labels together with the sets that people imported, and imports one more."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lib.errors import LabelTableError
from lib.labels.overrides import overridden, read_overrides
from lib.labels.parse import read_label_file
from lib.labels.set_file import keep_set
from lib.labels.table import OWN_INDICES, Label, LabelTable


def load_label_table(file: Path, imported: Path | None = None) -> LabelTable:
    """Return the labels of `file` and of every set in the folder `imported`, as people changed them.

    Raises:
        LabelTableError: A file is malformed, or two labels share an index or a name.
    """
    labels = read_label_file(file)
    if imported is None or not imported.is_dir():
        return LabelTable(labels)
    own = (label for path in sorted(imported.glob("*.yaml")) for label in read_label_file(path))
    return LabelTable((*overridden(labels, read_overrides(imported)), *own))


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
    labels = _with_former_names(before, labels)
    merged = LabelTable(tuple(label for label in table if label not in before) + labels)
    keep_set(folder, labels[0].set_name, labels)
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


def _with_former_names(before: Iterable[Label], after: Iterable[Label]) -> tuple[Label, ...]:
    """Return labels with every name that they had before, because saved labels may still say it."""
    known = {label.index: label.former_names for label in before}
    return tuple(
        replace(label, former_names=tuple(dict.fromkeys((*known.get(label.index, ()), *label.former_names))))
        for label in after
    )
