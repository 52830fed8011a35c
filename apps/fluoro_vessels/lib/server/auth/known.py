"""Who a request is from, for what stands around the gate, such as the audit log."""

from typing import Final

from starlette.types import Scope

from lib.access.person import Person, SignedInBy

KEY: Final = "person"
"""Where the person is in a request's state."""

NOBODY: Final = Person("", None, SignedInBy.NOTHING)
"""Who asks, before the gate has looked."""

STRANGER: Final = Person("nobody", None, SignedInBy.NOTHING)
"""Who asks where people sign in and they did not; what they call themselves does not count."""


def person_of(scope: Scope) -> Person:
    """Return who a request is from; NOBODY before the gate has let it in, or where it did not.

    Where nobody has to sign in, the name is what `X-Client-Id` says, and `is_signed_in` is false.
    """
    person = scope.get("state", {}).get(KEY, NOBODY)
    return person if isinstance(person, Person) else NOBODY


def remember(scope: Scope, person: Person) -> None:
    """Note who a request is from."""
    scope.setdefault("state", {})[KEY] = person
