"""The secret of a site, which alone ties pseudonyms to people; kept apart from what is given away."""

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lib.access.private_file import write_private
from lib.errors import SiteKeyError

N_BYTES: Final = 32


@dataclass(frozen=True)
class SiteKey:
    """A secret of 32 bytes; whoever has it can tell which pseudonym a known Patient ID gets."""

    secret: bytes = field(repr=False)


def new_key() -> SiteKey:
    """Draw a key that nobody can guess."""
    return SiteKey(secrets.token_bytes(N_BYTES))


def read_or_make_key(path: Path) -> SiteKey:
    """Return the key of a file; where there is none, draw one and write it for its owner only (0600).

    Raises:
        SiteKeyError: The file is no key, others may read it, or it cannot be read or written.
    """
    if not path.exists():
        key = new_key()
        write_private(path, key.secret.hex() + "\n")
        return key
    return _read(path)


def _read(path: Path) -> SiteKey:
    try:
        with path.open(encoding="ascii") as file:
            if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SiteKeyError(path, "others than its owner may read it; run `chmod 600` on it")
            secret = bytes.fromhex(file.read(1024).strip())
    except OSError as error:
        raise SiteKeyError(path, (error.strerror or "it cannot be read").lower()) from error
    except ValueError as error:
        raise SiteKeyError(path, "it holds no key; name another file, and a key is made there") from error
    if len(secret) < N_BYTES:
        raise SiteKeyError(path, f"it is shorter than {N_BYTES} bytes; name another file")
    return SiteKey(secret)
