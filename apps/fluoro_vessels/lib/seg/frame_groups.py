"""The functional groups: which segment a SEG frame shows, and on which frame of the run it lies.

The run has no Frame of Reference, so a frame is found by the image it was derived from and by
nothing else: every frame names the run and its one-based frame number.

DICOM: Multi-frame Functional Groups, PS3.3 C.7.6.16; Segmentation Functional Groups, A.51.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import generate_uid

from lib.errors import MissingSpacingError
from lib.frames.groups import FunctionalGroups
from lib.frames.spacing import Spacing, pixel_spacing
from lib.frames.values import Values
from lib.seg.codes import SEGMENTATION, SOURCE_IMAGE, coded, item
from lib.settings import SegSettings

FLAT: Final = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
"""The orientation that viewers assume for an image that has none."""

NOMINAL_MM: Final = 1.0
"""A projection has no slices and an uncalibrated one no millimetres, but highdicom refuses pixel measures
without both, and OHIF 3.13.2 fails without pixel measures."""

UNCALIBRATED: Final = (
    "The run is uncalibrated: Pixel Spacing in this object is nominal and says nothing about the patient."
)
"""Image Comments (0020,4000) of a SEG whose pixel measures are no measures."""


@dataclass(frozen=True)
class SegFrame:
    """One frame of a SEG: segment number from 1, frame index t of the run from 0."""

    segment_number: int
    t: int


def put_frame_groups(
    seg: Dataset, source: Dataset, frames: Sequence[SegFrame], settings: SegSettings
) -> None:
    """Write dimensions, shared and per-frame groups for these frames, in their order."""
    is_multi_frame = (Values(source).integer("NumberOfFrames") or 1) > 1
    _put_dimensions(seg, is_multi_frame)
    seg.SharedFunctionalGroupsSequence = [_shared(source, settings)]
    if settings.write_plane_orientation and not _is_calibrated(_spacing(source)):
        seg.ImageComments = UNCALIBRATED
    seg.PerFrameFunctionalGroupsSequence = [_per_frame(source, frame, is_multi_frame) for frame in frames]


def put_source_reference(seg: Dataset, source: Dataset) -> None:
    """Name the run in the Common Instance Reference Module, PS3.3 C.12.2."""
    reference = item(ReferencedSOPClassUID=source.SOPClassUID, ReferencedSOPInstanceUID=source.SOPInstanceUID)
    series = item(SeriesInstanceUID=source.SeriesInstanceUID, ReferencedInstanceSequence=[reference])
    seg.ReferencedSeriesSequence = [series]


def source_orientation(source: Dataset) -> list[float]:
    """Return the source's own plane orientation, or the one that viewers assume."""
    values = Values(source)
    plane = FunctionalGroups(values).item("PlaneOrientationSequence") or values
    cosines = plane.numbers("ImageOrientationPatient")
    return list(cosines) if len(cosines) == 6 else FLAT


def _put_dimensions(seg: Dataset, is_multi_frame: bool) -> None:
    organization_uid = generate_uid(prefix=None)
    seg.DimensionOrganizationSequence = [item(DimensionOrganizationUID=organization_uid)]
    pointers = [("ReferencedSegmentNumber", "SegmentIdentificationSequence")]
    if is_multi_frame:
        pointers.append(("TemporalPositionIndex", "FrameContentSequence"))
    seg.DimensionIndexSequence = [
        item(
            DimensionOrganizationUID=organization_uid,
            DimensionIndexPointer=Tag(pointer),
            FunctionalGroupPointer=Tag(group),
            DimensionDescriptionLabel=pointer,
        )
        for pointer, group in pointers
    ]


def _shared(source: Dataset, settings: SegSettings) -> Dataset:
    shared = Dataset()
    if settings.write_plane_orientation:
        orientation = item(ImageOrientationPatient=source_orientation(source))
        shared.PlaneOrientationSequence = [orientation]
    spacing = _spacing(source)
    if settings.write_plane_orientation or _is_calibrated(spacing):
        size = (NOMINAL_MM, NOMINAL_MM) if spacing is None else (spacing.row_mm, spacing.column_mm)
        pair = [_decimal(side) for side in size]
        shared.PixelMeasuresSequence = [item(PixelSpacing=pair, SliceThickness=NOMINAL_MM)]
    return shared


def _spacing(source: Dataset) -> Spacing | None:
    try:
        return pixel_spacing(source)
    except MissingSpacingError:
        return None


def _is_calibrated(spacing: Spacing | None) -> bool:
    return spacing is not None and spacing.is_calibrated


def _per_frame(source: Dataset, frame: SegFrame, is_multi_frame: bool) -> Dataset:
    image = item(
        ReferencedSOPClassUID=source.SOPClassUID,
        ReferencedSOPInstanceUID=source.SOPInstanceUID,
        SpatialLocationsPreserved="YES",
        PurposeOfReferenceCodeSequence=[coded(SOURCE_IMAGE)],
    )
    content = item(DimensionIndexValues=[frame.segment_number])
    if is_multi_frame:
        image.ReferencedFrameNumber = frame.t + 1
        content.TemporalPositionIndex = frame.t + 1
        content.DimensionIndexValues = [frame.segment_number, frame.t + 1]
    derivation = item(DerivationCodeSequence=[coded(SEGMENTATION)], SourceImageSequence=[image])
    return item(
        FrameContentSequence=[content],
        DerivationImageSequence=[derivation],
        SegmentIdentificationSequence=[item(ReferencedSegmentNumber=frame.segment_number)],
    )


def _decimal(value: float) -> str:
    """Return a number within the 16 characters of a DS."""
    return f"{value:.10g}"
