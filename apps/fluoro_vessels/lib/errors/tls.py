"""Errors of the server's certificate."""

from pathlib import Path

from lib.errors.kinds import InvalidInputError


class CertificateError(InvalidInputError):
    """HTTPS cannot be spoken with the files that the settings name."""

    def __init__(self, certificate: Path, key: Path, reason: str) -> None:
        super().__init__(
            f"The certificate {certificate} with the key {key} cannot be used: {reason}. Both have to be PEM "
            "files that fit each other, the key without a pass phrase, readable by this user."
        )


class OpenKeyError(InvalidInputError):
    """Everybody on this machine can read the private key."""

    def __init__(self, key: Path) -> None:
        super().__init__(f"Everybody on this machine may read the key {key}. Run: chmod 600 {key}")
