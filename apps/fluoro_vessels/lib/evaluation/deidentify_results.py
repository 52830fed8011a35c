"""Results of a run with values planted into them: a segmentation, a report, a presentation state."""

from typing import Final

from pydicom.dataset import Dataset
from pydicom.uid import (
    ComprehensiveSRStorage,
    ExplicitVRLittleEndian,
    GrayscaleSoftcopyPresentationStateStorage,
    SegmentationStorage,
)

from lib.evaluation.deidentify_people import Person
from lib.evaluation.deidentify_wanted import Kind, PlantedObject

FINDING: Final = "Stenosis proximal LAD"


def plant_seg(planted: PlantedObject, run: Dataset, person: Person) -> None:
    """Make a segmentation that refers to the run; its creator and a comment tell names."""
    seg = planted.dataset
    _class(seg, SegmentationStorage, "SEG")
    seg.Manufacturer, seg.ManufacturerModelName, seg.SoftwareVersions = "Fluoro", "vessels", "1.0"
    segment, frame, derivation, source = Dataset(), Dataset(), Dataset(), _reference(run)
    segment.SegmentNumber, segment.SegmentLabel, segment.SegmentAlgorithmType = 1, "vessel", "AUTOMATIC"
    planted.hide(segment, "SegmentAlgorithmName", f"vessels {person.family}", person.family)
    source.ReferencedFrameNumber = 1
    derivation.SourceImageSequence = [source]
    frame.DerivationImageSequence = [derivation]
    seg.SegmentSequence, seg.PerFrameFunctionalGroupsSequence = [segment], [frame]
    seg.ReferencedSeriesSequence = [_series(run)]
    seg.ContentLabel = "VESSELS"
    planted.hide(seg, "ContentCreatorName", f"{person.doctor}^Iris", person.doctor)
    planted.hide(seg, "DeviceSerialNumber", person.serial)
    planted.say(
        seg, "SeriesDescription", f"Segmentation for {person.stranger}", "Segmentation", person.stranger
    )
    seg.Rows, seg.Columns, seg.BitsAllocated, seg.NumberOfFrames = 8, 8, 1, 1
    seg.PixelData = b"\x0f" * 8
    planted.keep(
        "Rows", "SegmentLabel", "SegmentNumber", "ReferencedFrameNumber", "ContentLabel", "BitsAllocated"
    )
    planted.ask(Kind.TEXT_NOT_NULL, "DeviceSerialNumber", "ContentDate", "ContentTime")
    planted.ask(Kind.DATE_SHIFTED, "ContentDate", "StudyDate")
    planted.ask_whole(Kind.PIXELS_RETAINED, seg.PixelData, "PixelData")


def plant_report(planted: PlantedObject, run: Dataset, person: Person) -> None:
    """Make a report with measurements; observers, texts and names tell who."""
    report = planted.dataset
    _class(report, ComprehensiveSRStorage, "SR")
    report.ValueType, report.ContinuityOfContent = "CONTAINER", "SEPARATE"
    report.CompletionFlag, report.VerificationFlag = "COMPLETE", "UNVERIFIED"
    report.ConceptNameCodeSequence = [_code("126000", "Imaging Measurement Report")]
    width, text, image, when, who, where = (Dataset() for _ in range(6))
    _item(width, "NUM", "121211", "Path length")
    measured = Dataset()
    measured.NumericValue = "12.5"
    measured.MeasurementUnitsCodeSequence = [_code("mm", "millimeter", "UCUM")]
    width.MeasuredValueSequence = [measured]
    _item(text, "TEXT", "121071", "Finding")
    planted.say(text, "TextValue", f"{FINDING}, told Dr. {person.stranger}", FINDING, person.stranger)
    _item(image, "IMAGE", "121191", "Referenced Segment")
    image.ReferencedSOPSequence = [_reference(run)]
    _item(when, "DATETIME", "111526", "DateTime Started")
    when.DateTime = f"{run.StudyDate}101500"
    _item(who, "PNAME", "121008", "Person Observer Name")
    planted.hide(who, "PersonName", f"{person.doctor}^Iris", person.doctor)
    _item(where, "TEXT", "121009", "Person Observer's Organization Name")
    planted.hide(where, "TextValue", person.hospital)
    who.ContentSequence = [where]
    report.ContentSequence = [width, text, image, when, who]
    _plant_verifier(planted, person)
    report.CurrentRequestedProcedureEvidenceSequence = [_study(run)]
    planted.keep("NumericValue", "CompletionFlag", "ContinuityOfContent")
    planted.ask(Kind.DATE_SHIFTED, "DateTime", "ContentDate")
    planted.ask(Kind.TEXT_NOT_NULL, "ContentDate", "ContentTime", "ContentSequence")


