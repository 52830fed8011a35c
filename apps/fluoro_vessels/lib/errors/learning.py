"""Errors of choosing what to label next."""

from collections.abc import Sequence

from lib.errors.kinds import NotFoundError


class UnknownStrategyError(NotFoundError):
    """No strategy has that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no strategy {name[:80]!r}. There are: {', '.join(known)}.")
