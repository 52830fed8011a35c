"""DICOM files on this machine: found in folders, and named by what they hold."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.tag import Tag
from pydicom.uid import MediaStorageDirectoryStorage

from lib.errors import NotDicomError

SOP_CLASS: Final = Tag("SOPClassUID")
SOP_INSTANCE: Final = Tag("SOPInstanceUID")


class Outcome(StrEnum):
    """What became of a file."""

    STORED = "stored"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file that was to be sent."""

    path: Path
    outcome: Outcome
    sop_instance_uid: str = ""
    reason: str = ""


@dataclass(frozen=True)
class DicomFile:
    """A file that can be sent."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    n_bytes: int


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files among the paths, then those inside the folders among them, each once, sorted."""
    seen: set[Path] = set()
    for path in paths:
        inside = (Path(top, name) for top, _, names in sorted(os.walk(path)) for name in sorted(names))
        for file in inside if path.is_dir() else (path,):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def examine(path: Path, *, is_named: bool) -> DicomFile | FileOutcome:
    """Return what a file holds, or why it is not to be sent.

    Args:
        path: A file, or a path that may not exist.
        is_named: A person named this very file; then no DICOM is a failure, in a folder it is not.
    """
    try:
        return read_identity(path)
    except NotDicomError:
        outcome = Outcome.FAILED if is_named else Outcome.SKIPPED
        return FileOutcome(path, outcome, reason="not a DICOM file")
    except OSError as error:
        return FileOutcome(path, Outcome.FAILED, reason=error.strerror or "cannot be read")


def read_identity(path: Path) -> DicomFile:
    """Return what a DICOM file holds; reads no pixels.

    Raises:
        NotDicomError: It is none, or a DICOMDIR.
        OSError: It cannot be read.
    """
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=[SOP_CLASS, SOP_INSTANCE])
        syntax = str(header.file_meta.get("TransferSyntaxUID", ""))
    except (InvalidDicomError, EOFError, ValueError, AttributeError, NotImplementedError) as error:
        raise NotDicomError(path.name) from error
    sop_class, sop_instance = (_raw_text(header, tag) for tag in (SOP_CLASS, SOP_INSTANCE))
    if not sop_instance or sop_class == MediaStorageDirectoryStorage:
        raise NotDicomError(path.name)
    return DicomFile(path, sop_class, sop_instance, syntax, path.stat().st_size)


def _raw_text(header: Dataset, tag: int) -> str:
    """Return a UID as it stands in the file; pydicom would warn of every malformed one."""
    if tag not in header:
        return ""
    value = header.get_item(tag).value
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    return text.strip(" \0")
