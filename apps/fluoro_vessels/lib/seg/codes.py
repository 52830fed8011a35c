"""Coded concepts as DICOM items, and the ones that every SEG of this project needs."""

from typing import Any, Final

from highdicom.sr import CodedConcept
from pydicom.config import IGNORE
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from lib.labels import Code

SEGMENTATION: Final = Code("113076", "DCM", "Segmentation")
SOURCE_IMAGE: Final = Code("121322", "DCM", "Source image for image processing operation")
ACQUISITION_EQUIPMENT: Final = Code("109101", "DCM", "Acquisition Equipment")
OWN_SCHEME: Final = "99FLUORO"
"""Coding scheme for what no published code says, such as a SYNTAX segment; 99 marks it as local."""

LONGEST: Final = 64
"""Characters that a value of LO holds."""


def one_line(text: str) -> str:
    """Return a text that VR LO can hold: no backslash, no control characters, 64 characters at most."""
    printable = "".join(letter if letter.isprintable() and letter != "\\" else " " for letter in text)
    return " ".join(printable.split())[:LONGEST].rstrip()


def coded(code: Code) -> CodedConcept:
    """Return a code as an item of a code sequence."""
    return CodedConcept(code.value, code.scheme, code.meaning)


def code_of(item: Dataset) -> Code:
    """Return the code of an item; SNOMED's older name SRT stays as it is.

    Long and URN code values (0008,0119 and 0008,0120) count as values too.
    """
    values = (item.get(keyword) for keyword in ("CodeValue", "LongCodeValue", "URNCodeValue"))
    value = next((str(found) for found in values if found), "")
    return Code(value, str(item.get("CodingSchemeDesignator") or ""), str(item.get("CodeMeaning") or ""))


def item(**elements: Any) -> Dataset:
    """Return a dataset with these elements, named by their DICOM keywords.

    Values are taken as they are: a reference has to repeat a malformed UID of its source.
    """
    dataset = Dataset()
    for keyword, value in elements.items():
        element = DataElement(keyword, dictionary_VR(keyword), value, validation_mode=IGNORE)
        dataset.add(element)
    return dataset
