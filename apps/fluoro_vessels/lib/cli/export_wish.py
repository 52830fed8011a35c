"""What an export is asked for, how it is done, and what is said of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lib.cli.output import print_json, say
from lib.cli.progress import progress
from lib.settings import settings

if TYPE_CHECKING:
    from lib.datastore.states import LabelState
    from lib.exchange.content import ExportRun
    from lib.exchange.format import Format
    from lib.exchange.write import Written
    from lib.labels import Label, LabelTable


@dataclass(frozen=True)
class Simulated:
    """Simulated runs: how many, from which seed on, and how many rows and columns each has."""

    n_runs: int
    first_seed: int
    size: int


@dataclass(frozen=True)
class ExportWish:
    """What somebody wants of an export.

    Attributes:
        states: States of the labels.
        only_finished: Whether frames that nobody finished are left out.
        license_text: Terms of use, for the data card.
        simulated: Runs that are wanted instead of those of people.
        bits: Of PNG pictures.
    """

    states: "frozenset[LabelState]"
    only_finished: bool = False
    license_text: str = ""
    simulated: Simulated | None = None
    bits: int = 16


def read_states(text: str) -> "frozenset[LabelState]":
    """Return the states that an option names, with commas between."""
    from lib.datastore.states import LabelState

    try:
        return frozenset(LabelState(word.strip()) for word in text.split(","))
    except ValueError as error:
        known = ", ".join(LabelState)
        raise typer.BadParameter(f"{text!r} is not made of {known}.", param_hint="--states") from error


def export_runs(name: str, target: Path, wish: ExportWish, as_json: bool) -> None:
    """Write a data set and say what was written."""
    from lib.exchange.formats import FORMATS
    from lib.exchange.png import Png
    from lib.labels import load_label_table

    table = load_label_table(settings().labels, settings().data / "labels")
    how = Png(wish.bits) if name == "png" else FORMATS[name]
    if wish.simulated is not None:
        written = _write_simulated(target, how, wish, wish.simulated, table)
        _report(written, {}, how, as_json)
    else:
        _report(*_write_labelled(target, how, wish, table), how, as_json)


def _write_simulated(
    target: Path, how: "Format", wish: ExportWish, which: Simulated, table: "LabelTable"
) -> "Written":
    """Write simulated runs. nnU-Net gets them all to train on: it is to be tried out with a few."""
    from lib.cli.exporting import PhantomExport

    is_split = how.name != "nnunet"
    with progress("simulating", which.n_runs) as advance:
        source = PhantomExport(which.n_runs, which.first_seed, which.size, lambda: advance(1), is_split)
        return _write(target, how, source.runs(table), source.classes(table), wish)


def _write_labelled(
    target: Path, how: "Format", wish: ExportWish, table: "LabelTable"
) -> tuple["Written", dict[str, str]]:
    """Write what people labelled; return also the runs that could not be read, and why."""
    from lib.cli.exporting import LabelledExport
    from lib.datastore.labelled import open_labelled_runs
    from lib.datastore.patients import PatientTokens
    from lib.pacs.dicomweb import connect

    runs = open_labelled_runs(settings(), connect(settings().pacs))
    try:
        labels, tokens = runs.newest(wish.states), PatientTokens(settings().data)
        with progress("exporting", len(labels)) as advance:
            source = LabelledExport(
                runs, tokens, labels, lambda: advance(1), wish.only_finished, how.name == "dicomseg"
            )
            classes = source.classes(table)
            return _write(target, how, source, classes, wish), source.left_out
    finally:
        runs.ledger.close()


def _write(
    target: Path, how: "Format", runs: "Iterable[ExportRun]", labels: "Sequence[Label]", wish: ExportWish
) -> "Written":
    from lib.exchange.write import write_dataset

    return write_dataset(target, how, runs, labels, wish.license_text)


def _report(written: "Written", left_out: Mapping[str, str], how: "Format", as_json: bool) -> None:
    from lib.exchange.nnunet import count_folds

    for image_id, reason in left_out.items():
        say(f"left out: run {image_id}: {reason}")
    folds = {"n_folds": count_folds(written.folder)} if how.name == "nnunet" else {}
    if how.name == "dicomseg":
        say("These DICOM SEG files name the patient: they are not de-identified.")
    if as_json:
        print_json({**vars(written), **folds, "left_out": dict(left_out)})
        return
    splits = ", ".join(f"{n} {side}" for side, n in written.splits.items())
    say(
        f"{written.folder}: {written.n_frames} frames ({splits}) of {written.n_runs} runs and "
        f"{written.n_patients} patients, {len(left_out)} runs left out"
    )
    if folds.get("n_folds") == 0:
        say("One patient at most is left to train on, so nothing can validate a training: train fold `all`.")
