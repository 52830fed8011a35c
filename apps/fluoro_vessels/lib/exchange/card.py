"""DATA_CARD.md and SHA256SUMS: what a data set is, for people, and that it is still what was written."""

import hashlib
from pathlib import Path
from typing import Final

from lib.exchange.content import Side
from lib.exchange.sheet import Sheet

CARD: Final = "DATA_CARD.md"
SUMS: Final = "SHA256SUMS"
_BLOCK: Final = 1 << 20

_PRIVACY: Final = (
    "Patients and runs are named by tokens that lead back to them on the exporting server only; no file "
    "has a name, a date or an id of a patient. What is burned into the pixels is still there: look "
    "before you pass it on."
)
_SEG_PRIVACY: Final = (
    "**These DICOM SEG files are as they were sent and name the patient.** They are not de-identified; "
    "do not pass them on outside. The images themselves are not part of this data set."
)


def write_card(folder: Path, sheet: Sheet, notes: str) -> None:
    """Write DATA_CARD.md.

    Args:
        folder: The data set.
        sheet: What is in it.
        notes: What the format keeps and loses.
    """
    states = sorted({run.label_state for run in sheet.runs if run.label_state})
    lines = [
        f"# Labelled X-ray runs ({sheet.format})",
        "",
        f"Written on {sheet.date} by {sheet.software}. License: {sheet.license}. Not for clinical use.",
        "",
        "| Split | Patients | Runs | Frames |",
        "|---|---|---|---|",
        *(f"| {side.value} | {' | '.join(map(str, sheet.count(side)))} |" for side in Side),
        f"| all | {' | '.join(map(str, sheet.count()))} |",
        "",
        "A patient is in one split only, for ever: one in five is test, one in ten validation, by a hash. "
        "Do not train on the test patients: models are judged on them.",
        "",
        f"States of the labels: {', '.join(states) or 'none'}. Versions and finished frames of every run "
        "are in dataset.json. Frames that are not listed there hold no labels.",
        "",
        "| Label | Index | Set |",
        "|---|---|---|",
        *(f"| {label.name} | {label.index} | {label.set} |" for label in sheet.labels),
        "",
        notes,
        "",
        _SEG_PRIVACY if sheet.format == "dicomseg" else _PRIVACY,
        "",
        f"`sha256sum -c {SUMS}` checks the files.",
    ]
    (folder / CARD).write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over all files of a folder, as `sha256sum` does."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
