"""How large a pixel is, and how far that can be trusted."""

from dataclasses import dataclass
from enum import StrEnum

from pydicom.dataset import Dataset

from lib.errors import MissingSpacingError
from lib.frames.groups import FunctionalGroups
from lib.frames.kinds import SECONDARY_CAPTURES
from lib.frames.values import Values, describe


class SpacingSource(StrEnum):
    """Where a spacing comes from, most trusted first."""

    GEOMETRY = "GEOMETRY"
    """Pixel Spacing that the modality corrected for magnification by its geometry."""
    FIDUCIAL = "FIDUCIAL"
    """Pixel Spacing that someone calibrated on an object of known size."""
    ERMF = "ERMF"
    """Imager Pixel Spacing divided by the magnification, which the header states or implies."""
    PROJECTION = "PROJECTION"
    """Pixel size at the detector, not corrected for magnification."""
    UNKNOWN = "UNKNOWN"
    """Pixel Spacing alone: nothing says what plane it is meant for."""


@dataclass(frozen=True)
class Spacing:
    """Pixel size in mm.

    Attributes:
        row_mm: Distance of the centres of two adjacent rows (y).
        column_mm: Distance of the centres of two adjacent columns (x).
        source: Where it comes from.
        is_calibrated: Whether it is corrected for magnification, so that lengths are those in the patient.
    """

    row_mm: float
    column_mm: float
    source: SpacingSource
    is_calibrated: bool


def pixel_spacing(header: Dataset | Values) -> Spacing:
    """Return the best pixel size a projection's header offers, by the rule that OHIF's viewer uses.

    Pixel Spacing counts as calibrated if its calibration type says so. Otherwise Imager Pixel Spacing is
    divided by the magnification: the stated factor, else SID / SOD; a Pixel Spacing smaller than Imager
    Pixel Spacing is taken as already corrected. Without a magnification above 1 the size at the detector
    is all there is. Of a Secondary Capture only Pixel Spacing counts.

    Raises:
        MissingSpacingError: The header states no usable spacing at all.

    DICOM:
        Pixel Spacing (0028,0030), its Calibration Type (0028,0A02), PS3.3 10.7; Imager Pixel Spacing
        (0018,1164), Estimated Radiographic Magnification Factor (0018,1114), PS3.3 C.8.7.5; for enhanced
        objects the X-Ray Frame Pixel Data Properties and X-Ray Geometry macros of the first frame.
    """
    values = Values.of(header)
    pixel = _pair(values, "PixelSpacing", ("PixelMeasuresSequence",))
    imager = _imager_spacing(values)
    calibration = values.text("PixelSpacingCalibrationType")
    if pixel and calibration in (SpacingSource.GEOMETRY, SpacingSource.FIDUCIAL):
        return _spacing(pixel, SpacingSource(calibration))
    if imager is None and pixel is None:
        raise MissingSpacingError(values.text("SOPInstanceUID") or "without UID")
    if imager is None:
        return _spacing(pixel or (1.0, 1.0), SpacingSource.UNKNOWN)
    factor = magnification(values)
    if factor is not None:
        return _spacing((imager[0] / factor, imager[1] / factor), SpacingSource.ERMF)
    if pixel and pixel[0] < imager[0]:
        return _spacing(pixel, SpacingSource.ERMF)
    return _spacing(pixel or imager, SpacingSource.PROJECTION)


def magnification(values: Values) -> float | None:
    """Return the magnification at the patient: the stated factor, else SID / SOD; None unless above 1.

    Distance Source to Entrance (0040,0306) stands in for a missing SOD, as it does in the viewer.
    """
    stated = values.positive("EstimatedRadiographicMagnificationFactor")
    if stated is not None and stated > 1:
        return stated
    geometry = FunctionalGroups(values).item("XRayGeometrySequence")
    sid = values.positive("DistanceSourceToDetector")
    if sid is None and geometry is not None:
        sid = geometry.positive("DistanceSourceToDetector")
    sod = values.positive("DistanceSourceToPatient") or values.positive("DistanceSourceToEntrance")
    return sid / sod if sid is not None and sod is not None and sod < sid else None


def _spacing(pair: tuple[float, float], source: SpacingSource) -> Spacing:
    is_calibrated = source in (SpacingSource.GEOMETRY, SpacingSource.FIDUCIAL, SpacingSource.ERMF)
    return Spacing(row_mm=pair[0], column_mm=pair[1], source=source, is_calibrated=is_calibrated)


def _imager_spacing(values: Values) -> tuple[float, float] | None:
    """Return Imager Pixel Spacing, but not of a Secondary Capture, whose pixels may be those of a screen."""
    pair = _pair(values, "ImagerPixelSpacing", ("FramePixelDataPropertiesSequence",))
    sop_class = values.text("SOPClassUID") or values.meta.text("MediaStorageSOPClassUID")
    if pair is None or sop_class not in SECONDARY_CAPTURES:
        return pair
    values.note(f"{describe('ImagerPixelSpacing')} of a Secondary Capture says nothing; it was ignored.")
    return None


def _pair(values: Values, keyword: str, macros: tuple[str, ...]) -> tuple[float, float] | None:
    """Return (row, column) in mm from the header or the first frame's functional groups."""
    groups = FunctionalGroups(values)
    holders = [values, *(item for macro in macros if (item := groups.item(macro)) is not None)]
    for holder in holders:
        numbers = holder.numbers(keyword)
        if len(numbers) == 2 and min(numbers) > 0:
            return numbers[0], numbers[1]
        if numbers:
            values.note(f"{describe(keyword)} is {numbers}, no pair of sizes above zero; it was ignored.")
    return None
