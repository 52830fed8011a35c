"""Content items of reports and acquisition contexts: cleaned by what they say, so that measurements stay.

DICOM: Clean Structured Content Option, PS3.15 E.3.4; SR Document Content, PS3.3 C.17.3; codes, PS3.16
Annex D; who and what is observed, PS3.16 TID 1003 to 1010 and 1020; height and weight, TID 5001.
"""

from typing import Final

from pydicom.dataset import Dataset

from lib.privacy.options import Option
from lib.privacy.work import Path, Work

OUT: Final = {
    "110190": "Issuer of Identifier",
    "111700": "Specimen Container Identifier",
    "111705": "Parent Specimen Identifier",
    "111706": "Issuer of Parent Specimen Identifier",
    "111724": "Issuer of Specimen Identifier",
    "113511": "Radiopharmaceutical Dispense Unit Identifier",
    "113512": "Radiopharmaceutical Lot Identifier",
    "113513": "Reagent Vial Identifier",
    "113514": "Radionuclide Vial Identifier",
    "113516": "Prescription Identifier",
    "113870": "Person Name",
    "113871": "Person ID",
    "113872": "Person ID Issuer",
    "113873": "Organization Name",
    "121009": "Person Observer's Organization Name",
    "121010": "Person Observer's Role in the Organization",
    "121011": "Person Observer's Role in this Procedure",
    "121020": "Placer Number",
    "121021": "Filler Number",
    "121022": "Accession Number",
    "121029": "Subject Name",
    "121030": "Subject ID",
    "121031": "Subject Birth Date",
    "121036": "Mother of fetus",
    "121040": "Specimen Accession Number",
    "121041": "Specimen Identifier",
    "121043": "Slide Identifier",
    "121114": "Performing Physician",
    "121121": "Room identification",
    "121124": "Procedure Action Item ID",
    "121148": "Unit Serial Identifier",
    "121149": "Lot Identifier",
    "121152": "Person administering drug/contrast",
    "121434": "Service Delivery Location",
    "121435": "Service Performer",
    "122128": "Patient Transferred From",
    "126070": "Subject Time Point Identifier",
    "128774": "Person Observer's Login Name",
    "128775": "Identifier within Person Observer's Role",
}
"""Concepts that say who, where or by which number, with their meanings; an item named by one goes."""

DEVICES: Final = {
    "110119": "Station AE Title",
    "113877": "Device Name",
    "113880": "Device Serial Number",
    "121000": "Unique Device Identifiers",
    "121013": "Device Observer Name",
    "121016": "Device Observer Serial Number",
    "121017": "Device Observer Physical Location During Observation",
    "121193": "Device Subject Name",
    "121196": "Device Subject Serial Number",
    "121197": "Device Subject Physical Location during observation",
    "122143": "Acquisition Device ID",
}
"""Concepts that say which device; they stay with Retain Device Identity."""

PATIENT: Final = {"121032": "Subject Sex", "121033": "Subject Age"}
BODY: Final = {"8302-2": "Patient Height", "29463-7": "Patient Weight"}
"""Concepts of DCM and of LOINC (LN) that stay with Retain Patient Characteristics only."""


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
    scheme, code = _concept(item)
    if scheme == "LN":
        return code in BODY and not work.has(Option.PATIENT)
    if scheme != "DCM":
        return False
    if code in OUT or (code in DEVICES and not work.has(Option.DEVICE)):
        return True
    return code in PATIENT and not work.has(Option.PATIENT)


def _concept(item: Dataset) -> tuple[str, str]:
    """Return the coding scheme and the code of what an item is called; empty where it has no name."""
    names = item.get("ConceptNameCodeSequence") or []
    if not names:
        return "", ""
    return str(names[0].get("CodingSchemeDesignator", "")), str(names[0].get("CodeValue", ""))
