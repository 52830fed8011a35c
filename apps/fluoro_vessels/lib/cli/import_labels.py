"""`fluoro import FORMAT DIR`: labels of known runs, from a data set that was corrected elsewhere."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.settings import settings

if TYPE_CHECKING:
    from lib.cli.importing import ImportedLabel


class FormatName(StrEnum):
    """The formats that are read."""

    COCO = "coco"
    YOLO = "yolo"
    NNUNET = "nnunet"
    NIFTI = "nifti"
    PNG = "png"
    LABELME = "labelme"
    DICOMSEG = "dicomseg"


def import_labels(
    name: Annotated[FormatName, typer.Argument(help="What the data set is.", metavar="FORMAT")],
    folder: Annotated[
        Path, typer.Argument(help="Folder of the data set.", metavar="DIR", exists=True, file_okay=False)
    ],
    submit: Annotated[
        bool, typer.Option("--submit", help="Submit the labels; otherwise they are drafts.")
    ] = False,
    author: Annotated[str, typer.Option("--author", help="Who made the labels.")] = "import",
    as_json: AsJson = False,
) -> None:
    """Save the labels of a data set as new versions: all of them or none."""
    from lib.cli.importing import LabelImport, open_desk
    from lib.exchange.formats import FORMATS
    from lib.exchange.read import read_dataset
    from lib.labels import load_label_table

    table = load_label_table(settings().labels, settings().data / "labels")
    desk, ledger = open_desk(settings(), table)
    try:
        with progress("importing", None) as advance:
            job = LabelImport(desk, ledger, settings().data, author, is_final=submit)
            saved = job.save(read_dataset(folder, FORMATS[name], table), name.value, lambda: advance(1))
    finally:
        ledger.close()
    _report(saved, submit, as_json)


def _report(saved: "list[ImportedLabel]", submit: bool, as_json: bool) -> None:
    n_frames = sum(len(one.frame_numbers) for one in saved)
    if as_json:
        print_json({"n_runs": len(saved), "n_frames": n_frames, "labels": [vars(one) for one in saved]})
        return
    for one in saved:
        say(f"run {one.image_id}: version {one.version}, {len(one.frame_numbers)} frames")
    say(f"{len(saved)} labels {'submitted' if submit else 'saved as drafts'}, {n_frames} frames")
    if submit and saved:
        say("A running server sends their DICOM SEGs to the PACS; otherwise its next start does.")
