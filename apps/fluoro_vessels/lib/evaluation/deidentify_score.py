"""Scores de-identified objects against what was wanted of them, action by action."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, Final

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite

from lib.evaluation.deidentify_wanted import Kind, PlantedObject, Wanted, tag_of, values_at

PATIENT_ID: Final = tag_of("PatientID")
LONGEST_SYLLABLE: Final = 3
"""So short a name is also a part of many words."""


@dataclass(frozen=True)
class Check:
    """How one action came out; `where` says of which object and element, without a value."""

    kind: Kind
    where: str
    is_right: bool


@dataclass
class _Set:
    """What has to be the same through a whole set, as first seen."""

    uids: dict[str, str] = field(default_factory=dict)
    shifts: dict[int, int] = field(default_factory=dict)
    patients: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Look:
    """One object as it came out: read again from its file."""

    planted: PlantedObject
    after: Dataset
    header: str
    seen: _Set


def score_set(planted: Sequence[PlantedObject], cleaned: Sequence[Dataset | None]) -> list[Check]:
    """Return how each action came out; an object that is missing has all its actions wrong.

    Args:
        planted: What was given.
        cleaned: What came back, in the same order.
    """
    checks: list[Check] = []
    seen = _Set()
    for before, after in zip(planted, cleaned, strict=True):
        look = None if after is None else _look(before, after, seen)
        for wanted in before.wanted:
            is_right = look is not None and _CHECKS[wanted.kind](look, wanted)
            checks.append(Check(wanted.kind, f"{before.name} {wanted.about}", is_right))
    return checks


def figures_of(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the share of right actions, all and by kind, and what failed how often."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    failed: dict[str, int] = defaultdict(int)
    for check in checks:
        by_kind[check.kind].append(check.is_right)
        failed[f"{check.kind}: {check.where}"] += not check.is_right
    return {
        "n_actions": len(checks),
        "right_percent": _percent([check.is_right for check in checks]),
        "by_kind": {
            kind: {"n": len(right), "right_percent": _percent(right)}
            for kind, right in sorted(by_kind.items())
        },
        "failed": {where: n for where, n in sorted(failed.items()) if n},
    }


def _percent(right: Sequence[bool]) -> float:
    return round(100 * sum(right) / max(len(right), 1), 3)


def _look(before: PlantedObject, after: Dataset, seen: _Set) -> _Look | None:
    """Write and read the object again, as whoever gets it does; None where that fails."""
    buffer = BytesIO()
    try:
        dcmwrite(buffer, after, enforce_file_format=True)
    except (ValueError, TypeError, AttributeError, KeyError, NotImplementedError):
        return None
    content = buffer.getvalue()
    read = dcmread(BytesIO(content))
    pixels = bytes(read.PixelData) if "PixelData" in read else b""
    header = content.replace(pixels, b"") if pixels else content
    return _Look(before, read, header.decode("utf-8", "replace").casefold(), seen)


def _text_removed(look: _Look, wanted: Wanted) -> bool:
    return not any(_holds(text.casefold(), wanted.value) for text in values_at(look.after, wanted.tag))


def _text_retained(look: _Look, wanted: Wanted) -> bool:
    return any(wanted.value in " ".join(text.split()) for text in values_at(look.after, wanted.tag))


def _not_null(look: _Look, wanted: Wanted) -> bool:
    return bool(values_at(look.after, wanted.tag))


def _same(look: _Look, wanted: Wanted) -> bool:
    return bool(values_at(look.after, wanted.tag) == wanted.value)


def _date_shifted(look: _Look, wanted: Wanted) -> bool:
    after = values_at(look.after, wanted.tag)
    if len(after) != len(wanted.value):
        return False
    shifts = {_days(old, new) for old, new in zip(wanted.value, after, strict=True)}
    if len(shifts) != 1 or (shift := shifts.pop()) in (None, 0):
        return False
    return look.seen.shifts.setdefault(look.planted.patient, shift or 0) == shift


def _days(old: str, new: str) -> int | None:
    """Return the days between two dates; None where the new one is none."""
    try:
        return (_day(new) - _day(old)).days
    except ValueError:
        return None


def _day(text: str) -> date:
    return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}")


def _uid_changed(look: _Look, wanted: Wanted) -> bool:
    after = values_at(look.after, wanted.tag)
    return len(after) == len(wanted.value) and not set(after) & set(wanted.value) and all(after)


def _uid_consistent(look: _Look, wanted: Wanted) -> bool:
    after = values_at(look.after, wanted.tag)
    if len(after) != len(wanted.value):
        return False
    return all(
        look.seen.uids.setdefault(old, new) == new for old, new in zip(wanted.value, after, strict=True)
    )


def _patient_consistent(look: _Look, wanted: Wanted) -> bool:
    after = values_at(look.after, wanted.tag)
    if len(after) != 1 or after == wanted.value:
        return False
    if wanted.tag != PATIENT_ID:
        return True
    mine = look.seen.patients.setdefault(look.planted.patient, after[0])
    others = (name for patient, name in look.seen.patients.items() if patient != look.planted.patient)
    return mine == after[0] and after[0] not in others


def _absent(look: _Look, wanted: Wanted) -> bool:
    return not any(element.tag == wanted.tag for element in look.after.iterall())


def _pixels_retained(look: _Look, wanted: Wanted) -> bool:
    if "PixelData" not in look.after:
        return False
    return bytes(look.after.PixelData) == wanted.value or _shows_the_same(look.planted.dataset, look.after)


def _shows_the_same(before: Dataset, after: Dataset) -> bool:
    """Tell whether pictures that are stored in other bytes show the same; a comment in them may have gone."""
    try:
        return np.array_equal(before.pixel_array, after.pixel_array)
    except (ValueError, AttributeError, RuntimeError, NotImplementedError):
        return False


def _nothing_left(look: _Look, wanted: Wanted) -> bool:
    return not _holds(look.header, wanted.value)


def _holds(text: str, secret: str) -> bool:
    """Tell whether a secret is in a small text; a name of few letters only as a word of its own."""
    small = secret.casefold()
    if len(small) > LONGEST_SYLLABLE:
        return small in text
    return re.search(rf"(?<![^\W_]){re.escape(small)}(?![^\W_])", text) is not None


_CHECKS: Final[Mapping[Kind, Callable[[_Look, Wanted], bool]]] = {
    Kind.TEXT_REMOVED: _text_removed,
    Kind.TEXT_RETAINED: _text_retained,
    Kind.TEXT_NOT_NULL: _not_null,
    Kind.TAG_RETAINED: _same,
    Kind.DATE_SHIFTED: _date_shifted,
    Kind.UID_CHANGED: _uid_changed,
    Kind.UID_CONSISTENT: _uid_consistent,
    Kind.PATIENT_CONSISTENT: _patient_consistent,
    Kind.PRIVATE_REMOVED: _absent,
    Kind.PIXELS_RETAINED: _pixels_retained,
    Kind.NOTHING_LEFT: _nothing_left,
}
