"""The door of this room: a file, bytes or a dataset becomes a run."""

import logging
import time
from pathlib import Path

from pydicom.dataset import Dataset

from lib.errors import MissingSpacingError
from lib.frames.carm import c_arm
from lib.frames.cine import Cine, RunHeader
from lib.frames.files import read_dataset, read_without_pixels
from lib.frames.intensity import normalize
from lib.frames.kinds import Identity, identify
from lib.frames.layout import Layout, read_layout
from lib.frames.spacing import Spacing, pixel_spacing
from lib.frames.stored import frame_count, read_codes
from lib.frames.timing import frame_timing
from lib.frames.values import Values

__all__ = ["read_cine", "read_dataset", "read_header"]

logger = logging.getLogger(__name__)


def read_header(source: Path | bytes | Dataset) -> RunHeader:
    """Return what a header says about a run; pixel data need not be there.

    Raises:
        NotDicomError: It is no DICOM file.
        UnsupportedImageError: It is no X-ray run.
    """
    values = Values(source if isinstance(source, Dataset) else read_without_pixels(source))
    identity = identify(values)
    return _run_header(values, identity, read_layout(values, identity.sop_instance_uid))


def read_cine(source: Path | bytes | Dataset) -> Cine:
    """Return a run with its pixels.

    Raises:
        NotDicomError: It is no DICOM file.
        UnsupportedImageError: It is no X-ray run.
        NoPixelsError: It has no pixel data.
        PixelDataError: The pixel data are too short or cannot be decoded.
    """
    start = time.perf_counter()
    values = Values(source if isinstance(source, Dataset) else read_dataset(source))
    identity = identify(values)
    layout = read_layout(values, identity.sop_instance_uid)
    frames = normalize(read_codes(values, layout, identity.sop_instance_uid), values, layout)
    header = _run_header(values, identity, layout)
    logger.info(
        "read run %s: %d frames of %s in %.2f s",
        header.sop_instance_uid,
        header.n_frames,
        layout.shape_text,
        time.perf_counter() - start,
    )
    return Cine(header=header, frames=frames)


def _run_header(values: Values, identity: Identity, layout: Layout) -> RunHeader:
    """Collect what the parts of this room read; every problem noted so far is in it."""
    n_frames = frame_count(values, layout)
    spacing = _spacing(values)
    timing = frame_timing(values, n_frames)
    carm = c_arm(values, n_frames)
    return RunHeader(
        study_instance_uid=identity.study_instance_uid,
        series_instance_uid=identity.series_instance_uid,
        sop_instance_uid=identity.sop_instance_uid,
        sop_class_uid=identity.sop_class_uid,
        modality=identity.modality,
        n_frames=n_frames,
        rows=layout.rows,
        columns=layout.columns,
        spacing=spacing,
        timing=timing,
        carm=carm,
        problems=tuple(values.problems),
    )


def _spacing(values: Values) -> Spacing | None:
    try:
        return pixel_spacing(values)
    except MissingSpacingError:
        return None
