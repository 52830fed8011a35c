"""What a PACS holds for us: runs, and the SEGs that refer to them.

The functions take a header from any source: an item of a QIDO answer or a whole file.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pydicom import Dataset, uid

from lib.errors import AmbiguousSeriesError, RunNotFoundError

Header: TypeAlias = Dataset | Mapping[str, Any]
"""Attributes by keyword."""

RUN_CLASSES: Final[frozenset[str]] = frozenset(
    {
        uid.XRayAngiographicImageStorage,
        uid.XRayRadiofluoroscopicImageStorage,
        uid.EnhancedXAImageStorage,
        uid.EnhancedXRFImageStorage,
        uid.DigitalXRayImageStorageForPresentation,
        uid.DigitalXRayImageStorageForProcessing,
        uid.SecondaryCaptureImageStorage,
        uid.MultiFrameSingleBitSecondaryCaptureImageStorage,
        uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
        uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    }
)
"""SOP classes of images that can be a run; SEG, SR, PR and the like are none."""


@dataclass(frozen=True)
class RunRef:
    """Names one run in a PACS, with what a list shows of it."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    modality: str
    n_frames: int
    rows: int
    columns: int


@dataclass(frozen=True)
class SegRef:
    """Names one SEG instance in a PACS."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    series_description: str
    series_number: int
    created: str
    """Content date and time as DICOM writes them, YYYYMMDDHHMMSS.ffffff; '' when not said."""

    @property
    def age_key(self) -> tuple[str, int, str]:
        """Sorts SEGs from the oldest to the newest."""
        return self.created, self.series_number, self.sop_instance_uid


def is_run(header: Header, modalities: Collection[str]) -> bool:
    """Say whether a header is that of a run: an X-ray image of one of the modalities."""
    sop_class = _text(header, "SOPClassUID")
    return _text(header, "Modality") in modalities and (not sop_class or sop_class in RUN_CLASSES)


def run_of(header: Header) -> RunRef:
    """Return the reference to the run whose header this is; a missing count of frames is 1."""
    return RunRef(
        study_instance_uid=_text(header, "StudyInstanceUID"),
        series_instance_uid=_text(header, "SeriesInstanceUID"),
        sop_instance_uid=_text(header, "SOPInstanceUID"),
        sop_class_uid=_text(header, "SOPClassUID"),
        modality=_text(header, "Modality"),
        n_frames=max(1, _count(header, "NumberOfFrames")),
        rows=_count(header, "Rows"),
        columns=_count(header, "Columns"),
    )


def choose_run(image_id: str, candidates: Sequence[RunRef]) -> RunRef:
    """Return the run that an image id names among candidates.

    Raises:
        RunNotFoundError: No candidate has this SOP or Series Instance UID.
        AmbiguousSeriesError: It is the UID of a series with several runs.
    """
    for run in candidates:
        if run.sop_instance_uid == image_id:
            return run
    in_series = [run for run in candidates if run.series_instance_uid == image_id]
    if len(in_series) > 1:
        raise AmbiguousSeriesError(image_id, len(in_series))
    if not in_series:
        raise RunNotFoundError(image_id)
    return in_series[0]


def is_seg(header: Header) -> bool:
    """Say whether a header is that of a SEG."""
    sop_class = _text(header, "SOPClassUID")
    return _text(header, "Modality") == "SEG" and sop_class in ("", uid.SegmentationStorage)


def seg_of(header: Header) -> SegRef:
    """Return the reference to the SEG whose header this is."""
    return SegRef(
        study_instance_uid=_text(header, "StudyInstanceUID"),
        series_instance_uid=_text(header, "SeriesInstanceUID"),
        sop_instance_uid=_text(header, "SOPInstanceUID"),
        series_description=_text(header, "SeriesDescription"),
        series_number=_count(header, "SeriesNumber"),
        created=_text(header, "ContentDate") + _text(header, "ContentTime"),
    )


def references(seg: Dataset) -> frozenset[str]:
    """Return the UIDs of what a SEG segments: instances, and series named without instances.

    DICOM:
        Referenced Series Sequence (0008,1115), PS3.3 C.12.1 Common Instance Reference; where it
        is absent, Source Image Sequence (0008,2112) of the functional groups.
    """
    named: list[str] = []
    for series in seg.get("ReferencedSeriesSequence") or ():
        instances = series.get("ReferencedInstanceSequence")
        named += [_text(item, "ReferencedSOPInstanceUID") for item in instances or ()]
        if not instances:
            named.append(_text(series, "SeriesInstanceUID"))
    return frozenset(named or (_text(item, "ReferencedSOPInstanceUID") for item in _sources(seg)))


def refers_to(referenced: frozenset[str], run: RunRef) -> bool:
    """Say whether what a SEG references is, or holds, the run."""
    return run.sop_instance_uid in referenced or run.series_instance_uid in referenced


def _sources(seg: Dataset) -> Iterator[Dataset]:
    """Yield the items of Source Image Sequence in all functional groups."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in seg.get(groups) or ():
            for derivation in group.get("DerivationImageSequence") or ():
                yield from derivation.get("SourceImageSequence") or ()


def _text(header: Header, keyword: str) -> str:
    """Return an attribute as text without padding; '' when it is absent or empty."""
    value: Any = header.get(keyword)
    return "" if value is None else str(value).strip(" \0")


def _count(header: Header, keyword: str) -> int:
    """Return an attribute as a number; 0 when it is absent, empty or no number."""
    text = _text(header, keyword)
    return int(text) if text.isdecimal() else 0