def plant_state(planted: PlantedObject, run: Dataset, person: Person) -> None:
    """Make a presentation state with an arrow and a text that names the patient."""
    state = planted.dataset
    _class(state, GrayscaleSoftcopyPresentationStateStorage, "PR")
    text, graphic, annotation = Dataset(), Dataset(), Dataset()
    planted.say(text, "UnformattedTextValue", f"{FINDING} {person.family}", FINDING, person.family)
    text.AnchorPoint, text.AnchorPointVisibility, text.AnchorPointAnnotationUnits = [10.0, 12.0], "Y", "PIXEL"
    graphic.GraphicType, graphic.GraphicData = "POLYLINE", [1.0, 2.0, 3.0, 4.0]
    graphic.GraphicAnnotationUnits, graphic.GraphicDimensions, graphic.NumberOfGraphicPoints = "PIXEL", 2, 2
    annotation.TextObjectSequence, annotation.GraphicObjectSequence = [text], [graphic]
    annotation.GraphicLayer = "LAYER"
    state.GraphicAnnotationSequence = [annotation]
    state.ReferencedSeriesSequence = [_series(run)]
    state.ContentLabel = "FINDINGS"
    state.PresentationCreationDate, state.PresentationCreationTime = run.StudyDate, "130000"
    planted.hide(state, "ContentCreatorName", f"{person.doctor}^Iris", person.doctor)
    planted.say(state, "ContentDescription", f"Stenosis of {person.family}", "Stenosis", person.family)
    planted.keep("GraphicData", "AnchorPoint", "ContentLabel")
    planted.ask(Kind.DATE_SHIFTED, "PresentationCreationDate", "StudyDate")


def _plant_verifier(planted: PlantedObject, person: Person) -> None:
    verifier = Dataset()
    planted.hide(verifier, "VerifyingObserverName", f"{person.doctor}^Iris", person.doctor)
    planted.hide(verifier, "VerifyingOrganization", person.hospital)
    verifier.VerificationDateTime = f"{person.filmed[0]:%Y%m%d}140000"
    planted.dataset.VerifyingObserverSequence = [verifier]


def _class(dataset: Dataset, sop_class: str, modality: str) -> None:
    dataset.SOPClassUID, dataset.Modality = sop_class, modality
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian


def _reference(run: Dataset) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = run.SOPClassUID, run.SOPInstanceUID
    return reference


def _series(run: Dataset) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = run.SeriesInstanceUID
    series.ReferencedInstanceSequence = [_reference(run)]
    return series


def _study(run: Dataset) -> Dataset:
    study, series = Dataset(), Dataset()
    series.SeriesInstanceUID, series.ReferencedSOPSequence = run.SeriesInstanceUID, [_reference(run)]
    study.StudyInstanceUID, study.ReferencedSeriesSequence = run.StudyInstanceUID, [series]
    return study


def _item(item: Dataset, value_type: str, code: str, meaning: str) -> None:
    item.RelationshipType, item.ValueType = "CONTAINS", value_type
    item.ConceptNameCodeSequence = [_code(code, meaning)]


def _code(value: str, meaning: str, scheme: str = "DCM") -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code
