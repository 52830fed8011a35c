"""A whole folder: one bad file never stops the others, and files of one patient help each other.

First all headers are read, so that a name that only the run tells is also taken out of the text of its
report.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from lib.errors import FluoroError, NotADicomObjectError, OutputFolderError, SiteKeyError
from lib.errors.burned_in import ReaderMissingError
from lib.privacy.deidentify import Deidentifier
from lib.privacy.known import known_in
from lib.privacy.one_file import BROKEN, CleanPixels, Outcome, deidentify_file, read_object
from lib.privacy.pseudonyms import identity_of
from lib.privacy.whole_file import clear_unfinished


def find_files(source: Path) -> list[Path]:
    """Return the files of a folder at every depth, without hidden ones; or the one file."""
    if not source.is_dir():
        return [source]
    paths = sorted(path for path in source.rglob("*") if path.is_file() and not path.is_symlink())
    return [
        path for path in paths if not any(part.startswith(".") for part in path.relative_to(source).parts)
    ]


def deidentify_files(
    sources: Sequence[Path],
    folder: Path,
    deidentifier: Deidentifier,
    clean_pixels: CleanPixels | None = None,
) -> Iterator[Outcome]:
    """De-identify files into a folder; yield what became of each.

    Raises:
        OutputFolderError: The folder cannot be written, so going on is of no use.
        ReaderMissingError: Pictures are to be read, and what reads them is not installed.
    """
    clear_unfinished(folder)
    known = _known_of(sources)
    taken: set[str] = set()
    for source in sources:
        try:
            names = known[identity_of(read_object(source, only_header=True))]
            yield deidentify_file(source, folder, deidentifier, names, clean_pixels, taken)
        except (OutputFolderError, ReaderMissingError):
            raise
        except FluoroError as error:
            yield Outcome(source, reason=str(error))
        except BROKEN:
            yield Outcome(source, reason=str(NotADicomObjectError()))


def require_apart(key: Path, folder: Path) -> None:
    """Refuse a site key within the folder that is given away.

    Raises:
        SiteKeyError: It lies there.
    """
    if key.resolve().is_relative_to(folder.resolve()):
        raise SiteKeyError(key, "it lies in the folder that is given away; keep it elsewhere")


def _known_of(sources: Sequence[Path]) -> dict[str, frozenset[str]]:
    """Return the names and numbers of each patient, from all files together."""
    known: dict[str, frozenset[str]] = defaultdict(frozenset)
    for source in sources:
        try:
            header = read_object(source, only_header=True)
            known[identity_of(header)] |= known_in(header)
        except (FluoroError, *BROKEN):
            continue
    return known
