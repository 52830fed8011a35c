"""Names and numbers that headers of a patient's files themselves tell: they must be found nowhere else."""

import re
from collections.abc import Iterator
from typing import Final

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from lib.privacy.words import WORD, folded, safe_words

NUMBERS: Final = (
    "PatientID",
    "OtherPatientIDs",
    "AccessionNumber",
    "AdmissionID",
    "StudyID",
    "ServiceEpisodeID",
    "RequestedProcedureID",
    "ScheduledProcedureStepID",
    "PerformedProcedureStepID",
    "PlacerOrderNumberImagingServiceRequest",
    "FillerOrderNumberImagingServiceRequest",
    "PatientTelephoneNumbers",
    "DeviceSerialNumber",
    "PatientBirthDate",
    "ClinicalTrialSubjectID",
    "MedicalRecordLocator",
    "InsurancePlanIdentification",
    "ReferringPhysicianTelephoneNumbers",
)
PLACES: Final = (
    "InstitutionName",
    "InstitutionAddress",
    "InstitutionalDepartmentName",
    "PatientAddress",
    "PersonAddress",
    "ResponsibleOrganization",
    "StationName",
    "ReferringPhysicianAddress",
    "RequestingService",
    "PerformedStationName",
    "HumanPerformerOrganization",
    "VerifyingOrganization",
)
"""Texts whose words tell who or where, as far as they are no common words."""

_NUMBER_TAGS: Final = frozenset(tag_for_keyword(name) for name in NUMBERS)
_PLACE_TAGS: Final = frozenset(tag_for_keyword(name) for name in PLACES)
SHORTEST_NUMBER: Final = 4
SHORTEST_NAME: Final = 2
PLACEHOLDERS: Final = frozenset(
    {"anonymous", "anonymized", "anonymised", "anon", "unknown", "unbekannt", "none", "patient"}
    | {"name", "test", "phantom", "demo", "no", "yes", "nn", "xx", "xxx"}
)
"""Words that stand where a name should, and are no name."""

PARTICLES: Final = frozenset(
    {"dr", "prof", "md", "mr", "mrs", "ms", "phd", "jr", "sr", "ii", "iii", "iv", "van", "von", "der"}
    | {"den", "de", "la", "le", "el", "al", "bin", "und", "and"}
)
"""Words beside a name; one that stands alone is the name."""


def known_in(dataset: Dataset) -> frozenset[str]:
    """Return the names and numbers that an object tells of its patient and the people around, at every depth.

    Words of names are folded (small, without accents); numbers keep their signs, small.
    """
    return frozenset(word for element in dataset.iterall() for word in _told(element))


def _told(element: DataElement) -> Iterator[str]:
    if element.VR == "PN":
        for text in _texts(element):
            for component in re.split(r"[\^=]", text):
                yield from _name_words(component)
    elif element.tag in _NUMBER_TAGS:
        for text in _texts(element):
            yield from _number(text)
    elif element.tag in _PLACE_TAGS:
        for text in _texts(element):
            yield from (word for word in _name_words(text) if word not in safe_words())


def _name_words(text: str) -> Iterator[str]:
    words = [word for word in map(folded, WORD.findall(text)) if len(word) >= SHORTEST_NAME]
    for word in words:
        if word not in PLACEHOLDERS and (word not in PARTICLES or len(words) == 1):
            yield word


def _number(text: str) -> Iterator[str]:
    """Yield a number as it stands and without signs; a word that stands for it is a name."""
    small = " ".join(text.casefold().split())
    plain = re.sub(r"[\W_]", "", small)
    if len(plain) >= SHORTEST_NUMBER and any(sign.isdigit() for sign in plain):
        yield small
        yield plain
    elif small.isalpha():
        yield from _name_words(small)


def _texts(element: DataElement) -> list[str]:
    value = element.value
    if value is None:
        return []
    return [str(part) for part in value] if element.VM > 1 else [str(value)]
