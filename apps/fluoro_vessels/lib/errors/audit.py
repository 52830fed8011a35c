"""Errors of what is remembered about requests."""

from lib.errors.kinds import InvalidInputError


class AuditHeadError(InvalidInputError):
    """What somebody gave as the head of the audit log is none."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:100]!r} is no head of the audit log. Give NUMBER:HASH as `fluoro audit verify` or the "
            "server's log printed it."
        )


class AuditTimeError(InvalidInputError):
    """A time that cannot be read."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:40]!r} is no time. Write 2026-01-31, or 2026-01-31T08:15 (UTC).")
