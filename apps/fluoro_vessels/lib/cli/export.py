"""`fluoro export nnunet`: labelled runs as a raw data set that nnU-Net trains on."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.settings import settings

if TYPE_CHECKING:
    from lib.datastore.states import LabelState
    from lib.labels import LabelTable
    from lib.networks.nnunet_dataset import Case, Written

app = typer.Typer(help="Labelled runs for other people's training programs.", no_args_is_help=True)


@app.callback()
def export() -> None:
    """Keep `export nnunet` two words also while there is one format."""


@app.command("nnunet")
def export_nnunet(  # noqa: PLR0913 (each is an option)
    root: Annotated[
        Path, typer.Argument(help="Folder of raw data sets (nnUNet_raw).", metavar="OUT", file_okay=False)
    ],
    states: Annotated[
        str, typer.Option("--states", help="States of the labels, with commas between.")
    ] = "submitted,approved",
    number: Annotated[
        int, typer.Option("--dataset", metavar="ID", help="Number of the data set.", min=1, max=999)
    ] = 501,
    name: Annotated[str, typer.Option("--name", help="Name of the data set.")] = "Fluoro",
    phantom: Annotated[
        int | None,
        typer.Option("--phantom", metavar="N", help="Simulated runs instead, to try it out.", min=1),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the first simulated run.", min=0)] = 0,
    size: Annotated[
        int, typer.Option("--size", help="Rows and columns of simulated runs.", min=64, max=2048)
    ] = 512,
    as_json: AsJson = False,
) -> None:
    """Write OUT/DatasetID_NAME: frames that hold a label or are finished, split by patient."""
    from lib.labels import load_label_table

    table = load_label_table(settings().labels, settings().data / "labels")
    place = (root, number, name)
    if phantom is not None:
        _report(_write_phantom(place, (phantom, seed, size), table), {}, as_json)
    else:
        _report(*_write_labelled(place, _read_states(states), table), as_json)


def _read_states(text: str) -> "frozenset[LabelState]":
    from lib.datastore.states import LabelState

    try:
        return frozenset(LabelState(word.strip()) for word in text.split(","))
    except ValueError as error:
        known = ", ".join(LabelState)
        raise typer.BadParameter(f"{text!r} is not made of {known}.", param_hint="--states") from error


def _write_phantom(
    place: tuple[Path, int, str], wish: tuple[int, int, int], table: "LabelTable"
) -> "Written":
    """Write simulated runs: how many, from which seed, how large."""
    from lib.cli.exporting import phantom_cases, phantom_names

    n_runs, seed, size = wish
    with progress("simulating", n_runs) as advance:
        cases = phantom_cases(n_runs, seed, size, table, lambda: advance(1))
        return _write(place, cases, phantom_names(table))


def _write_labelled(
    place: tuple[Path, int, str], states: "frozenset[LabelState]", table: "LabelTable"
) -> tuple["Written", dict[str, str]]:
    """Write what people labelled; return also the runs that could not be read, and why."""
    from lib.cli.exporting import LabelledCases
    from lib.datastore.labelled import open_labelled_runs
    from lib.pacs.dicomweb import connect

    runs = open_labelled_runs(settings(), connect(settings().pacs))
    try:
        labels = runs.newest(states)
        with progress("exporting", len(labels)) as advance:
            cases = LabelledCases(runs, labels, lambda: advance(1))
            return _write(place, cases, cases.names(table)), cases.left_out
    finally:
        runs.ledger.close()


def _write(place: tuple[Path, int, str], cases: "Iterable[Case]", names: Mapping[str, int]) -> "Written":
    from lib.networks.nnunet_dataset import write_raw_dataset

    return write_raw_dataset(*place, cases, names)


def _report(written: "Written", left_out: Mapping[str, str], as_json: bool) -> None:
    for image_id, reason in left_out.items():
        say(f"left out: run {image_id}: {reason}")
    if as_json:
        print_json({**vars(written), "left_out": dict(left_out)})
        return
    say(
        f"{written.folder}: {written.n_frames} frames of {written.n_runs} runs and {written.n_patients} "
        f"patients, {written.n_folds} folds, {len(left_out)} runs left out"
    )
    if not written.n_folds:
        say("All of it is of one patient, so nothing can validate a training: train fold `all`.")
