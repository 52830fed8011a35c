"""How the C-arm stood, in the few words that runs are grouped by."""

from typing import Final

UNKNOWN: Final = "unknown"

STEEP_DEG: Final = 10.0
"""Less than this from the front is called frontal."""


def angle_group(primary_deg: float | None, secondary_deg: float | None) -> str:
    """Return how the C-arm stood, such as `RAO cranial` or `AP`, or UNKNOWN.

    Args:
        primary_deg: + is LAO.
        secondary_deg: + is cranial.
    """
    if primary_deg is None or secondary_deg is None:
        return UNKNOWN
    side = _word(primary_deg, "LAO", "RAO") or "AP"
    return " ".join(filter(None, (side, _word(secondary_deg, "cranial", "caudal"))))


def _word(angle_deg: float, positive: str, negative: str) -> str:
    if abs(angle_deg) < STEEP_DEG:
        return ""
    return positive if angle_deg > 0 else negative
