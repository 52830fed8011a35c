"""What an API key looks like, and what is kept of it.

A key is `fv_`, eight digits that name it, and 256 random bits. So much cannot be guessed, which is why a
plain SHA-256 is kept of it and no slow hash: a slow one would only help whoever floods the server.
"""

import hashlib
import re
import secrets
from typing import Final

_KEY: Final = re.compile(r"fv_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_N_BYTES: Final = 32


def new_key() -> tuple[str, str]:
    """Return a new key: the id that names it, and the whole key, which is shown once and never kept."""
    key_id = secrets.token_hex(4)
    return key_id, f"fv_{key_id}_{secrets.token_urlsafe(_N_BYTES)}"


def id_in(key: str) -> str | None:
    """Return the id that is written in a key, None where the text is no key."""
    found = _KEY.fullmatch(key)
    return found[1] if found else None


def digest(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same(secret: str, kept: str) -> bool:
    """Return whether a secret is the one that was kept, in a time that tells nothing about it."""
    return secrets.compare_digest(digest(secret), kept)
