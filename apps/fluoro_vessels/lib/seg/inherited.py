"""What a SEG takes over from its source image: the patient, the study and the equipment.

A PACS files an object by these values, so they are copied as they are, even where they are
malformed. What cannot be read at all is left empty if the standard asks for it, else left out.

DICOM: Patient Module, PS3.3 C.7.1.1; General Study Module, C.7.2.1; Patient Study Module, C.7.2.2.
"""

import logging
from copy import deepcopy
from typing import Final

from pydicom.charset import python_encoding
from pydicom.dataset import Dataset
from pydicom.uid import (
    JPEG2000TransferSyntaxes,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSNearLossless,
    MPEGTransferSyntaxes,
)

from lib.errors import SegError
from lib.frames.values import MALFORMED, Values
from lib.seg.codes import ACQUISITION_EQUIPMENT, coded

logger = logging.getLogger(__name__)

UTF_8: Final = "ISO_IR 192"

REQUIRED: Final = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")

EMPTY_IF_ABSENT: Final = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex",
    "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "StudyID",
)  # fmt: skip

IF_PRESENT: Final = (
    "StudyInstanceUID", "StudyDescription", "TimezoneOffsetFromUTC",
    "IssuerOfPatientID", "IssuerOfPatientIDQualifiersSequence", "PatientBirthTime", "OtherPatientIDs",
    "EthnicGroup", "PatientComments", "PatientSpeciesDescription", "PatientSpeciesCodeSequence",
    "PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence",
    "QualityControlSubject", "IssuerOfAccessionNumberSequence", "ProcedureCodeSequence",
    "ReferencedStudySequence", "PhysiciansOfRecord", "ConsultingPhysicianName",
    "LongitudinalTemporalInformationModified", "PatientAge", "PatientSize", "PatientWeight",
    "ClinicalTrialSponsorName", "ClinicalTrialProtocolID", "ClinicalTrialProtocolName",
    "ClinicalTrialSiteID", "ClinicalTrialSiteName", "ClinicalTrialSubjectID",
    "ClinicalTrialSubjectReadingID", "ClinicalTrialTimePointID", "BodyPartExamined",
)  # fmt: skip

EQUIPMENT: Final = (
    "Manufacturer", "InstitutionName", "StationName", "ManufacturerModelName", "DeviceSerialNumber",
    "SoftwareVersions",
)  # fmt: skip

LOSSY_METHODS: Final = {
    JPEGBaseline8Bit: "ISO_10918_1",
    JPEGExtended12Bit: "ISO_10918_1",
    JPEGLSNearLossless: "ISO_14495_1",
}


def put_patient_and_study(seg: Dataset, source: Dataset) -> None:
    """Copy the patient and the study into `seg`.

    Raises:
        SegError: The source does not say which instance, series or study it is.
    """
    for keyword in REQUIRED:
        if not Values(source).text(keyword):
            raise SegError(
                f"The source image has no {keyword}, so a SEG cannot refer to it. Send a complete object."
            )
    for keyword in EMPTY_IF_ABSENT:
        setattr(seg, keyword, "")
    for keyword in EMPTY_IF_ABSENT + IF_PRESENT:
        _copy(seg, source, keyword)


def put_image_facts(seg: Dataset, source: Dataset) -> None:
    """Copy what says how the picture lies on the patient and how it was compressed."""
    orientation = Values(source).texts("PatientOrientation")
    seg.PatientOrientation = list(orientation) if len(orientation) == 2 else ""
    _put_compression(seg, source)


def put_acquisition_equipment(seg: Dataset, source: Dataset) -> None:
    """Name the X-ray system that made the source.

    DICOM: Contributing Equipment Sequence (0018,A001), PS3.3 C.12.1.
    """
    values = Values(source)
    if not values.text("Manufacturer"):
        return
    equipment = Dataset()
    equipment.PurposeOfReferenceCodeSequence = [coded(ACQUISITION_EQUIPMENT)]
    for keyword in EQUIPMENT:
        if values.text(keyword):
            _copy(equipment, source, keyword)
    seg.ContributingEquipmentSequence = [equipment]


def put_character_set(seg: Dataset, source: Dataset, texts: list[str]) -> None:
    """Keep the source's character set, unless it is unknown or one of our own texts needs UTF-8."""
    declared = source.get("SpecificCharacterSet") or []
    declared = [declared] if isinstance(declared, str) else list(declared)
    if not all(text.isascii() for text in texts) or not all(term in python_encoding for term in declared):
        seg.SpecificCharacterSet = UTF_8
    elif declared:
        seg.SpecificCharacterSet = declared


def _put_compression(seg: Dataset, source: Dataset) -> None:
    """Say so where the source lost information; once said, it is never taken back."""
    syntax = getattr(getattr(source, "file_meta", None), "TransferSyntaxUID", None)
    said = Values(source).text("LossyImageCompression") == "01"
    is_lossy = said or syntax in LOSSY_METHODS or syntax in MPEGTransferSyntaxes
    seg.LossyImageCompression = "01" if is_lossy else "00"
    if not is_lossy:
        return
    _copy(seg, source, "LossyImageCompressionRatio")
    _copy(seg, source, "LossyImageCompressionMethod")
    if "LossyImageCompressionMethod" not in seg and syntax in LOSSY_METHODS:
        seg.LossyImageCompressionMethod = LOSSY_METHODS[syntax]
    elif "LossyImageCompressionMethod" not in seg and syntax in JPEG2000TransferSyntaxes:
        seg.LossyImageCompressionMethod = "ISO_15444_1"


def _copy(target: Dataset, source: Dataset, keyword: str) -> None:
    if keyword not in source:
        return
    try:
        element = deepcopy(source[keyword])
        if element.VR == "SQ":
            for nested in element.value:
                nested.decode()
        target.add(element)
    except MALFORMED as error:
        logger.warning("left %s out of a SEG: its value cannot be read (%s)", keyword, type(error).__name__)
