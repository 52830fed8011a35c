"""Private elements that are known to identify nobody; all others go.

DICOM: Retain Safe Private Option, PS3.15 E.3.10, with Table E.3.10-1 and note 2.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag

from lib.errors import SafeListError

FILE: Final = Path(__file__).with_name("safe_private.csv")
BULKY: Final = ("OB", "OD", "OF", "OL", "OV", "OW", "UN", "PN", "LT", "UT", "ST")
"""VRs that are never on a list: what a vendor puts there may hold a whole header."""

Key = tuple[int, int, str]
"""Group, last byte of the element, private creator in capitals."""


@dataclass(frozen=True)
class SafeList:
    """The list.

    Attributes:
        vrs: VR of each element that may stay.
    """

    vrs: Mapping[Key, str]

    def holds(self, dataset: Dataset, element: DataElement) -> bool:
        """Tell whether a private element of a dataset may stay; its VR has to be the listed one."""
        creator = _creator(dataset, element.tag)
        key = (element.tag.group, element.tag.element & 0xFF, creator)
        return bool(creator) and self.vrs.get(key) == element.VR


@lru_cache(maxsize=1)
def shipped_list() -> SafeList:
    """Return the list of the standard and of vendors of angiography systems."""
    return SafeList(dict(_rows(FILE)))


def with_file(path: Path) -> SafeList:
    """Return the shipped list with the rows of a site's file: group, element, creator, vr.

    Raises:
        SafeListError: The file cannot be read, or a row is no such row.
    """
    return SafeList({**shipped_list().vrs, **dict(_rows(path))})


def creator_tag(tag: BaseTag) -> BaseTag:
    """Return the tag of the Private Creator that reserves the block of a private element.

    DICOM: Private Data Elements, PS3.5 7.8.1.
    """
    return Tag(tag.group, tag.element >> 8)


def _creator(dataset: Dataset, tag: BaseTag) -> str:
    place = creator_tag(tag)
    if tag.element < 0x1000 or place not in dataset:
        return ""
    return " ".join(str(dataset[place].value or "").split()).upper()


def _rows(path: Path) -> Iterator[tuple[Key, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SafeListError(path, 1, "the list cannot be read as UTF-8 text") from error
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in next(csv.reader([line]), [])]
        if line.startswith("#") or not cells or cells[0].lower() == "group":
            continue
        yield _row(cells, path, number)


def _row(cells: list[str], path: Path, number: int) -> tuple[Key, str]:
    try:
        group, element, creator, vr = cells[:4]
        key = (int(group, 16), int(element.lower().replace("xx", ""), 16), " ".join(creator.split()).upper())
    except ValueError as error:
        raise SafeListError(
            path, number, "write group, element, creator, vr: 0019,30,CARDIO-D.R. 1.0,UL"
        ) from error
    if key[0] % 2 == 0 or not 0 <= key[1] <= 0xFF or not key[2] or vr in BULKY or len(vr) != 2:
        raise SafeListError(
            path, number, "a group is odd, an element one byte, and texts and bytes never safe"
        )
    return key, vr
