"""Attributes that some classes of objects cannot do without, where Table E.1-1 leaves the choice.

DICOM: types of attributes, PS3.5 7.4; the modules of PS3.3 A.14 (XA), A.47 (Enhanced XA), A.51 (SEG), A.35
(SR), A.33 (presentation states).
"""

from typing import Final

from pydicom.datadict import tag_for_keyword
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    EnhancedXAImageStorage,
    EnhancedXRFImageStorage,
    SegmentationStorage,
    XRayRadiationDoseSRStorage,
)

ENHANCED: Final = frozenset((EnhancedXAImageStorage, EnhancedXRFImageStorage))
REPORTS: Final = "1.2.840.10008.5.1.4.1.1.88."
STATES: Final = "1.2.840.10008.5.1.4.1.1.11."
PIXELS_OF_DX: Final = "1.2.840.10008.5.1.4.1.1.1.1"

_VALUE: Final = "D"
_PRESENT: Final = "Z"


def needed(tag: BaseTag, sop_class: str) -> str | None:
    """Return D where this class needs a value, Z where it may be empty, None: it may be absent."""
    return _NEEDS.get(_kind(sop_class), {}).get(int(tag), _ANYWHERE.get(int(tag)))


def _kind(sop_class: str) -> str:
    if UID(sop_class) in ENHANCED:
        return "enhanced"
    if sop_class == SegmentationStorage:
        return "seg"
    if sop_class == XRayRadiationDoseSRStorage:
        return "dose"
    for kind, root in (("report", REPORTS), ("state", STATES), ("dx", PIXELS_OF_DX)):
        if sop_class.startswith(root):
            return kind
    return "image"


def _tags(**needs: str) -> dict[int, str]:
    return {tag: need for name, need in needs.items() if (tag := tag_for_keyword(name)) is not None}


_CONTENT: Final = _tags(ContentDate=_VALUE, ContentTime=_VALUE)
_NEEDS: Final = {
    "enhanced": _CONTENT | _tags(AcquisitionDateTime=_VALUE, DeviceSerialNumber=_VALUE, ProtocolName=_VALUE),
    "seg": _CONTENT | _tags(DeviceSerialNumber=_VALUE, ContentCreatorName=_PRESENT),
    "dose": _CONTENT | _tags(DeviceSerialNumber=_VALUE, ReferencedPerformedProcedureStepSequence=_PRESENT),
    "report": _CONTENT | _tags(ReferencedPerformedProcedureStepSequence=_PRESENT),
    "state": _tags(ContentCreatorName=_PRESENT),
    "dx": _tags(AcquisitionContextSequence=_PRESENT),
}
_ANYWHERE: Final = _tags(PatientID=_VALUE, ContrastBolusAgent=_PRESENT)
