"""What a header declares about the amount of pixels, compared with limits before anything is decoded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset

from lib.errors.limits import RunTooLargeError
from lib.frames.values import Values

MILLION: Final = 1_000_000


@dataclass(frozen=True)
class SizeLimits:
    """Most that a run may declare; the names are those of the settings.

    Attributes:
        frames: Number of frames.
        frame_megapixels: Pixels of a frame, in millions.
        run_megapixels: Pixels of all frames, in millions.
    """

    frames: int = 100_000
    frame_megapixels: float = 64.0
    run_megapixels: float = 2048.0


HARD: Final = SizeLimits()
"""What is never decoded, wherever it comes from."""


def require_size(name: str, rows: int, columns: int, n_frames: int, limits: SizeLimits = HARD) -> None:
    """Make sure that a run is no larger than the limits.

    Raises:
        RunTooLargeError: It is.
    """
    frame = rows * columns / MILLION
    for found, unit, limit, setting in (
        (n_frames, "frames", limits.frames, "FRAMES"),
        (frame, "million pixels in a frame", limits.frame_megapixels, "FRAME_MEGAPIXELS"),
        (frame * n_frames, "million pixels", limits.run_megapixels, "RUN_MEGAPIXELS"),
    ):
        if found > limit:
            raise RunTooLargeError(name, f"{found:,.10g} {unit}", f"{limit:,g}", setting)


def require_declared_size(name: str, header: Dataset, limits: SizeLimits = HARD) -> None:
    """Make sure of the same for what a header states; what it leaves out counts as 1.

    DICOM:
        Rows (0028,0010), Columns (0028,0011), Number of Frames (0028,0008).
    """
    values = Values(header)
    stated: Iterable[int | None] = map(values.integer, ("Rows", "Columns", "NumberOfFrames"))
    rows, columns, n_frames = (number or 1 for number in stated)
    require_size(name, rows, columns, n_frames, limits)
