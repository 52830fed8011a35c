"""Changes the table of a running server: people add labels, rename, recolour and delete their own."""

import hashlib
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lib.errors import LabelInUseError, LabelNameTakenError, NoFreeIndexError, ShippedLabelError
from lib.labels.colors import distinct_color
from lib.labels.overrides import Override, read_overrides, write_overrides
from lib.labels.own import load_label_table
from lib.labels.parse import label_name, read_label_file
from lib.labels.set_file import keep_set
from lib.labels.table import OWN_INDICES, Code, Label, LabelTable, spoken

OWN_SET: Final = "own"
"""The set of labels that people added one by one."""

_CATEGORY: Final = Code("91723000", "SCT", "Anatomical Structure")
_SCHEME: Final = "99FLUORO"
_WHERE: Final = "The request"


@dataclass(frozen=True)
class LabelChange:
    """What somebody wants a label to be; None: as it is."""

    name: str | None = None
    color: tuple[int, int, int] | None = None
    synonyms: Sequence[str] | None = None


class LabelEditor:
    """Changes a table and what is kept of it; one change at a time, all of it or nothing.

    Before each change the files are read again, so that a set that somebody imported meanwhile stays.
    """

    def __init__(self, table: LabelTable, file: Path, folder: Path) -> None:
        """Edit the table that the rooms of a server share.

        Args:
            table: The table.
            file: The labels of the project.
            folder: Where people's own are kept.
        """
        self.table = table
        self._file = file
        self._folder = folder
        self._changing = threading.Lock()

    def add(self, new: LabelChange, held: Callable[[], Collection[int]]) -> Label:
        """Add a label to people's own set.

        Args:
            new: Its name; colour and synonyms where somebody says.
            held: Returns the indices that anything stored holds: none of them is given to a new label.

        Raises:
            LabelTableError: The name or a synonym cannot be one.
            LabelNameTakenError: It means another label already.
            NoFreeIndexError: There is no index left.
        """
        with self._changing:
            table = self._read()
            name = label_name(_WHERE, new.name)
            label = Label(
                index=_free_index({label.index for label in table} | set(held())),
                name=name,
                category=_CATEGORY,
                type=_code_of(name),
                color=new.color or distinct_color([label.color for label in table]),
                set_name=OWN_SET,
                synonyms=_synonyms(new.synonyms or (), (name,)),
            )
            self._keep_set(OWN_SET, _with(table, label))
            return label

    def change(self, index: int, change: LabelChange) -> Label:
        """Change a label; its former names go on finding it.

        Raises:
            UnknownLabelError: There is none of this index.
            ShippedLabelError: Its name is the project's.
            LabelTableError: A name cannot be one.
            LabelNameTakenError: It means another label already.
        """
        with self._changing:
            table = self._read()
            before = table.by_index(index)
            if not before.is_own:
                return self._override(table, before, change)
            name = before.name if change.name is None else label_name(_WHERE, change.name)
            wanted = before.synonyms if change.synonyms is None else change.synonyms
            former = _without((name,), (*before.former_names, before.name))
            after = replace(
                before,
                name=name,
                color=change.color or before.color,
                synonyms=_synonyms(wanted, (name, *former)),
                former_names=former,
            )
            self._keep_set(after.set_name, _with(table, after))
            return after

    def remove(self, index: int, users: Callable[[Label], Sequence[str]]) -> None:
        """Delete a label of people's own.

        Args:
            index: The label.
            users: Returns what has the label, in words; it must be nothing.

        Raises:
            UnknownLabelError: There is none of this index.
            ShippedLabelError: It is the project's.
            LabelInUseError: Something has it.
        """
        with self._changing:
            table = self._read()
            label = table.by_index(index)
            if not label.is_own:
                raise ShippedLabelError(label.name, "deleted")
            if found := users(label):
                raise LabelInUseError(label.name, found)
            self._keep_set(label.set_name, tuple(other for other in table if other is not label))

    def _read(self) -> LabelTable:
        return load_label_table(self._file, self._folder)

    def _keep_set(self, name: str, labels: tuple[Label, ...]) -> None:
        """Keep one set, and show all labels from now on."""
        LabelTable(labels)
        keep_set(self._folder, name, [label for label in labels if label.set_name == name])
        self.table.replace(labels)

    def _override(self, table: LabelTable, before: Label, change: LabelChange) -> Label:
        """Change a label of the project: its colour, and the synonyms beside its own."""
        if change.name is not None and change.name.strip() != before.name:
            raise ShippedLabelError(before.name, "renamed")
        overrides = read_overrides(self._folder)
        now = overrides.get(before.index, Override())
        shipped = next(label for label in read_label_file(self._file) if label.index == before.index)
        wanted = now.synonyms if change.synonyms is None else change.synonyms
        override = Override(
            None if change.color == shipped.color else change.color or now.color,
            _synonyms(wanted, tuple(shipped.all_names())),
        )
        after = replace(
            before, color=override.color or shipped.color, synonyms=(*shipped.synonyms, *override.synonyms)
        )
        labels = _with(table, after)
        LabelTable(labels)
        write_overrides(self._folder, {**overrides, before.index: override})
        self.table.replace(labels)
        return after


def _with(table: LabelTable, label: Label) -> tuple[Label, ...]:
    """Return the labels with one more, or with one in its place, or raise LabelNameTakenError."""
    others = tuple(other for other in table if other.index != label.index)
    names = {spoken(name): other.name for other in others for name in other.all_names()}
    for name in label.all_names():
        if spoken(name) in names:
            raise LabelNameTakenError(name, names[spoken(name)])
    if len(others) == len(table.labels):
        return (*others, label)
    return tuple(label if other.index == label.index else other for other in table)


def _free_index(taken: Collection[int]) -> int:
    free = next((index for index in OWN_INDICES if index not in taken), None)
    if free is None:
        raise NoFreeIndexError(OWN_INDICES.start, OWN_INDICES.stop - 1)
    return free


def _synonyms(words: Sequence[str], names: Collection[str]) -> tuple[str, ...]:
    """Return checked synonyms, each once, without those that are names anyway."""
    return _without(names, [label_name(_WHERE, word) for word in words])


def _without(names: Collection[str], words: Sequence[str]) -> tuple[str, ...]:
    known = {spoken(name) for name in names}
    first = {spoken(word): word for word in reversed(words) if spoken(word) not in known}
    return tuple(word for word in words if first.get(spoken(word)) is word)


def _code_of(name: str) -> Code:
    """Return a code of the project's scheme that depends on the name only.

    So a SEG that another server wrote is recognised where people use the same word, and is not mistaken
    for a label that merely has the same index.
    """
    digest = hashlib.sha256(spoken(name).encode()).hexdigest()
    return Code(f"OWN-{digest[:12]}", _SCHEME, name)
