"""Table E.1-1 of PS3.15 as it is shipped, and what it asks of an attribute under a profile.

DICOM: Application Level Confidentiality Profile Attributes, PS3.15 E.1.1; `actions.csv` names the edition.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydicom.tag import BaseTag

from lib.privacy.needs import needed
from lib.privacy.options import Option, Profile

FILE: Final = Path(__file__).with_name("actions.csv")


class Action(StrEnum):
    """What becomes of an attribute, by the letters of the standard."""

    REMOVE = "X"
    EMPTY = "Z"
    DUMMY = "D"
    UID = "U"
    KEEP = "K"
    CLEAN = "C"


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        name: The attribute's name.
        basic: Code of the Basic Profile; it may leave a choice, such as X/Z.
        options: Codes of the options that say something else, K or C.
    """

    name: str
    basic: str
    options: Mapping[Option, str]


@lru_cache(maxsize=1)
def action_table() -> Mapping[str, Row]:
    """Return the rows by tag, as eight hexadecimal digits; `50xxxxxx` stands for all such groups."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        row["tag"]: Row(row["name"], row["basic"], {option: row[option] for option in Option if row[option]})
        for row in rows
    }


def row_of(tag: BaseTag) -> Row | None:
    """Return the row of a standard attribute; None where the table does not have it."""
    table = action_table()
    if tag.group & 0xFF00 == 0x5000:
        return table["50xxxxxx"]
    if tag.group & 0xFF00 == 0x6000:
        return table.get(f"60xx{tag.element:04x}")
    return table.get(f"{int(tag):08x}")


def action_of(row: Row, tag: BaseTag, profile: Profile, sop_class: str) -> tuple[Action, Option | None]:
    """Return what to do with an attribute, and the option that asks for it; None: the Basic Profile does.

    Where two chosen options differ, moved dates come first, then what keeps.
    """
    chosen = [option for option in row.options if profile.has(option)]
    if Option.MODIFIED_DATES in chosen:
        return Action.CLEAN, Option.MODIFIED_DATES
    for letter in (Action.KEEP, Action.CLEAN):
        for option in chosen:
            if row.options[option] == letter:
                return letter, option
    return basic_action(row, tag, sop_class), None


def basic_action(row: Row, tag: BaseTag, sop_class: str) -> Action:
    """Return what the Basic Profile does; where it leaves a choice, what the class allows."""
    choices = row.basic.split("/")
    if choices[-1] == "U*":
        return Action.UID
    need = needed(tag, sop_class)
    if len(choices) > 1 and need in choices:
        return Action(need)
    return Action(choices[0])
