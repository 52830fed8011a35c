"""Says before sending what a viewer or a PACS would refuse.

The writer makes none of these mistakes; they are checked because a refused object is noticed
days later, by someone else. Foreign SEGs are checked the same way.
"""

from collections.abc import Iterator
from typing import Final

from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, SegmentationStorage

from lib.errors import SegError
from lib.frames.values import MALFORMED
from lib.seg.bits import packed_length
from lib.seg.check_frames import check_frames
from lib.seg.check_segments import check_segments
from lib.seg.frame_groups import source_orientation
from lib.seg.shapes import run_shape, seg_shape

NOT_EMPTY: Final = (
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "Manufacturer",
    "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions", "ImageType", "InstanceNumber",
    "ContentLabel", "SegmentationType", "SegmentSequence", "Rows", "Columns", "NumberOfFrames",
    "SamplesPerPixel", "BitsAllocated", "BitsStored", "LossyImageCompression",
    "DimensionOrganizationSequence", "DimensionIndexSequence", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)  # fmt: skip
"""Attributes of type 1 in the Segmentation IOD, PS3.3 A.51."""

PRESENT: Final = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName", "ContentDescription", "ContentCreatorName",
    "HighBit", "PixelRepresentation",
)  # fmt: skip
"""Attributes that may be empty or zero, but not absent."""


def check_seg(seg: Dataset, source: Dataset) -> tuple[str, ...]:
    """Return a sentence for each thing that a viewer or a PACS would refuse; () means fine.

    Args:
        seg: The SEG.
        source: Header of the run that the SEG is meant for.
    """
    try:
        run_shape(source)
        return tuple(_sentences(seg, source))
    except SegError as error:
        return (str(error),)
    except MALFORMED as error:
        return (f"The SEG has a malformed value ({error}).",)


def _sentences(seg: Dataset, source: Dataset) -> Iterator[str]:
    yield from _check_attributes(seg)
    yield from _check_identity(seg, source)
    yield from _check_reference(seg, source)
    yield from _check_plane(seg, source)
    yield from check_segments(seg)
    yield from check_frames(seg, source)
    yield from _check_pixels(seg)


def _check_attributes(seg: Dataset) -> Iterator[str]:
    for keyword in NOT_EMPTY:
        if seg.get(keyword) in (None, "", []):
            yield f"{keyword} is missing or empty; the standard wants a value there, and PACS refuse without."
    for keyword in PRESENT:
        if keyword not in seg:
            yield f"{keyword} is missing; it may be empty, but has to be there."


def _check_identity(seg: Dataset, source: Dataset) -> Iterator[str]:
    if seg.get("SOPClassUID") != SegmentationStorage or seg.get("Modality") != "SEG":
        yield "SOP Class and Modality do not both say segmentation, so viewers open it as something else."
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID"):
        uid = UID(str(seg.get(keyword) or ""))
        if uid and not uid.is_valid:
            yield f"{keyword} {uid} is not a valid UID."
        if uid == source.get(keyword):
            yield f"{keyword} is the one of the run itself; a SEG is a new object in a new series."
    if seg.get("StudyInstanceUID") != source.get("StudyInstanceUID"):
        yield "The SEG lies in another study than the run, so viewers do not find the two together."
    yield from _check_file(seg)


def _check_file(seg: Dataset) -> Iterator[str]:
    meta = getattr(seg, "file_meta", None)
    syntax = getattr(meta, "TransferSyntaxUID", None)
    if syntax not in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        name = syntax.name if isinstance(syntax, UID) else "missing"
        yield f"The transfer syntax is {name}; viewers read packed bits only uncompressed, little endian."
    if getattr(meta, "MediaStorageSOPInstanceUID", None) != seg.get("SOPInstanceUID"):
        yield "The file's header names another SOP Instance UID than the object in it."


def _check_reference(seg: Dataset, source: Dataset) -> Iterator[str]:
    named = {
        (str(series.get("SeriesInstanceUID")), str(instance.get("ReferencedSOPInstanceUID")))
        for series in seg.get("ReferencedSeriesSequence") or []
        for instance in series.get("ReferencedInstanceSequence") or []
    }
    if (str(source.get("SeriesInstanceUID")), str(source.get("SOPInstanceUID"))) not in named:
        yield "Referenced Series Sequence does not name the run, so OHIF cannot tell on what to show the SEG."


def _check_plane(seg: Dataset, source: Dataset) -> Iterator[str]:
    if (seg.get("Rows"), seg.get("Columns")) != (source.get("Rows"), source.get("Columns")):
        yield (
            f"The SEG has {seg.get('Rows')} x {seg.get('Columns')} pixels and the run {source.get('Rows')} x "
            f"{source.get('Columns')}; without a place in space they have to be the same."
        )
    shared = (seg.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    planes = shared.get("PlaneOrientationSequence")
    if not planes:
        yield "The shared functional groups have no plane orientation; OHIF stops with a TypeError."
    elif _cosines(planes[0]) != source_orientation(source):
        yield "The plane orientation is not that of the run, so OHIF turns the masks or refuses them."
    if not shared.get("PixelMeasuresSequence"):
        yield "The shared functional groups have no pixel measures; OHIF stops with a TypeError."


def _cosines(plane: Dataset) -> list[float]:
    return [float(cosine) for cosine in plane.get("ImageOrientationPatient") or []]


def _check_pixels(seg: Dataset) -> Iterator[str]:
    if seg.get("SegmentationType") != "BINARY":
        yield f"The SEG is {seg.get('SegmentationType')}; OHIF shows BINARY ones."
        return
    bits = (
        seg.get("BitsAllocated"),
        seg.get("BitsStored"),
        seg.get("HighBit"),
        seg.get("PixelRepresentation"),
    )
    if bits != (1, 1, 0, 0) or seg.get("SamplesPerPixel") != 1:
        yield "A BINARY SEG has one sample of one unsigned bit; the header says something else."
    try:
        needed = packed_length(seg_shape(seg))
    except SegError as error:
        yield str(error)
        return
    length = len(seg.get("PixelData") or b"")
    if length != needed + needed % 2:
        yield f"The pixel data have {length} bytes; {seg.NumberOfFrames} frames need {needed + needed % 2}."
