"""A measurement as a DICOM report that PACS keep and viewers list.

DICOM: Comprehensive SR IOD, PS3.3 A.35.3; TID 1500 Measurement Report, PS3.16.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from highdicom.sr import (
    AlgorithmIdentification,
    ComprehensiveSR,
    DeviceObserverIdentifyingAttributes,
    MeasurementReport,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
)
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lib.labels import Label
from lib.measure.measurement import Measurement
from lib.measure.out.report_codes import ANGIOGRAPHY, DEVICE, PERSON, REPORT
from lib.measure.out.report_groups import Context, groups_of
from lib.seg.codes import coded, item, one_line
from lib.seg.inherited import EMPTY_IF_ABSENT, put_character_set, put_patient_and_study
from lib.seg.segments import own_scheme_item
from lib.seg.series import MANUFACTURER, put_equipment, put_time, software_version

METHOD: Final = "Edge model along the normals"
OUR_DEVICE: Final = "2.25.171384106238740218436518249073458122601"
"""UID of the observer that this software is."""

SERIES_NUMBER: Final = 9000
"""Behind the runs and their SEGs."""

LONGEST_TEXT: Final = 1024


@dataclass(frozen=True)
class Sender:
    """What a report says beside the numbers.

    Attributes:
        author: Who measured.
        created: When.
        number: Counts the reports of the run, from 1.
        label: Which vessel it is, as a person said; None: nobody did.
        seg: Header of the DICOM SEG whose mask was used; None where none is stored.
        seg_frames: Frames of it, from 1, that show the measured frame.
    """

    author: str
    created: datetime
    number: int = 1
    label: Label | None = None
    seg: Dataset | None = None
    seg_frames: tuple[int, ...] = ()


def write_report(source: Dataset, found: Measurement, sender: Sender) -> ComprehensiveSR:
    """Return a report about a run with new Series and SOP Instance UIDs.

    Args:
        source: Header of the run; its pixels are not needed.
        found: What was measured.
        sender: Who measured, when, and what belongs to it.

    Raises:
        SegError: The source lacks what a report needs to refer to it.
    """
    put_patient_and_study(Dataset(), source)
    evidence = [_evidence(source), *([_evidence(sender.seg)] if sender.seg is not None else [])]
    sr = ComprehensiveSR(
        evidence=evidence,
        content=_content(source, found, sender),
        series_instance_uid=generate_uid(prefix=None),
        series_number=SERIES_NUMBER + sender.number,
        sop_instance_uid=generate_uid(prefix=None),
        instance_number=1,
        manufacturer=MANUFACTURER,
        is_complete=True,
        is_final=True,
        specific_character_set=None,
    )
    put_patient_and_study(sr, source)
    sr.pop("BodyPartExamined", None)
    put_character_set(sr, source, [sender.author, *_words(found)])
    put_time(sr, sender.created)
    put_equipment(sr, source)
    sr.SeriesDescription = one_line(f"Measurement of frame {found.t + 1}")
    sr.CodingSchemeIdentificationSequence = [own_scheme_item()]
    return sr


def _content(source: Dataset, found: Measurement, sender: Sender) -> Dataset:
    algorithm = AlgorithmIdentification(METHOD, software_version(), parameters=_words(found))
    context = Context(source, algorithm, sender.label, sender.seg, sender.seg_frames)
    report = MeasurementReport(
        observation_context=ObservationContext(
            observer_person_context=_person(sender.author), observer_device_context=_device()
        ),
        procedure_reported=coded(ANGIOGRAPHY),
        imaging_measurements=groups_of(found, context),
        title=coded(REPORT),
    )
    content: Dataset = report[0]
    return content


def _words(found: Measurement) -> list[str]:
    """Return what a reader has to know about the numbers: scale, quality, what is missing."""
    scale = (
        "Lengths are in pixels; no scale is known." if found.ruler.scale is None else found.ruler.scale.words
    )
    return [text[:LONGEST_TEXT] for text in (scale, found.verdict.sentence, *found.remarks) if text]


def _person(author: str) -> ObserverContext:
    """Return who measured; the caret says that a name of one word is meant."""
    name = one_line(author.replace("=", " ").replace("^", " ")) or "unknown"
    return ObserverContext(coded(PERSON), PersonObserverIdentifyingAttributes(f"{name}^"))


def _device() -> ObserverContext:
    attributes = DeviceObserverIdentifyingAttributes(
        OUR_DEVICE, MANUFACTURER, MANUFACTURER, MANUFACTURER, software_version()
    )
    return ObserverContext(coded(DEVICE), attributes)


def _evidence(header: Dataset) -> Dataset:
    """Return what a report needs of an object that it refers to; a type 2 value that is absent is empty."""
    kept = item(**dict.fromkeys(EMPTY_IF_ABSENT, ""))
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(kept, keyword, str(header[keyword].value))
    return kept
