"""What an image file that came with a request declares, compared with the limits before it is decoded."""

from pathlib import Path

from lib.datastore.volumes import declared_shape
from lib.frames.files import read_without_pixels
from lib.frames.size import SizeLimits, require_declared_size, require_size
from lib.sections.server import LimitsSettings

DICOM_SUFFIX = ".dcm"


def limits_of(settings: LimitsSettings) -> SizeLimits:
    """Return the limits of a run as the settings have them."""
    return SizeLimits(settings.frames, settings.frame_megapixels, settings.run_megapixels)


def require_small_image(path: Path, limits: SizeLimits) -> None:
    """Make sure that an image is no larger than the limits.

    Args:
        path: DICOM (.dcm), NIfTI or NRRD.
        limits: Of a run.

    Raises:
        RunTooLargeError: It declares more.
        LabelFileError, NotDicomError: It cannot be read.
    """
    if path.suffix == DICOM_SUFFIX:
        require_declared_size("The image", read_without_pixels(path), limits)
        return
    columns, rows, *rest = (*declared_shape(path), 1, 1)
    n_frames = 1
    for length in rest:
        n_frames *= length
    require_size("The image", rows, columns, n_frames, limits)
