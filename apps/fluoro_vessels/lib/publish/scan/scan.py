"""The last look: every file of a set, its name, its texts, its bytes and its pixels."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from lib.frames.values import MALFORMED, Values
from lib.publish.scan.findings import Finding, Kind
from lib.publish.scan.pieces import DICOM, Piece, pieces_of
from lib.publish.scan.search import DAYS, Search
from lib.publish.scan.traces import DATE

UNREADABLE: Final = (*MALFORMED, InvalidDicomError, OSError, RecursionError)
REMOVED: Final = "PatientIdentityRemoved"
METHODS: Final = "DeidentificationMethodCodeSequence"

ShowsText = Callable[[Dataset, frozenset[str], str], bool]
"""Tells whether text is left in the pixels of an object, from words that are known and the run's name."""


@dataclass(frozen=True)
class Scan:
    """How a set is looked at.

    Attributes:
        search: What is looked for everywhere.
        dates: Name of a file to the dates of its own sources, YYYYMMDD.
        shows_text: Reads the pixels of a DICOM object.
    """

    search: Search
    dates: Mapping[str, frozenset[str]]
    shows_text: ShowsText

    def __call__(self, folder: Path) -> list[Finding]:
        """Return what is left in any file of a folder; [] where nothing is."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return [
            finding for path in files for finding in self._file(path, path.relative_to(folder).as_posix())
        ]

    def _file(self, path: Path, name: str) -> Iterator[Finding]:
        for kind in self.search(Piece("", name)):
            yield Finding(name, "its name", kind)
        for kind in self.search.in_bytes(path.read_bytes()):
            yield Finding(name, "its bytes", kind)
        try:
            yield from self._texts(path, name)
            if path.suffix == DICOM:
                yield from self._object(dcmread(path), name)
        except UNREADABLE:
            yield Finding(name, "as a whole", Kind.UNREADABLE)

    def _texts(self, path: Path, name: str) -> Iterator[Finding]:
        dates = self.dates.get(name, frozenset())
        for piece in pieces_of(path):
            for kind in self.search(piece):
                yield Finding(name, piece.where, kind)
            found = DATE.match(piece.text) if piece.vr in DAYS else None
            if found is not None and "".join(found.groups()) in dates:
                yield Finding(name, piece.where, Kind.DATE)

    def _object(self, dataset: Dataset, name: str) -> Iterator[Finding]:
        """Yield what only a DICOM object can lack or have.

        DICOM:
            Patient Identity Removed (0012,0062), De-identification Method Code Sequence (0012,0064), PS3.15
            E.1.1.
        """
        values = Values(dataset)
        if values.text(REMOVED) != "YES" or not values.items(METHODS):
            yield Finding(name, "(0012,0062), (0012,0064)", Kind.UNMARKED)
        traces = self.search.traces
        if self.shows_text(dataset, traces.names | traces.numbers, PurePosixPath(name).parent.name):
            yield Finding(name, "(7FE0,0010)", Kind.TEXT)
