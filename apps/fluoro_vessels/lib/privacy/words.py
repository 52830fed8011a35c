"""Which words are known to be safe: the standard's own terms, and those of the catheter laboratory."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from lib.errors import SafeListError

FOLDER: Final = Path(__file__).parent
LISTS: Final = (FOLDER / "vocabulary.txt", FOLDER / "cath_lab_words.txt")
WORD: Final = re.compile(r"[^\W\d_]+")
LONGEST_LIST: Final = 5_000_000


def folded(word: str) -> str:
    """Return a word small and without accents, as words are compared."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=1)
def safe_words() -> frozenset[str]:
    """Return the shipped words, folded."""
    return frozenset(word for path in LISTS for word in read_words(path))


def read_words(path: Path) -> frozenset[str]:
    """Return the words of a list, folded; lines that begin with # are remarks.

    Raises:
        SafeListError: The list cannot be read.
    """
    try:
        if path.stat().st_size > LONGEST_LIST:
            raise SafeListError(path, 1, "this is no list of words")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SafeListError(path, 1, "the list cannot be read as UTF-8 text") from error
    found = (WORD.findall(line) for line in lines if not line.startswith("#"))
    return frozenset(folded(word) for words in found for word in words)
