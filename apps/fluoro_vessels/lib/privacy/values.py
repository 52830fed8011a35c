"""What is done to the value of one element, by its VR; the element is changed in place.

DICOM: Value Representations, PS3.5 6.2; action codes, PS3.15 E.1.1.
"""

from collections.abc import Callable
from typing import Final

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.uid import UID

from lib.privacy.dates import is_time, moved_date, moved_date_time
from lib.privacy.options import Option
from lib.privacy.work import Path, Work

TEXTS: Final = ("LO", "LT", "SH", "ST", "UC", "UT")
DATES: Final = ("DA", "DT", "TM")
CLEANABLE: Final = (*TEXTS, *DATES, "AE", "PN", "UR")
"""VRs of which a part can be taken out; of others only all."""

DUMMIES: Final = {
    "AE": "REMOVED",
    "AS": "000Y",
    "CS": "REMOVED",
    "DA": "19000101",
    "DS": "0",
    "DT": "19000101000000",
    "IS": "0",
    "OB": b"\0\0",
    "PN": "Removed",
    "TM": "000000",
    "UN": b"\0\0",
    "UR": "about:blank",
    **dict.fromkeys(TEXTS, "Removed"),
}
"""Values that say nothing; 0 stands in for numbers."""

PSEUDONYMS: Final = (tag_for_keyword("PatientName"), tag_for_keyword("PatientID"))
AGE: Final = tag_for_keyword("PatientAge")
OLDEST: Final = "090Y"
"""Ages above 89 become this: there are so few of them that they name people."""

CLASS_UIDS: Final = frozenset(
    tag_for_keyword(name)
    for name in (
        "SOPClassUID",
        "ReferencedSOPClassUID",
        "CodingSchemeUID",
        "ContextUID",
        "MappingResourceUID",
        "RelatedGeneralSOPClassUID",
    )
)
"""UIDs of kinds of things, not of things."""


CODES_OF_THINGS: Final = (tag_for_keyword("CodeValue"), tag_for_keyword("CodingSchemeDesignator"))
"""Texts that are no language: a code may look like a number of somebody."""


def empty(element: DataElement, work: Work, path: Path) -> None:
    """Leave an element without a value; patients keep a pseudonym, which the standard allows."""
    if element.tag in PSEUDONYMS:
        element.value = work.patient
    elif element.is_empty:
        return
    else:
        element.value = [] if element.VR == "SQ" else None
    work.notes.change(path, "Z")


def dummy(element: DataElement, work: Work, path: Path) -> None:
    """Put a value that says nothing, also where there was none."""
    if element.tag in PSEUDONYMS:
        element.value = work.patient
    elif element.VR == "UI":
        map_uid(element, work, path)
        return
    else:
        element.value = DUMMIES.get(element.VR, 0)
    work.notes.change(path, "D")


def map_uid(element: DataElement, work: Work, path: Path) -> None:
    """Put the UIDs that stand in for these."""
    if element.tag not in CLASS_UIDS and _each(element, lambda text: str(work.pseudonyms.uid(text))):
        work.notes.change(path, "U")


def move_date(element: DataElement, work: Work, path: Path) -> None:
    """Move a date with all dates of its patient; what is no date is emptied."""
    mover = {"DA": moved_date, "DT": moved_date_time}.get(element.VR, _same_time)
    wrong: list[str] = []

    def moved(text: str) -> str:
        new = mover(text, work.days) if text.strip(" \0") else ""
        if new is None:
            wrong.append(text)
        return new or ""

    if _each(element, moved):
        work.notes.change(path, "C")
    if wrong:
        work.notes.remark(path, f"was no {element.VR} and is gone")


def clean(element: DataElement, work: Work, path: Path) -> None:
    """Move a date, and take out of a text what tells who; names of machines lose known names only."""
    if element.VR in DATES:
        move_date(element, work, path)
    elif element.VR == "AE":
        guard(element, work, path)
    else:
        describe(element, work, path)


def _same_time(text: str, _days: int) -> str | None:
    return text if is_time(text) else None


def describe(element: DataElement, work: Work, path: Path) -> None:
    """Leave only safe words of a text that somebody typed."""
    if element.VR == "PN":
        empty(element, work, path)
    elif _each(element, work.texts.describe):
        work.notes.change(path, "C")


def guard(element: DataElement, work: Work, path: Path) -> None:
    """Take known names and numbers out of a text of a machine."""
    if _each(element, work.texts.guard):
        work.notes.change(path, "C")


def keep(element: DataElement, work: Work, path: Path) -> None:
    """Keep a value; only of great ages no more than that they are great."""
    if element.tag == AGE and _is_old(str(element.value)):
        element.value = OLDEST
        work.notes.change(path, "C")


def _is_old(age: str) -> bool:
    return age.endswith("Y") and age[:-1].isdecimal() and int(age[:-1]) > int(OLDEST[:-1])


def _each(element: DataElement, change: Callable[[str], str]) -> bool:
    """Change each text of an element; tell whether one became another."""
    if element.is_empty:
        return False
    before = [str(part) for part in element.value] if element.VM > 1 else [str(element.value)]
    after = [change(text) for text in before]
    if before == after:
        return False
    put_texts(element, after)
    return True


def put_texts(element: DataElement, texts: list[str]) -> None:
    """Put one text or several; only empty ones are none."""
    if not any(texts):
        element.value = None
        return
    new: list[str] | list[UID] = [UID(text) for text in texts] if element.VR == "UI" else texts
    element.value = new if len(new) > 1 else new[0]


def unlisted(element: DataElement, work: Work, path: Path) -> bool:
    """Treat an element that is not in the table by its VR (E.1.1, note 4); tell whether it may stay."""
    if element.VR in DATES:
        return _unlisted_date(element, work, path)
    if element.VR == "UI":
        if not work.has(Option.UIDS):
            map_uid(element, work, path)
    elif element.VR == "PN":
        empty(element, work, path)
    elif element.VR in (*TEXTS, "UR"):
        if element.tag not in CODES_OF_THINGS:
            guard(element, work, path)
    elif element.VR == "CS":
        _code_string(element, work, path)
    return element.VR not in ("AE", "UN")


def _unlisted_date(element: DataElement, work: Work, path: Path) -> bool:
    if work.has(Option.MODIFIED_DATES):
        move_date(element, work, path)
        return True
    return work.has(Option.FULL_DATES)


def _code_string(element: DataElement, work: Work, path: Path) -> None:
    """Take a known name out where a defined term should be; terms are left alone."""
    if _each(element, lambda text: text if work.texts.is_clean(text.replace("_", " ")) else ""):
        work.notes.change(path, "C")
