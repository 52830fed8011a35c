"""DATA_SHEET.md: what the set is, where it comes from, how it was made, and what it must not be used for.

Paper:
    Gebru et al., Datasheets for Datasets, Commun. ACM 64(12), 2021, doi:10.1145/3458723: the questions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lib.publish.numbers import SetNumbers

SHEET: Final = "DATA_SHEET.md"
MOST_VIEWS: Final = 12

PURPOSE: Final = (
    "Blood vessels in X-ray angiography and fluoroscopy, labelled by people frame by frame, for training "
    "and for comparing methods. Not for clinical use."
)
MADE: Final = (
    "Every label here was approved: a person drew or corrected it, and it was looked at before. Frames "
    "without a label that are listed as finished show no vessel; what is not listed was not looked at."
)
CLEANED: Final = (
    "Headers were de-identified by the Basic Profile of DICOM PS3.15 with the options that each object "
    "names in (0012,0064); `deidentification.json` says what was done to each. Pseudonyms, UIDs and days "
    "come from a secret key of the site; the days between the runs of a patient are kept. C-arm geometry, "
    "pixel spacing and timing are as they were. Text in the pixels was blanked; where a program could not "
    "tell, a person decided or the run was left out. After all files were written, another program looked "
    "for every name, number, UID and date of the sources in every file, and for text in the pixels; it "
    "found nothing."
)
FORBIDDEN: Final = (
    "Nobody may try to find out who the patients are. Do not train on the test patients if you want to "
    "report on them."
)
FILES: Final = """\
| Path | What |
|---|---|
| `dicom/PATIENT/RUN/` | the run, its label (SEG) and its measurements (SR); they refer to each other |
| `coco/` | pictures of 8 bits and masks as run lengths |
| `nnunet/` | a raw data set of nnU-Net v2; its patients are counted, `run_names` says which run is which |
| `metadata/` | a row for each run and for each frame: C-arm, table, spacing, timing, X-rays |
| `splits.csv` | the side of every patient |
| `deidentification.json` | what was done to each object |
| `scan.json` | what the last look looked at |
| `SHA256SUMS` | `sha256sum -c SHA256SUMS` checks the files |"""


@dataclass(frozen=True)
class SheetFacts:
    """What the sheet says beside the counts.

    Attributes:
        title: Name of the set.
        license: Terms of use.
        date: Day of publishing.
        software: Name and version.
        agreement: Label to the number of frames and mean scores of two people.
        labels: Names of the labels that occur.
    """

    title: str
    license: str
    date: str
    software: str
    agreement: Mapping[str, Mapping[str, float]]
    labels: tuple[str, ...]


def data_sheet(facts: SheetFacts, numbers: SetNumbers) -> str:
    """Return the page."""
    parts = (
        f"# {facts.title}",
        f"Written on {facts.date} by {facts.software}. License: {facts.license}.",
        f"## Purpose\n\n{PURPOSE}",
        f"## What is in it\n\n{_sides(numbers)}",
        f"{numbers.n_frames} frames, {numbers.n_labelled} of them with a label or finished; "
        f"{numbers.n_reports} measurement reports. Labels: {', '.join(facts.labels)}.",
        FILES,
        f"## Where it comes from\n\n{_table('Equipment', numbers.sources)}",
        _table("Body part", numbers.parts),
        _table("View of the first frame", dict(list(numbers.views.items())[:MOST_VIEWS])),
        f"## How it was labelled\n\n{MADE}\n\n{_table('Annotator', numbers.annotators)}",
        _table("Labels began from", numbers.models),
        f"The labels of {numbers.n_reviewed} runs were approved by somebody else than their author.",
        _agreement(facts.agreement),
        f"## How it was de-identified\n\n{CLEANED}",
        f"## What it must not be used for\n\n{FORBIDDEN}",
    )
    return "\n\n".join(parts) + "\n"


def _sides(numbers: SetNumbers) -> str:
    lines = [f"| {side.value} | {patients} | {runs} |" for side, (patients, runs) in numbers.sides.items()]
    return "\n".join(("| Split | Patients | Runs |", "|---|---|---|", *lines))


def _table(title: str, counts: Mapping[str, int]) -> str:
    lines = [f"| {name.replace('|', '/')} | {n} |" for name, n in counts.items()]
    return "\n".join((f"| {title} | Runs |", "|---|---|", *lines))


def _agreement(figures: Mapping[str, Mapping[str, float]]) -> str:
    """Return how well two people agreed on the same frames."""
    if not figures:
        return "No run was labelled by two people, so their agreement is not known."
    lines = [
        f"| {label} | {one['n_frames']} | {one['dice']:.3f} | {one['cldice']:.3f} |"
        for label, one in figures.items()
    ]
    head = ("Agreement of two people on frames that both finished:", "", "| Label | Frames | Dice | clDice |")
    return "\n".join((*head, "|---|---|---|---|", *lines))
