"""The files of a measurement, each as bytes."""

import io
import json
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydicom.dataset import Dataset

from lib.arrays import Frames
from lib.measure.measurement import Measurement
from lib.measure.out.document import document
from lib.measure.out.pictures import key_frame, movie_pictures
from lib.measure.out.tables import line_csv, run_csv
from lib.pictures.movie import write_mp4
from lib.pictures.other_formats import avi_of, jpeg_of
from lib.pictures.png import picture_png


class FileKind(StrEnum):
    """The files of a measurement, by how their names end."""

    JSON = "measurement.json"
    RUN = "run.csv"
    LINE = "line.csv"
    KEY_FRAME = "key.png"
    KEY_JPEG = "key.jpg"
    MOVIE = "caliper.mp4"
    MOVIE_AVI = "caliper.avi"
    REPORT = "sr.dcm"


MEDIA_TYPES: Final[Mapping[FileKind, str]] = MappingProxyType(
    {
        FileKind.JSON: "application/json",
        FileKind.RUN: "text/csv",
        FileKind.LINE: "text/csv",
        FileKind.KEY_FRAME: "image/png",
        FileKind.KEY_JPEG: "image/jpeg",
        FileKind.MOVIE: "video/mp4",
        FileKind.MOVIE_AVI: "video/x-msvideo",
        FileKind.REPORT: "application/dicom",
    }
)

DRAWN: Final = (FileKind.JSON, FileKind.RUN, FileKind.LINE, FileKind.KEY_FRAME, FileKind.MOVIE)
"""What a measurement is kept with; a report needs the header of the run and says who measured."""

MADE_OF: Final[Mapping[FileKind, FileKind]] = MappingProxyType(
    {FileKind.KEY_JPEG: FileKind.KEY_FRAME, FileKind.MOVIE_AVI: FileKind.MOVIE}
)
"""Files that are made where somebody asks for them, and what of."""


def content(kind: FileKind, found: Measurement, frames: Frames, frames_per_second: float | None) -> bytes:
    """Return one of the files that are `DRAWN`, or made of one of them.

    Args:
        kind: Which.
        found: The measurement.
        frames: (T, H, W) in [0, 1] of its run.
        frames_per_second: Rate of the movie; None where it is not known.
    """
    match kind:
        case FileKind.JSON:
            return (json.dumps(document(found), indent=1) + "\n").encode()
        case FileKind.RUN:
            return run_csv(found).encode()
        case FileKind.LINE:
            return line_csv(found).encode()
        case FileKind.KEY_FRAME:
            return picture_png(key_frame(frames, found))
        case FileKind.MOVIE:
            return _movie(found, frames, frames_per_second)
        case FileKind.KEY_JPEG | FileKind.MOVIE_AVI:
            return made_of(kind, content(MADE_OF[kind], found, frames, frames_per_second))
        case FileKind.REPORT:
            raise ValueError("A report is written by write_report.")


def made_of(kind: FileKind, data: bytes) -> bytes:
    """Return a file of `MADE_OF` from the one that it is made of."""
    return jpeg_of(data) if kind is FileKind.KEY_JPEG else avi_of(data)


def dicom_bytes(dataset: Dataset) -> bytes:
    """Return a data set as a DICOM file."""
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _movie(found: Measurement, frames: Frames, frames_per_second: float | None) -> bytes:
    with tempfile.TemporaryDirectory(prefix="measurement-") as folder:
        path = Path(folder) / "caliper.mp4"
        write_mp4(path, movie_pictures(frames, found), frames_per_second)
        return path.read_bytes()
