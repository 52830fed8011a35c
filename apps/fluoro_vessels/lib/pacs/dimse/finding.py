"""C-FIND: what a node holds, at patient, study, series and instance level."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pynetdicom import build_context
from pynetdicom.sop_class import (
    PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
)

from lib.errors import PacsRefusedError, PacsUnavailableError
from lib.errors.dimse import QueryKeyError
from lib.pacs.dimse.associating import associated
from lib.pacs.dimse.node import Caller, DicomNode

PENDING: Final = (0xFF00, 0xFF01)
CANCELLED: Final = 0xFE00
MESSAGE_ID: Final = 1


class Level(StrEnum):
    """Query/Retrieve Level (0008,0052)."""

    PATIENT = "PATIENT"
    STUDY = "STUDY"
    SERIES = "SERIES"
    IMAGE = "IMAGE"


SHOWN: Final[Mapping[Level, tuple[str, ...]]] = {
    Level.PATIENT: ("PatientID", "PatientName", "NumberOfPatientRelatedStudies"),
    Level.STUDY: (
        "StudyInstanceUID",
        "StudyDate",
        "StudyDescription",
        "PatientID",
        "ModalitiesInStudy",
        "NumberOfStudyRelatedSeries",
        "NumberOfStudyRelatedInstances",
    ),
    Level.SERIES: (
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "Modality",
        "SeriesNumber",
        "SeriesDescription",
        "NumberOfSeriesRelatedInstances",
    ),
    Level.IMAGE: (
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "SOPInstanceUID",
        "SOPClassUID",
        "InstanceNumber",
        "NumberOfFrames",
    ),
}
"""What is asked for at each level, beside what is looked for."""

Found = dict[str, str]
"""A match: values by keyword, as text; several values are parted by a backslash."""


def find(
    node: DicomNode, caller: Caller, level: Level, keys: Mapping[str, str], most: int = 1000
) -> list[Found]:
    """Return what a node holds.

    Args:
        node: Who is asked.
        caller: As whom we ask.
        level: What a match is.
        keys: Values to look for by keyword; `*`, `?` and ranges as DICOM has them.
        most: After so many matches the node is told to stop.

    Raises:
        QueryKeyError: A keyword is no DICOM keyword.
        PacsUnavailableError: The node does not answer.
        PacsRefusedError: It refuses.

    DICOM:
        PS3.4 C.4.1; PS3.7 9.1.2.
    """
    query = _query(level, keys)
    is_patient = level is Level.PATIENT
    model = (
        PatientRootQueryRetrieveInformationModelFind
        if is_patient
        else StudyRootQueryRetrieveInformationModelFind
    )
    with associated(node, caller, [build_context(model)]) as association:
        return _matches(association, node, query, model, most)


def _matches(association: Any, node: DicomNode, query: Dataset, model: str, most: int) -> list[Found]:
    found: list[Found] = []
    for status, match in association.send_c_find(query, model, msg_id=MESSAGE_ID):
        code = status.get("Status")
        if code is None:
            raise PacsUnavailableError(str(node), "no answer in time")
        if code in PENDING:
            if match is not None and len(found) < most:
                found.append(_as_text(match))
                if len(found) == most:
                    association.send_c_cancel(MESSAGE_ID, query_model=model)
        elif code not in (0, CANCELLED):
            raise PacsRefusedError(str(node), "answer a query", f"status {code:04X}")
    return found


def _query(level: Level, keys: Mapping[str, str]) -> Dataset:
    for keyword in keys:
        if tag_for_keyword(keyword) is None:
            raise QueryKeyError(keyword)
    query = Dataset()
    for keyword in SHOWN[level]:
        setattr(query, keyword, None)
    for keyword, value in keys.items():
        setattr(query, keyword, value)
    query.QueryRetrieveLevel = str(level)
    return query


def _as_text(match: Dataset) -> Found:
    """Return a match as text; sequences and what cannot be read are left out."""
    texts: Found = {}
    for element in match:
        if element.keyword and element.VR != "SQ" and element.value is not None:
            many = element.value if element.VM > 1 else [element.value]
            texts[element.keyword] = "\\".join(str(value) for value in many)
    return texts
