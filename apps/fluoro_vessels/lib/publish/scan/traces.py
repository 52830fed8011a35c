"""What the sources tell of people: everything here must be gone from the set."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from lib.frames.values import MALFORMED
from lib.publish.scan.plain import plain, words

NUMBERS: Final = (
    "PatientID", "OtherPatientIDs", "PatientAddress", "PatientTelephoneNumbers", "PatientMotherBirthName",
    "MilitaryRank", "Occupation", "AccessionNumber", "StudyID", "AdmissionID", "ServiceEpisodeID",
    "RequestedProcedureID", "ScheduledProcedureStepID", "PerformedProcedureStepID", "MedicalRecordLocator",
    "InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName", "StationName",
    "CurrentPatientLocation",
    "DeviceSerialNumber", "DetectorID", "PlateID", "ScheduledStationName", "PerformedStationName",
    "PlacerOrderNumberImagingServiceRequest", "FillerOrderNumberImagingServiceRequest", "IssuerOfPatientID",
)  # fmt: skip
"""Attributes whose whole value tells who, where or which device."""

CODED_UIDS: Final = frozenset(
    tag_for_keyword(keyword)
    for keyword in ("CodingSchemeUID", "ImplementationClassUID", "PrivateInformationCreatorUID")
)
"""UIDs of vocabularies and programs, not of people's things."""

STANDARD: Final = "1.2.840.10008."
PLACEHOLDERS: Final = frozenset((
    "anonymous", "anonymized", "anonymised", "anon", "unknown", "unbekannt", "none", "patient", "test",
    "demo", "phantom", "nobody", "removed", "local", "doctor", "prof",
))  # fmt: skip
"""Words that stand where a name should."""
SHORTEST: Final = 3
TOKENS: Final = re.compile(r"[^\W_]+")
DATE: Final = re.compile(r"(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})")

_NUMBER_TAGS: Final = frozenset(tag_for_keyword(keyword) for keyword in NUMBERS)


@dataclass(frozen=True)
class Traces:
    """What is looked for.

    Attributes:
        names: Words of people's names, plain.
        numbers: Numbers, places and whole names as they stand, plain.
        uids: UIDs of studies, series, instances and devices.
        births: Birth dates, YYYYMMDD.
        dates: Other dates, YYYYMMDD; they are looked for in the objects of the same run only.
    """

    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()
    births: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()

    def __or__(self, other: "Traces") -> "Traces":
        """Return the traces of both, without dates of runs."""
        return Traces(
            self.names | other.names,
            self.numbers | other.numbers,
            self.uids | other.uids,
            self.births | other.births,
        )


def traces_of(sources: Iterable[Dataset], people: Iterable[str] = ()) -> Traces:
    """Return what the objects of a run tell, at every depth.

    Args:
        sources: The objects before anything was removed.
        people: Logins of those who labelled and reviewed.
    """
    elements = [element for source in sources for element in _elements(source)]
    return Traces(
        names=frozenset(_names(elements)) | {word for person in people for word in _name_words(person)},
        numbers=frozenset(_numbers(elements)),
        uids=frozenset(_uids(elements)),
        births=frozenset(_dates(elements, of_birth=True)),
        dates=frozenset(_dates(elements, of_birth=False)),
    )


def texts_of(element: DataElement) -> list[str]:
    """Return the values of an element as texts; [] where they cannot be read."""
    try:
        value = element.value
    except MALFORMED:
        return []
    if value is None or element.VR == "SQ" or isinstance(value, bytes):
        return []
    return [str(part) for part in value] if element.VM > 1 else [str(value)]


def _elements(source: Dataset) -> Iterator[DataElement]:
    meta = getattr(source, "file_meta", None)
    yield from () if meta is None else meta
    for tag in source.keys():  # noqa: SIM118 (a malformed element must not stop the others)
        try:
            element = source[tag]
        except MALFORMED:
            continue
        yield element
        for item in element.value if element.VR == "SQ" else ():
            yield from _elements(item)


def _names(elements: Iterable[DataElement]) -> Iterator[str]:
    for element in elements:
        if element.VR == "PN":
            for text in texts_of(element):
                yield from _name_words(text)


def _name_words(text: str) -> Iterator[str]:
    yield from (word for word in words(plain(text)) if len(word) >= SHORTEST and word not in PLACEHOLDERS)


def _numbers(elements: Iterable[DataElement]) -> Iterator[str]:
    for element in elements:
        if element.tag in _NUMBER_TAGS or element.VR in ("AE", "PN"):
            for text in map(plain, texts_of(element)):
                if len(text) >= SHORTEST and not PLACEHOLDERS.issuperset(TOKENS.findall(text)):
                    yield text


def _uids(elements: Iterable[DataElement]) -> Iterator[str]:
    for element in elements:
        if element.VR == "UI" and element.tag not in CODED_UIDS:
            for text in texts_of(element):
                uid = text.strip(" \0")
                if uid and not uid.startswith(STANDARD):
                    yield uid


def _dates(elements: Iterable[DataElement], *, of_birth: bool) -> Iterator[str]:
    for element in elements:
        if element.VR in ("DA", "DT") and (element.keyword == "PatientBirthDate") == of_birth:
            for text in texts_of(element):
                found = DATE.match(text)
                if found is not None:
                    yield "".join(found.groups())
