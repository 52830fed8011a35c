"""All texts of a file, with the place where each stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from lib.frames.values import MALFORMED
from lib.publish.scan.comments import comments_of
from lib.publish.scan.traces import texts_of

DICOM: Final = ".dcm"
TEXTS: Final = frozenset((".json", ".csv", ".md", ".txt", ".yaml", ""))
PIXELS: Final = 0x7FE00010
NUMERIC: Final = frozenset(("FL", "FD", "SL", "SS", "UL", "US", "SV", "UV", "AT"))


@dataclass(frozen=True)
class Piece:
    """A text of a file.

    Attributes:
        where: Tag, line or part of the file.
        text: The text.
        vr: Value Representation of an element; "" elsewhere.
    """

    where: str
    text: str
    vr: str = ""


def pieces_of(path: Path) -> Iterator[Piece]:
    """Yield the texts of a file: the elements of a DICOM object, the strings of JSON, the lines of others."""
    if path.suffix == DICOM:
        dataset = dcmread(path, force=True)
        yield from _elements(dataset.file_meta)
        yield from _elements(dataset)
        yield from (Piece("(7FE0,0010), a comment", text) for text in comments_of(dataset))
    elif path.suffix == ".json":
        yield from _strings(json.loads(path.read_text(encoding="utf-8")), "")
    elif path.suffix in TEXTS:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        yield from (Piece(f"line {number}", line) for number, line in enumerate(lines, 1))


def _elements(dataset: Dataset, above: str = "") -> Iterator[Piece]:
    for tag in dataset.keys():  # noqa: SIM118 (see below)
        where = f"{above}({tag.group:04X},{tag.element:04X})"
        try:
            element = dataset[tag]
        except MALFORMED:
            # What pydicom cannot convert is looked at as it stands in the file.
            raw = dataset.get_item(tag)
            yield Piece(where, bytes(getattr(raw, "value", b"") or b"").decode("latin-1"))
            continue
        if element.VR == "SQ":
            for number, item in enumerate(element.value, 1):
                yield from _elements(item, f"{where}[{number}]")
        elif tag != PIXELS:
            yield from _values(element, where)


def _values(element: DataElement, where: str) -> Iterator[Piece]:
    if isinstance(element.value, bytes):
        yield Piece(where, element.value.decode("latin-1"))
    elif element.VR not in NUMERIC:
        yield from (Piece(where, text, element.VR) for text in texts_of(element))


def _strings(content: Any, where: str) -> Iterator[Piece]:
    """Yield the keys and strings of a JSON document; numbers are measured, not told."""
    if isinstance(content, str):
        yield Piece(where or "text", content)
    elif isinstance(content, dict):
        for key, value in content.items():
            yield Piece(where or "text", key)
            yield from _strings(value, f"{where}/{key}" if len(where) < 80 else where)
    elif isinstance(content, list):
        for value in content:
            yield from _strings(value, where)
