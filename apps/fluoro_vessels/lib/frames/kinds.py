"""Which objects are runs, and who they are."""

from dataclasses import dataclass
from typing import Final

from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    DigitalXRayImageStorageForProcessing,
    EnhancedXAImageStorage,
    EnhancedXRFImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
    XRayAngiographicImageStorage,
    XRayRadiofluoroscopicImageStorage,
)

from lib.errors import UnsupportedImageError
from lib.frames.values import Values

XRAY_MODALITY: Final = {
    XRayAngiographicImageStorage: "XA",
    EnhancedXAImageStorage: "XA",
    XRayRadiofluoroscopicImageStorage: "RF",
    EnhancedXRFImageStorage: "RF",
    DigitalXRayImageStorageForPresentation: "DX",
    DigitalXRayImageStorageForProcessing: "DX",
}
"""SOP Class -> the modality of an object that does not state one."""

SECONDARY_CAPTURES: Final = {
    SecondaryCaptureImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
}
RUN_MODALITIES: Final = {"XA", "RF", "XRF"}


@dataclass(frozen=True)
class Identity:
    """The UIDs of a run, valid or not, as they stand in the file."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    modality: str


def identify(values: Values) -> Identity:
    """Return who the object is.

    SOP UIDs that the data set lacks are taken from the file meta information, with a problem noted.

    Raises:
        UnsupportedImageError: It is no X-ray run, or nothing names the instance.
    """
    sop_class = _sop_uid(values, "SOPClassUID", "MediaStorageSOPClassUID")
    instance = _sop_uid(values, "SOPInstanceUID", "MediaStorageSOPInstanceUID")
    modality = values.text("Modality") or ""
    _refuse(instance or "without UID", sop_class, modality)
    if not instance:
        raise UnsupportedImageError("without UID", "no SOP Instance UID names it")
    if not modality:
        modality = XRAY_MODALITY[UID(sop_class)]
        values.note(f"Modality (0008,0060) is missing; {modality} was taken from the SOP class.")
    return Identity(
        study_instance_uid=values.uid("StudyInstanceUID"),
        series_instance_uid=values.uid("SeriesInstanceUID"),
        sop_instance_uid=instance,
        sop_class_uid=sop_class,
        modality=modality,
    )


def _refuse(instance: str, sop_class: str, modality: str) -> None:
    """Raise unless SOP class and modality make a run."""
    if sop_class in XRAY_MODALITY:
        return
    if modality not in RUN_MODALITIES:
        kind = UID(sop_class).name if sop_class else "an object without SOP Class UID"
        raise UnsupportedImageError(instance, f"it is {kind} with modality {modality or 'not stated'}")
    if sop_class and sop_class not in SECONDARY_CAPTURES:
        raise UnsupportedImageError(instance, f"it is {UID(sop_class).name}")


def _sop_uid(values: Values, keyword: str, meta_keyword: str) -> str:
    if values.text(keyword):
        return values.uid(keyword)
    values.note(f"{keyword} is missing; the file meta information was asked.")
    return values.meta.text(meta_keyword) or ""
