"""Who asks, while a request is answered.

Whoever signed in is known to everything that happens in the request, down to the ledger, so that no
field of a request can name somebody else as author. What runs beside requests knows nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lib.access.roles import Role
from lib.errors import PersonNameError

LONGEST_NAME: Final = 64
"""Characters of a name; the ledger keeps so many."""


class SignedInBy(StrEnum):
    """How a person became known."""

    NOTHING = "nothing"
    """Nobody has to sign in here, or nobody has to for this."""
    KEY = "key"
    TOKEN = "token"
    """A bearer token of the OIDC issuer."""
    PAGE = "page"
    """The cookie of the sign-in page, or what `/auth/token` gave."""


@dataclass(frozen=True)
class Person:
    """Who asks, and what they may.

    Attributes:
        name: As labels, reviews and the audit log show it.
        role: What they may; None: only what anyone may.
        by: How they became known; a name by `NOTHING` is only said, not proven.
        key_id: The API key that they came with, or signed in with.
    """

    name: str
    role: Role | None
    by: SignedInBy
    key_id: str | None = None

    @property
    def is_signed_in(self) -> bool:
        """The name is proven."""
        return self.by is not SignedInBy.NOTHING


_asking: ContextVar[Person | None] = ContextVar("asking", default=None)


@contextmanager
def asking(person: Person) -> Iterator[None]:
    """Let a person be known as who asks, in this task and in the worker threads that it waits for."""
    token = _asking.set(person)
    try:
        yield
    finally:
        _asking.reset(token)


def signed_in_name() -> str | None:
    """Return the proven name of who asks, None where nobody signed in or no request is answered."""
    person = _asking.get()
    return person.name if person is not None and person.is_signed_in else None


def proven(said: str) -> str:
    """Return the proven name of who asks where there is one, else what the request says."""
    return signed_in_name() or said


def checked_name(name: str) -> str:
    """Return a name without the spaces around it.

    Raises:
        PersonNameError: It is empty, too long, or has characters that cannot be printed.
    """
    plain = name.strip()
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise PersonNameError(LONGEST_NAME)
    return plain
