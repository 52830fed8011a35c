"""Text as it is compared: small, without accents, with single spaces."""

import re
import unicodedata
from typing import Final

LETTERS: Final = re.compile(r"[^\W\d_]+")
"""One word."""


def plain(text: str) -> str:
    """Return a text in the form in which names are compared: 'Jürgen  Groß' is 'jurgen gross'."""
    small = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in small if not unicodedata.combining(sign)).split())


def words(text: str) -> list[str]:
    """Return the words of a plain text, letters only."""
    return LETTERS.findall(text)
