"""How large a pixel is, and how far that can be trusted."""

from dataclasses import dataclass, replace
from typing import Final

from lib.frames.groups import FunctionalGroups
from lib.frames.spacing import Spacing, SpacingSource, magnification
from lib.frames.values import Values
from lib.metadata.columns import column

TRUST: Final = {
    SpacingSource.GEOMETRY: "size in the patient, corrected by the equipment",
    SpacingSource.FIDUCIAL: "size in the patient, calibrated on an object",
    SpacingSource.ERMF: "size at the isocentre, from the magnification",
    SpacingSource.PROJECTION: "size at the detector, magnified in the picture",
    SpacingSource.UNKNOWN: "nothing says of which plane",
}


@dataclass(frozen=True)
class PixelSize:
    """Pixel size of a run."""

    spacing_row_mm: float | None = column(
        "best pixel size: distance of rows", "mm", "(0028,0030); (0018,1164)"
    )
    spacing_column_mm: float | None = column("the same: distance of columns", "mm")
    spacing_source: str | None = column(
        "GEOMETRY, FIDUCIAL, ERMF, PROJECTION or UNKNOWN", dicom="(0028,0A02)"
    )
    spacing_trust: str | None = column("what the size is worth, in words")
    spacing_is_calibrated: bool | None = column("lengths are those in the patient")
    magnification: float | None = column(
        "magnification that was used or could be: stated, else SID / SOD", dicom="(0018,1114)"
    )
    imager_row_mm: float | None = column("pixel size at the detector: rows", "mm", "(0018,1164)")
    imager_column_mm: float | None = column("the same: columns", "mm", "(0018,1164)")


def read_pixel_size(values: Values, spacing: Spacing | None) -> PixelSize:
    """Return the pixel size of a run; all is None where the header states none."""
    imager = _imager(values)
    row, column_mm = imager if len(imager) == 2 else (None, None)
    known = PixelSize(magnification=magnification(values), imager_row_mm=row, imager_column_mm=column_mm)
    if spacing is None:
        return known
    return replace(
        known,
        spacing_row_mm=spacing.row_mm,
        spacing_column_mm=spacing.column_mm,
        spacing_source=spacing.source.value,
        spacing_trust=TRUST[spacing.source],
        spacing_is_calibrated=spacing.is_calibrated,
    )


def _imager(values: Values) -> tuple[float, ...]:
    item = FunctionalGroups(values).item("FramePixelDataPropertiesSequence")
    return values.numbers("ImagerPixelSpacing") or (
        () if item is None else item.numbers("ImagerPixelSpacing")
    )
