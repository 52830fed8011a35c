"""Which runs are of one patient, without saying who that is."""

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from pydicom import Dataset

from lib.datastore.durable import write_whole
from lib.datastore.file_lock import locked
from lib.errors import StorageError

KEY_FILE: Final = "patient-tokens.key"
"""In the data folder. With it, and a list of patient ids, tokens could be turned back; without it, not."""

TAGS: Final = ("PatientID", "IssuerOfPatientID", "StudyInstanceUID")
_KEY_BYTES: Final = 32
_DIGITS: Final = 8
"""Of the token: two of 2,000 patients share one once in 2,000 archives."""
_RUN_DIGITS: Final = 16
"""Of a run's token: there are many more runs, and a label must never come back to the wrong one."""


def patient_of(header: Dataset) -> str:
    """Return what tells the patient of a run apart; never write it anywhere.

    Where a header names no patient, its study stands for one.

    DICOM:
        Patient ID (0010,0020), Issuer of Patient ID (0010,0021).
    """
    patient, issuer, study = (str(header.get(keyword) or "").strip() for keyword in TAGS)
    return f"patient {issuer} {patient}" if patient else f"study {study}"


class PatientTokens:
    """Gives every patient a short word that stays the same on this server and leads nobody to the patient."""

    def __init__(self, folder: Path) -> None:
        """Keep the key in a data folder; it is made when the first token is wanted."""
        self._path = folder / KEY_FILE

    def token(self, header: Dataset) -> str:
        """Return the word for a header's patient, such as P-3f2a91c4.

        Raises:
            StorageError: The key cannot be read.
            DiskFullError: It cannot be written.
        """
        return f"P-{self._digest(patient_of(header))[:_DIGITS]}"

    def run_token(self, image_id: str) -> str:
        """Return the word for a run, such as R-3f2a91c4d5e6f708, where its UIDs must not be seen.

        Raises:
            StorageError: The key cannot be read.
            DiskFullError: It cannot be written.
        """
        return f"R-{self._digest(f'run {image_id}')[:_RUN_DIGITS]}"

    def _digest(self, text: str) -> str:
        return hmac.new(self._key(), text.encode(), hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._path.with_name(f"{KEY_FILE}.lock")):
                if not self._path.exists():
                    write_whole(self._path, _write_key)
        key = self._path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise StorageError(f"The file {self._path} is damaged. Restore it from a backup, or delete it.")
        return key


def _write_key(path: Path) -> None:
    path.touch(mode=0o600)
    path.write_bytes(secrets.token_bytes(_KEY_BYTES))
