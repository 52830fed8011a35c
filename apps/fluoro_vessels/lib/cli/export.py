"""`fluoro export FORMAT`: labelled runs as data sets of other people's tools."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from lib.cli.export_wish import ExportWish, Simulated, export_runs, read_states
from lib.cli.output import AsJson

app = typer.Typer(help="Labelled runs for other people's tools, split by patient.", no_args_is_help=True)

Target: TypeAlias = Annotated[
    Path | None,
    typer.Argument(help="Folder of the data set, absent or empty.", metavar="OUT", file_okay=False),
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="OUT", help="The folder, too.", file_okay=False)
]
States: TypeAlias = Annotated[
    str, typer.Option("--states", help="States of the labels, with commas between.")
]
Finished: TypeAlias = Annotated[bool, typer.Option("--finished", help="Only frames that a person finished.")]
License: TypeAlias = Annotated[
    str, typer.Option("--license", metavar="TEXT", help="Terms of use, for the data card.")
]
Phantom: TypeAlias = Annotated[
    int | None, typer.Option("--phantom", metavar="N", help="Simulated runs instead, to try it out.", min=1)
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", help="Seed of the first simulated run.", min=0)]
Size: TypeAlias = Annotated[
    int, typer.Option("--size", help="Rows and columns of simulated runs.", min=64, max=2048)
]

STATES: Final = "submitted,approved"
SEED: Final = 0
SIZE: Final = 512
SUMMARIES: Final = {
    "coco": "Write COCO: pictures, and masks as run lengths in JSON.",
    "yolo": "Write YOLO segmentation: pictures, and polygons in text files.",
    "nifti": "Write NIfTI: a volume of each run and one of its label.",
    "labelme": "Write LabelMe: pictures, and polygons in JSON beside them.",
}


def _add_plain(name: str) -> None:
    """Add the command of a format that has no options of its own."""

    def export_plain(  # noqa: PLR0913 (each is an option)
        target: Target = None,
        out: Out = None,
        states: States = STATES,
        only_finished: Finished = False,
        license_text: License = "",
        phantom: Phantom = None,
        seed: Seed = SEED,
        size: Size = SIZE,
        as_json: AsJson = False,
    ) -> None:
        wish = _wish(states, only_finished, license_text, _simulated(phantom, seed, size))
        export_runs(name, _folder(target, out), wish, as_json)

    app.command(name, help=SUMMARIES[name])(export_plain)


for _name in SUMMARIES:
    _add_plain(_name)


@app.command("png")
def export_png(  # noqa: PLR0913 (each is an option)
    target: Target = None,
    out: Out = None,
    bits: Annotated[int, typer.Option("--bits", metavar="8|16", help="Bits of the pictures.")] = 16,
    states: States = STATES,
    only_finished: Finished = False,
    license_text: License = "",
    phantom: Phantom = None,
    seed: Seed = SEED,
    size: Size = SIZE,
    as_json: AsJson = False,
) -> None:
    """Write PNG: pictures, and masks of label indices with the table's colours."""
    if bits not in (8, 16):
        raise typer.BadParameter(f"{bits} is neither 8 nor 16.", param_hint="--bits")
    wish = replace(_wish(states, only_finished, license_text, _simulated(phantom, seed, size)), bits=bits)
    export_runs("png", _folder(target, out), wish, as_json)


@app.command("dicomseg")
def export_dicomseg(
    target: Target = None,
    out: Out = None,
    states: States = STATES,
    only_finished: Finished = False,
    license_text: License = "",
    as_json: AsJson = False,
) -> None:
    """Write the DICOM SEG files as they were sent; they name the patient."""
    wish = _wish(states, only_finished, license_text)
    export_runs("dicomseg", _folder(target, out), wish, as_json)


@app.command("nnunet")
def export_nnunet(  # noqa: PLR0913 (each is an option)
    root: Annotated[
        Path | None,
        typer.Argument(help="Folder of raw data sets (nnUNet_raw).", metavar="OUT", file_okay=False),
    ] = None,
    out: Out = None,
    states: States = STATES,
    number: Annotated[
        int, typer.Option("--dataset", metavar="ID", help="Number of the data set.", min=1, max=999)
    ] = 501,
    name: Annotated[str, typer.Option("--name", help="Name of the data set.")] = "Fluoro",
    only_finished: Finished = False,
    license_text: License = "",
    phantom: Phantom = None,
    seed: Seed = SEED,
    size: Size = SIZE,
    as_json: AsJson = False,
) -> None:
    """Write OUT/DatasetID_NAME of nnU-Net v2: frames that hold a label or are finished."""
    from lib.networks.nnunet_dataset import free_folder

    wish = _wish(states, only_finished, license_text, _simulated(phantom, seed, size))
    export_runs("nnunet", free_folder(_folder(root, out), number, name), wish, as_json)


def _wish(
    states: str, only_finished: bool, license_text: str, simulated: Simulated | None = None
) -> ExportWish:
    return ExportWish(read_states(states), only_finished, license_text, simulated)


def _simulated(phantom: int | None, seed: int, size: int) -> Simulated | None:
    """Return which runs to simulate; None where those of people are wanted."""
    return None if phantom is None else Simulated(phantom, seed, size)


def _folder(target: Path | None, out: Path | None) -> Path:
    """Return the folder, which may be named by its place or by its option."""
    if (target is None) == (out is None):
        raise typer.BadParameter("Name the folder once.", param_hint="OUT")
    return target or out or Path()
