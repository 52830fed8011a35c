"""The door of this room: a header becomes the rows of its run and of its frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydicom.dataset import Dataset

from lib.frames.files import read_without_pixels
from lib.frames.read import read_header
from lib.frames.values import Values
from lib.metadata.columns import Cell, Column, cells_of, column, columns_of
from lib.metadata.course import FrameCourse, RunCourse, read_course
from lib.metadata.exposure import FrameExposure, RunExposure, read_exposure
from lib.metadata.geometry import FrameGeometry, RunGeometry, read_geometry
from lib.metadata.identity import RunIdentity, read_identity
from lib.metadata.pixel_size import PixelSize, read_pixel_size
from lib.metadata.subtraction import FrameSubtraction, RunSubtraction, read_subtraction


@dataclass(frozen=True)
class RunRemarks:
    """What was wrong with a header."""

    problems: str | None = column("what is missing, malformed or contradictory, in sentences")


@dataclass(frozen=True)
class FramePlace:
    """Which frame of which run."""

    sop_instance_uid: str | None = column("UID of the run", dicom="(0008,0018)")
    frame_number: int | None = column("number of the frame, from 1")


RUN_COLUMNS: Final[tuple[Column, ...]] = columns_of(
    (RunIdentity, RunGeometry, PixelSize, RunCourse, RunExposure, RunSubtraction, RunRemarks)
)
FRAME_COLUMNS: Final[tuple[Column, ...]] = columns_of(
    (FramePlace, FrameCourse, FrameGeometry, FrameExposure, FrameSubtraction)
)

Row = Mapping[str, Cell]


@dataclass(frozen=True)
class RunMetadata:
    """The rows of one run; their keys are the names of `RUN_COLUMNS` and `FRAME_COLUMNS`."""

    run: Row
    frames: tuple[Row, ...]


def read_metadata(source: Path | bytes | Dataset, patient: str | None = None) -> RunMetadata:
    """Return what a header says; nothing of it names the patient.

    Args:
        source: A run; its pixels need not be there.
        patient: What the patient is called in the table.

    Raises:
        NotDicomError: It is no DICOM file.
        UnsupportedImageError: It is no X-ray run.
    """
    dataset = source if isinstance(source, Dataset) else read_without_pixels(source)
    header, values = read_header(dataset), Values(dataset)
    n_frames, uid = header.n_frames, header.sop_instance_uid
    geometry, geometries = read_geometry(values, header.carm, n_frames)
    course, courses = read_course(values, header.timing, header.carm.ecg)
    exposure, exposures = read_exposure(values, n_frames)
    subtraction, subtractions = read_subtraction(values, n_frames)
    identity, size = read_identity(values, header, patient), read_pixel_size(values, header.spacing)
    problems = dict.fromkeys((*header.problems, *values.problems))
    remarks = RunRemarks(" ".join(problems) or None)
    frames = zip(courses, geometries, exposures, subtractions, strict=True)
    return RunMetadata(
        cells_of((identity, geometry, size, course, exposure, subtraction, remarks)),
        tuple(cells_of((FramePlace(uid, t + 1), *groups)) for t, groups in enumerate(frames)),
    )
