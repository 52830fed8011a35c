"""What every format can do."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from lib.exchange.content import ExportRun, FoundRun
from lib.exchange.sheet import Sheet
from lib.labels import Label, LabelTable


class Format(Protocol):
    """Writes runs into a folder and reads their labels back."""

    @property
    def name(self) -> str:
        """The word for it on the command line."""
        ...

    @property
    def notes(self) -> str:
        """For the data card: what the files are, and what is lost in them."""
        ...

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write runs into an empty folder; each is asked for when the one before is written.

        Args:
            folder: The data set.
            runs: What to write.
            labels: The labels that may occur, in the order of the table.
        """
        ...

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Yield the labels of a data set, a run at a time.

        Raises:
            DataSetError: A file is broken or is not of the data set, or a label is none of the table's.
        """
        ...
