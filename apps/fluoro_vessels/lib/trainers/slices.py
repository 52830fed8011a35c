"""What a run belongs to when the gate asks for whom a model became better: vendor, territory, angle."""

from collections.abc import Mapping
from typing import Final

from pydicom.dataset import Dataset

from lib.datastore.records import RunFacts
from lib.frames.angle_group import UNKNOWN, angle_group

BODY_PARTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("HEART", "CORONARYARTERY", "CHEST", "THORAX"), "coronary"),
    **dict.fromkeys(("HEAD", "BRAIN", "SKULL", "NECK", "CAROTID", "HEADNECK"), "cerebral"),
    **dict.fromkeys(("ABDOMEN", "KIDNEY", "LIVER", "PELVIS", "AORTA", "ABDOMENPELVIS"), "abdominal"),
    **dict.fromkeys(("LEG", "THIGH", "KNEE", "CALF", "FOOT", "ANKLE", "EXTREMITY", "HIP"), "peripheral"),
}
"""Body Part Examined, PS3.16 annex L, to what people call a territory."""


def slices_of(header: Dataset, facts: RunFacts) -> dict[str, str]:
    """Return the parts that a run belongs to, by kind.

    DICOM:
        Manufacturer (0008,0070), Body Part Examined (0018,0015).
    """
    vendor = " ".join(str(header.get("Manufacturer") or "").lower().split())[:64]
    part = str(header.get("BodyPartExamined") or "").upper().replace(" ", "")
    return {
        "vendor": vendor or UNKNOWN,
        "territory": BODY_PARTS.get(part, UNKNOWN),
        "angle": angle_group(facts.primary_angle_deg, facts.secondary_angle_deg),
    }
