"""What stands in for a patient, a UID and a date: always the same for a site key, and no way back without it.

Nothing is stored: each answer is an HMAC of the old value, so a folder of next year fits the one of today.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset
from pydicom.uid import UID

from lib.privacy.site_key import SiteKey

PREFIX: Final = "FV-"
STANDARD_ROOT: Final = "1.2.840.10008."
N_LETTERS: Final = 10
FEWEST_DAYS: Final = 30
DAY_SPAN: Final = 3650
"""Days are moved back by at least a month and at most ten years and a month."""


@dataclass(frozen=True)
class Pseudonyms:
    """Makes stand-ins with one site's key."""

    key: SiteKey

    def patient(self, identity: str) -> str:
        """Return the pseudonym of a patient, used as Patient's Name and Patient ID alike."""
        letters = base64.b32encode(self._hash("patient", identity)).decode("ascii")
        return PREFIX + letters[:N_LETTERS]

    def uid(self, uid: str) -> UID:
        """Return the UID that stands in for one, also where the old one breaks the rules; `` for ``.

        UIDs that the standard itself defines (SOP Classes, transfer syntaxes, well-known frames of
        reference) stay what they are.

        DICOM:
            UUID derived UIDs, PS3.5 B.2.
        """
        old = str(uid).strip(" \0")
        if not old or _is_of_the_standard(old):
            return UID(old)
        number = bytearray(self._hash("uid", old)[:16])
        number[6] = number[6] & 0x0F | 0x80
        number[8] = number[8] & 0x3F | 0x80
        return UID(f"2.25.{int.from_bytes(number, 'big')}")

    def day_shift(self, identity: str) -> int:
        """Return by how many days everything of a patient is moved; below zero."""
        drawn = int.from_bytes(self._hash("days", identity)[:8], "big")
        return -(FEWEST_DAYS + drawn % DAY_SPAN)

    def _hash(self, kind: str, value: str) -> bytes:
        return hmac.new(self.key.secret, f"{kind}\0{value}".encode(), hashlib.sha256).digest()


def identity_of(dataset: Dataset) -> str:
    """Return what makes a patient the same in two files: Patient ID, else name and birth date, else study.

    The issuer is left out, as one PACS fills it in for runs and leaves it out of results.
    """
    number = _text(dataset, "PatientID").upper()
    if number:
        return f"id {number}"
    name, born = _text(dataset, "PatientName").upper().rstrip("^"), _text(dataset, "PatientBirthDate")
    if name:
        return f"name {name} {born}"
    return f"study {_text(dataset, 'StudyInstanceUID') or _text(dataset, 'SOPInstanceUID')}"


def _is_of_the_standard(uid: str) -> bool:
    """Tell whether the standard gives this UID a name."""
    return uid.startswith(STANDARD_ROOT) and UID(uid).name != uid


def _text(dataset: Dataset, keyword: str) -> str:
    return " ".join(str(dataset.get(keyword) or "").split())
