"""Ids and tags from outside, checked once, at the border: they become file names and keys."""

import re
from collections.abc import Iterable
from typing import Final

from lib.errors import InvalidIdError

_SAFE: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")


def is_safe(value: str) -> bool:
    """Return whether a text can be an id: no folder, no hidden file, no way up, at most 128 characters.

    Malformed UIDs pass as long as they are made of letters, digits, dots, hyphens and underscores.
    """
    return _SAFE.fullmatch(value) is not None


def check_image_id(value: str) -> str:
    """Return an image id unchanged, or raise InvalidIdError."""
    return _check("image id", value)


def check_label_id(value: str) -> str:
    """Return a label id unchanged, or raise InvalidIdError."""
    return _check("label id", value)


def check_tag(value: str) -> str:
    """Return a tag unchanged, or raise InvalidIdError."""
    return _check("tag", value)


def check_frames(frames: Iterable[int]) -> tuple[int, ...]:
    """Return frame numbers (t, zero-based) sorted, each once."""
    return tuple(sorted({int(frame) for frame in frames}))


def _check(kind: str, value: str) -> str:
    if not is_safe(value):
        raise InvalidIdError(kind, value)
    return value
