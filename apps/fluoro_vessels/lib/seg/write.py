"""Writes a label of a run as DICOM SEG: one new series with one instance, type BINARY.

DICOM: Segmentation IOD, PS3.3 A.51; Segmentation Image Module, C.8.20.2.
"""

from datetime import datetime

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    PYDICOM_IMPLEMENTATION_UID,
    ExplicitVRLittleEndian,
    SegmentationStorage,
    generate_uid,
)

from lib.arrays import Mask
from lib.errors import LabelShapeError, SegError
from lib.seg.bits import pack
from lib.seg.codes import OWN_SCHEME, one_line
from lib.seg.content import AXES, SegLabel, Segment
from lib.seg.frame_groups import SegFrame, put_frame_groups, put_source_reference
from lib.seg.inherited import (
    put_character_set,
    put_image_facts,
    put_patient_and_study,
)
from lib.seg.segments import own_scheme_item, schemes, segment_item
from lib.seg.series import put_equipment, put_series, put_time
from lib.seg.shapes import run_shape
from lib.settings import SegSettings


def write_seg(source: Dataset, label: SegLabel, settings: SegSettings, created: datetime) -> FileDataset:
    """Return the label as a SEG that refers to `source`, with new Series and SOP Instance UIDs.

    Every segment has at least one frame, also where its mask is empty: an empty frame on the
    first frame of the run. So a label on which nothing was found can be stored, NumberOfFrames
    is never zero, and viewers list every segment.

    Args:
        source: Header of the run; its pixels are not needed.
        label: The segments with their masks.
        settings: Whether empty frames are kept, and what OHIF needs.
        created: When the label was saved.

    Raises:
        LabelShapeError: The masks do not have the shape of the run.
        SegError: The source lacks what a SEG needs, or is not the run of this label.
    """
    seg = _new_file()
    put_patient_and_study(seg, source)
    _refuse_mismatch(source, label)
    put_character_set(seg, source, _texts(label))
    put_series(seg, source, label)
    put_time(seg, created)
    put_equipment(seg, source)
    put_source_reference(seg, source)
    _put_content(seg, label)
    frames = _frames(label.segments, settings.keep_empty_frames)
    put_frame_groups(seg, source, frames, settings)
    _put_pixels(seg, [label.segments[frame.segment_number - 1].mask[frame.t] for frame in frames])
    put_image_facts(seg, source)
    return seg


def _new_file() -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SegmentationStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(prefix=None)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
    seg = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    seg.SOPClassUID = meta.MediaStorageSOPClassUID
    seg.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    return seg


def _refuse_mismatch(source: Dataset, label: SegLabel) -> None:
    if str(source.SOPInstanceUID) != label.source_sop_instance_uid:
        raise SegError(
            f"The label belongs to run {label.source_sop_instance_uid}, but the source is "
            f"{source.SOPInstanceUID}. Send a label with its own run."
        )
    wanted = run_shape(source)
    if label.shape != wanted:
        raise LabelShapeError(label.shape, wanted, AXES)


def _texts(label: SegLabel) -> list[str]:
    texts = [label.author, label.description]
    for segment in label.segments:
        codes = (segment.label.category, segment.label.type, *segment.label.modifiers)
        texts += [segment.label.name, segment.maker.name, *(code.meaning for code in codes)]
    return texts


def _put_content(seg: Dataset, label: SegLabel) -> None:
    seg.ImageType = ["DERIVED", "PRIMARY"]
    seg.InstanceNumber = label.version
    seg.ContentLabel = f"LABEL_V{label.version}"
    seg.ContentDescription = one_line(label.description)
    seg.ContentCreatorName = one_line(label.author.replace("=", " "))
    seg.BurnedInAnnotation = "NO"
    seg.SegmentationType = "BINARY"
    seg.SegmentsOverlap = "YES" if _overlap(label.segments) else "NO"
    seg.SegmentSequence = [segment_item(number, segment) for number, segment in enumerate(label.segments, 1)]
    if OWN_SCHEME in schemes(label.segments):
        seg.CodingSchemeIdentificationSequence = [own_scheme_item()]


def _overlap(segments: tuple[Segment, ...]) -> bool:
    seen = segments[0].mask
    for segment in segments[1:]:
        if np.logical_and(seen, segment.mask).any():
            return True
        seen = seen | segment.mask
    return False


def _frames(segments: tuple[Segment, ...], keep_empty: bool) -> list[SegFrame]:
    frames: list[SegFrame] = []
    for number, segment in enumerate(segments, 1):
        shown = [t for t, mask in enumerate(segment.mask) if keep_empty or mask.any()]
        frames += [SegFrame(number, t) for t in shown or [0]]
    return frames


def _put_pixels(seg: Dataset, masks: list[Mask]) -> None:
    seg.SamplesPerPixel = 1
    seg.PhotometricInterpretation = "MONOCHROME2"
    seg.NumberOfFrames = len(masks)
    seg.Rows, seg.Columns = masks[0].shape
    seg.BitsAllocated = seg.BitsStored = 1
    seg.HighBit = 0
    seg.PixelRepresentation = 0
    seg.add_new("PixelData", "OB", pack(masks))
