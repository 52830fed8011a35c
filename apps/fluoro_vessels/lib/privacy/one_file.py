"""One file in, one file and its report out, or a reason why not."""

import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filewriter import dcmwrite
from pydicom.uid import SegmentationStorage

from lib.errors import NotADicomObjectError, TwiceError, UnencodableError
from lib.privacy.deidentify import Deidentifier, require_object
from lib.privacy.known import known_in
from lib.privacy.pixels.report import PixelReport
from lib.privacy.whole_file import write_file

REPORTS: Final = "reports"
PLAIN_UID: Final = re.compile(r"[0-9.]{1,64}")

BROKEN: Final = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises over objects that break the rules."""

CleanPixels = Callable[[Dataset, frozenset[str], str], PixelReport]
"""Looks for burned-in text: the object, names and numbers of the patient, the new SOP Instance UID."""


@dataclass(frozen=True)
class Outcome:
    """What became of a file.

    Attributes:
        source: The file; its name may tell who it is of, so it is for the eyes of the site only.
        target: What was written; None: nothing was.
        facts: The report, in JSON types; it tells nothing of the patient.
        reason: Why nothing was written, as a sentence.
        is_held: Nothing was written because a person has to look at the picture first.
    """

    source: Path
    target: Path | None = None
    facts: dict[str, Any] | None = None
    reason: str = ""
    is_held: bool = False


def read_object(path: Path, *, only_header: bool = False) -> Dataset:
    """Return the object in a file.

    Raises:
        NotADicomObjectError: There is none, or it breaks off.
    """
    try:
        return dcmread(path, stop_before_pixels=only_header, force=_is_bare(path))
    except (InvalidDicomError, OSError, *BROKEN) as error:
        raise NotADicomObjectError from error


def deidentify_file(
    source: Path,
    folder: Path,
    deidentifier: Deidentifier,
    known: frozenset[str],
    clean_pixels: CleanPixels | None,
    taken: set[str],
) -> Outcome:
    """De-identify one file into a folder, as PATIENT/STUDY/INSTANCE.dcm with a report.

    Args:
        source: The file.
        folder: Where to.
        deidentifier: How.
        known: Names and numbers of the same patient from other files.
        clean_pixels: Blanks burned-in text; None leaves the pixels as they are.
        taken: New SOP Instance UIDs that were written already; this one is added.

    Raises:
        FluoroError: The file cannot be de-identified; nothing of it was written.
    """
    dataset = read_object(source)
    require_object(dataset)
    names = known | known_in(dataset)
    new_uid = str(deidentifier.pseudonyms.uid(dataset.SOPInstanceUID))
    pixels = _pixels(dataset, names, new_uid, clean_pixels)
    if pixels is not None and not pixels.may_leave:
        reason = (
            "A person has to look at doubtful regions of the picture first. Nothing of this file was written."
        )
        return Outcome(source, reason=reason, is_held=True)
    report = deidentifier.clean(dataset, names, pixels_clean=pixels is not None)
    if report.sop_instance_uid in taken:
        raise TwiceError
    target = (
        folder / report.patient / _name(dataset.StudyInstanceUID) / f"{_name(dataset.SOPInstanceUID)}.dcm"
    )
    facts = {**report.facts(), "file": str(target.relative_to(folder)), "pixels": _pixel_facts(pixels)}
    write_file(target, _encoded(dataset))
    write_file(folder / REPORTS / f"{target.stem}.json", (json.dumps(facts, indent=1) + "\n").encode())
    taken.add(report.sop_instance_uid)
    return Outcome(source, target, facts)


def _pixels(
    dataset: Dataset, names: frozenset[str], new_uid: str, clean_pixels: CleanPixels | None
) -> PixelReport | None:
    """Return what was found in the pixels; None where nobody looked: a segmentation has no pictures."""
    if clean_pixels is None or "PixelData" not in dataset or dataset.SOPClassUID == SegmentationStorage:
        return None
    return clean_pixels(dataset, names, new_uid)


def _pixel_facts(pixels: PixelReport | None) -> dict[str, Any] | None:
    if pixels is None:
        return None
    return {"n_blanked": len(pixels.blanked), "n_kept": len(pixels.kept), "method": pixels.method}


def _encoded(dataset: Dataset) -> bytes:
    buffer = BytesIO()
    try:
        dcmwrite(buffer, dataset, enforce_file_format=True)
    except BROKEN as error:
        raise UnencodableError from error
    return buffer.getvalue()


def _name(uid: object) -> str:
    """Return a UID as the name of a file; where an old one was kept and is none, its plain signs."""
    text = str(uid)
    return text if PLAIN_UID.fullmatch(text) and ".." not in text else re.sub(r"[^0-9]", "", text)[:64] or "0"


def _is_bare(path: Path) -> bool:
    """Tell whether a file could be a data set without preamble: it begins with a low, even group."""
    with path.open("rb") as file:
        head = file.read(132)
    return head[128:132] != b"DICM" and head[:1] in (b"\x02", b"\x08") and head[1:2] == b"\0"
