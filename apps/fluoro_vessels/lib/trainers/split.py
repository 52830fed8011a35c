"""Which patients a model learns from, which it is checked with, and which it never meets.

The answer hangs on the patient alone, so it stays the same whatever labels arrive: nobody crosses over.
"""

import hashlib
from enum import StrEnum
from typing import Final

_SALT: Final = "fluoro-vessels split 1"
_SHARES: Final = 1 << 32


class Part(StrEnum):
    """What the labels of a patient are for."""

    TRAINING = "training"
    VALIDATION = "validation"
    FROZEN = "frozen"


FROZEN_SHARE: Final = 1 / 5
VALIDATION_SHARE: Final = 1 / 10


def part_of(patient: str) -> Part:
    """Return what a patient's labels are for: one patient in five is frozen, one in ten validates.

    Args:
        patient: The token of `RunFacts`, or whatever else tells patients apart.
    """
    digest = hashlib.sha256(f"{_SALT}\n{patient}".encode()).digest()
    place = int.from_bytes(digest[:4], "big") / _SHARES
    if place < FROZEN_SHARE:
        return Part.FROZEN
    return Part.VALIDATION if place < FROZEN_SHARE + VALIDATION_SHARE else Part.TRAINING
