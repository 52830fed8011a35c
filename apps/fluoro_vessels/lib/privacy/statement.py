"""What a de-identified object says of itself, and its new file meta information.

DICOM: Patient Identity Removed (0012,0062), PS3.3 C.7.1.1; PS3.15 E.1.1 items 6 and 7, E.3.6.
"""

from typing import Final

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID, UID, ImplicitVRLittleEndian

from lib.privacy.options import PIXEL_CODE, Option, Profile

METHOD: Final = "Fluoro Vessels, PS3.15 Annex E, Table E.1-1 of 2026c"
VERSION_NAME: Final = "FLUORO_VESSELS"


def put_statement(dataset: Dataset, profile: Profile, *, pixels_clean: bool) -> None:
    """Say that identity was removed, and how."""
    codes = [*profile.codes(), *([PIXEL_CODE] if pixels_clean else [])]
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.DeidentificationMethodCodeSequence = [_item(value, meaning) for value, meaning in sorted(codes)]
    dataset.LongitudinalTemporalInformationModified = _times(profile)
    if pixels_clean:
        dataset.BurnedInAnnotation = "NO"


def put_file_meta(dataset: Dataset) -> None:
    """Give an object file meta information of its own, with nothing of the old but the transfer syntax."""
    old = getattr(dataset, "file_meta", None) or FileMetaDataset()
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = UID(old.get("TransferSyntaxUID") or ImplicitVRLittleEndian)
    meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
    meta.ImplementationVersionName = VERSION_NAME
    dataset.file_meta = meta
    dataset.preamble = b"\0" * 128


def _times(profile: Profile) -> str:
    if profile.has(Option.FULL_DATES):
        return "UNMODIFIED"
    return "MODIFIED" if profile.has(Option.MODIFIED_DATES) else "REMOVED"


def _item(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item
