"""Content items of reports and acquisition contexts: cleaned by what they say, so that measurements stay.

DICOM: Clean Structured Content Option, PS3.15 E.3.4; SR Document Content, PS3.3 C.17.3.
"""

from typing import Final

from pydicom.dataset import Dataset

from lib.privacy.options import Option
from lib.privacy.work import Path, Work

OUT: Final = frozenset(
    (
        "110190",  # Issuer of Identifier
        "121009",  # Person Observer's Organization Name
        "121010",  # Person Observer's Role in the Organization
        "121011",  # Person Observer's Role in this Procedure
        "121020",  # Placer Number
        "121021",  # Filler Number
        "121022",  # Accession Number
        "121030",  # Subject ID
        "121031",  # Subject Birth Date
        "121040",  # Mother of fetus
        "121041",  # Fetus Number
        "122160",  # Transcriber Name
        "128774",  # Person Observer's Login Name
        "113850",  # Irradiation Authorizing
        "113816",  # Person Participant
        "113970",  # Procedure Step authorizer
        "113870",  # Person Name
        "113871",  # Person ID
        "113872",  # Person ID Issuer
        "113873",  # Organization Name
        "126070",  # Subject Time Point Identifier
        "111706",  # Specimen Container Identifier
        "121041",  # Specimen Identifier
    )
)
"""DCM codes of concepts that say who; an item named by one goes."""

DEVICES: Final = frozenset(
    (
        "121013",  # Device Observer Name
        "121016",  # Device Observer Serial Number
        "121017",  # Device Observer Physical Location During Observation
        "110119",  # Station AE Title
        "113877",  # Device Name
        "113880",  # Device Serial Number
        "121000",  # Unique Device Identifiers
    )
)
PATIENT: Final = frozenset(
    (
        "121032",  # Subject Sex
        "121033",  # Subject Age
    )
)


def is_item(item: Dataset) -> bool:
    """Tell whether a dataset is a content item."""
    return "ValueType" in item or "ConceptNameCodeSequence" in item


def drop_items(items: list[Dataset], work: Work, path: Path) -> list[Dataset]:
    """Return the items that may stay; what they say is still to be cleaned."""
    stay = [item for item in items if not _tells_who(item, work)]
    for _ in range(len(items) - len(stay)):
        work.notes.change(path, "X")
    return stay


def _tells_who(item: Dataset, work: Work) -> bool:
    code = _concept(item)
    if code in OUT or (code in DEVICES and not work.has(Option.DEVICE)):
        return True
    return code in PATIENT and not work.has(Option.PATIENT)


def _concept(item: Dataset) -> str:
    names = item.get("ConceptNameCodeSequence") or []
    if not names or str(names[0].get("CodingSchemeDesignator", "")) != "DCM":
        return ""
    return str(names[0].get("CodeValue", ""))
