"""Regions that a person has to look at: a picture, a report, and the person's answers."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.errors import DoubtAnswersError
from lib.frames.layout import read_layout
from lib.frames.stored import read_codes
from lib.frames.values import Values
from lib.pictures.png import picture_png
from lib.privacy.pixels.clean import Answers
from lib.privacy.pixels.report import PixelReport, Region, Why
from lib.privacy.pixels.stills import stills_of

DOUBT_COLOR: Final = (255, 80, 80)
BLANK_COLOR: Final = (80, 220, 80)
OWNER_ONLY: Final = 0o600
DECISIONS: Final = ("blank", "keep")
SIDES: Final = ("top", "left", "bottom", "right")


def doubt_picture(dataset: Dataset, report: PixelReport) -> bytes:
    """Return a PNG of the run with its doubtful regions framed and numbered; it may show a name.

    The mean of all frames is shown; what was made black is framed in green.
    """
    values = Values(dataset)
    uid = values.text("SOPInstanceUID") or "without UID"
    layout = read_layout(values, uid)
    mean = stills_of(read_codes(values, layout, uid), layout).mean
    grey = 255 - mean if layout.photometric == "MONOCHROME1" else mean
    picture = np.repeat(np.rint(grey).astype(np.uint8)[:, :, np.newaxis], 3, axis=2)
    for region in report.blanked:
        _frame(picture, region, BLANK_COLOR)
    for number, region in enumerate(report.doubtful, 1):
        _frame(picture, region, DOUBT_COLOR)
        foot = (min(region.right + 4, picture.shape[1] - 16), max(region.top + 10, 10))
        cv2.putText(picture, str(number), foot, cv2.FONT_HERSHEY_SIMPLEX, 0.5, DOUBT_COLOR, 1, cv2.LINE_AA)
    return picture_png(picture)


def report_facts(report: PixelReport) -> dict[str, Any]:
    """Return a report as what JSON can hold; nothing that was read is in it."""
    return {
        "blanked": [_facts(region) for region in report.blanked],
        "doubtful": [_facts(region) | {"decision": None} for region in report.doubtful],
        "kept": [_facts(region) for region in report.kept],
        "method": report.method,
    }


def write_doubts(dataset: Dataset, report: PixelReport, folder: Path, name: str) -> tuple[Path, Path]:
    """Write NAME.doubts.json and NAME.doubts.png, readable to the owner only; return both paths.

    The JSON has one entry for each doubtful region with `"decision": null`; a person writes "blank" or
    "keep" there, and `read_answers` reads it. Answers that are there already are written over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts, picture = folder / f"{name}.doubts.json", folder / f"{name}.doubts.png"
    _write(picture, doubt_picture(dataset, report))
    _write(facts, (json.dumps(report_facts(report), indent=2) + "\n").encode())
    return facts, picture


def read_answers(path: Path) -> Answers:
    """Return what a person wrote into a NAME.doubts.json.

    Raises:
        DoubtAnswersError: The file is no such file, or a region has no decision yet.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["doubtful"]
        decided = [(str(one["decision"]), _region(one)) for one in entries]
    except OSError as error:
        raise DoubtAnswersError(path.name, (error.strerror or "it cannot be read").lower()) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DoubtAnswersError(path.name, "it is no report of doubts") from error
    for number, (decision, _) in enumerate(decided, 1):
        if decision not in DECISIONS:
            raise DoubtAnswersError(path.name, f"region {number} is not decided")
    return Answers(_with("blank", decided), _with("keep", decided))


def _with(wanted: str, decided: Sequence[tuple[str, Region]]) -> tuple[Region, ...]:
    return tuple(region for decision, region in decided if decision == wanted)


def _facts(region: Region) -> dict[str, Any]:
    return {side: getattr(region, side) for side in SIDES} | {"why": region.why.value}


def _region(facts: dict[str, Any]) -> Region:
    top, left, bottom, right = (int(facts[side]) for side in SIDES)
    if not (0 <= top < bottom and 0 <= left < right):
        raise ValueError("no region")
    return Region(top, left, bottom, right, Why.PERSON)


def _frame(picture: NDArray[np.uint8], region: Region, color: tuple[int, int, int]) -> None:
    corner = (region.right - 1, region.bottom - 1)
    cv2.rectangle(picture, (region.left, region.top), corner, color, 1)


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(content)
    part.replace(path)
