"""Received files into the PACS: each is looked at first, and each has an outcome of its own."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from pydicom import Dataset, dcmread, uid
from pydicom.errors import InvalidDicomError

from lib.errors import FluoroError, NotDicomError, PacsRefusedError, UnavailableError, UploadRefusedError
from lib.frames.deflated import refuse_bomb
from lib.frames.read import read_dataset
from lib.frames.size import HARD, SizeLimits, require_declared_size
from lib.frames.values import MALFORMED
from lib.pacs.port import Pacs
from lib.pacs.runs import is_run
from lib.server.errors import status_of
from lib.server.upload_body import ReceivedFile

logger = logging.getLogger(__name__)

_ARCHIVES: Final = {
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
"""First bytes of archives."""

_NAMES: Final = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
_BROKEN: Final = (*MALFORMED, InvalidDicomError, OSError, RecursionError)
"""What pydicom raises for bytes that are no DICOM, or are cut off."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    name: str
    header: Dataset | None
    """None where the file is no DICOM file."""
    error: FluoroError | None
    """None where the PACS has it now."""


def store_files(files: Sequence[ReceivedFile], pacs: Pacs, limits: SizeLimits = HARD) -> list[Outcome]:
    """Store files one by one, in a worker thread; one that fails does not stop the others.

    Once the PACS does not answer, it is not asked again for the rest.
    """
    outcomes: list[Outcome] = []
    silence: UnavailableError | None = None
    for file in files:
        outcome = _store(file, pacs, silence, limits)
        if isinstance(outcome.error, UnavailableError) and not isinstance(outcome.error, PacsRefusedError):
            silence = outcome.error
        outcomes.append(outcome)
        file.path.unlink(missing_ok=True)
    n_stored = sum(outcome.error is None for outcome in outcomes)
    logger.info("stored %d of %d uploaded files", n_stored, len(files))
    return outcomes


def read_upload(file: ReceivedFile, limits: SizeLimits = HARD) -> Dataset:
    """Return the header of a received file, without its pixels.

    Raises:
        RunTooLargeError: It declares more pixels than the limits allow.
        BombError: It would unpack to far more than it is.
        UploadRefusedError: It is an archive or a DICOMDIR, or lacks the UIDs that name an instance.
        NotDicomError: It is no DICOM file.
    """
    with file.path.open("rb") as opened:
        start = opened.read(8)
        opened.seek(0)
        refuse_bomb(opened, file.name)
    for magic, kind in _ARCHIVES.items():
        if start.startswith(magic):
            raise UploadRefusedError(f"{file.name} is a {kind} archive. Unpack it and send the DICOM files.")
    try:
        header = dcmread(file.path, stop_before_pixels=True)
        names = [str(header.get(keyword, "")) for keyword in _NAMES]
        media_class = header.file_meta.get("MediaStorageSOPClassUID")
    except _BROKEN as error:
        raise NotDicomError(file.name) from error
    if media_class == uid.MediaStorageDirectoryStorage:
        raise UploadRefusedError(f"{file.name} is a DICOMDIR, a list of files. Send the files that it lists.")
    if not all(names):
        missing = ", ".join(keyword for keyword, name in zip(_NAMES, names, strict=True) if not name)
        raise UploadRefusedError(
            f"{file.name} has no {missing}, so no PACS can keep it. Send a complete instance."
        )
    require_declared_size(file.name, header, limits)
    return header


def as_json(outcome: Outcome, modalities: Sequence[str]) -> dict[str, Any]:
    """Return what the sender is told about one file."""
    told: dict[str, Any] = {"name": outcome.name, "stored": outcome.error is None}
    if outcome.error is not None:
        return told | {"status": int(status_of(outcome.error)), "detail": str(outcome.error)}
    if outcome.header is None:
        return told
    header = outcome.header
    return told | {
        "study_instance_uid": str(header.StudyInstanceUID),
        "series_instance_uid": str(header.SeriesInstanceUID),
        "sop_instance_uid": str(header.SOPInstanceUID),
        "is_run": is_run(header, modalities),
    }


def overall(outcomes: Sequence[Outcome]) -> tuple[HTTPStatus, FluoroError | None]:
    """Return the status of a whole upload, and the error that made it fail, if all did."""
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    if not errors:
        return HTTPStatus.OK, None
    if len(errors) < len(outcomes):
        return HTTPStatus.MULTI_STATUS, None
    worst = max(errors, key=lambda error: isinstance(error, UnavailableError))
    return status_of(worst), worst


def _store(file: ReceivedFile, pacs: Pacs, silence: UnavailableError | None, limits: SizeLimits) -> Outcome:
    header: Dataset | None = None
    try:
        header = read_upload(file, limits)
        if silence is not None:
            raise silence
        pacs.store([_whole(file)])
    except FluoroError as error:
        return Outcome(file.name, header, error)
    logger.info("stored uploaded instance %s", header.SOPInstanceUID)
    return Outcome(file.name, header, None)


def _whole(file: ReceivedFile) -> Dataset:
    try:
        return read_dataset(file.path)
    except (NotDicomError, *_BROKEN) as error:
        raise NotDicomError(file.name) from error
