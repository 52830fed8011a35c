"""What a person may do, in four steps; each may all that those before it may."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from lib.errors import RoleNameError


class Role(IntEnum):
    """A viewer looks, an annotator labels, a reviewer decides, an admin changes what all work with."""

    VIEWER = 1
    ANNOTATOR = 2
    REVIEWER = 3
    ADMIN = 4

    @property
    def word(self) -> str:
        """The role as people write it: `viewer`."""
        return self.name.lower()


WORDS: Final = {role.word: role for role in Role}
"""Role by its word."""


def role_named(word: str) -> Role:
    """Return the role of a word, however it is capitalised.

    Raises:
        RoleNameError: There is no such role.
    """
    try:
        return WORDS[word.strip().lower()]
    except KeyError:
        raise RoleNameError(word, list(WORDS)) from None


def highest(words: Iterable[str]) -> Role | None:
    """Return the highest role among some words, None where none of them is a role."""
    return max((WORDS[word] for word in words if word in WORDS), default=None)
