"""Scores de-identification of headers on made-up patients, beside other tools, and shows the figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from lib.cli.output import print_json, say
from lib.cli.progress import progress

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

N_PATIENTS: Final = 25
SEED: Final = 0
TARGET_PERCENT: Final = 99.9


def score_deidentify(folder: Path, *, as_json: bool) -> bool:
    """Plant people into the runs of a folder and print the figures; tell whether ours reached the target."""
    from lib.evaluation.deidentify import evaluate_deidentify
    from lib.evaluation.deidentify_methods import installed_methods

    bases = _bases(folder)
    if not bases:
        say(f"{folder} has no DICOM run with pixels. Make some with `fluoro phantom -o DIR`.")
        return False
    methods = installed_methods()
    with progress("de-identifying", len(methods)) as advance:
        figures = evaluate_deidentify(bases, N_PATIENTS, SEED, methods, on_method=lambda: advance(1))
    if as_json:
        print_json({"task": "deidentify", **figures})
    else:
        show(figures)
    return bool(figures["methods"]["ours"]["right_percent"] >= TARGET_PERCENT)


def show(figures: Mapping[str, Any]) -> None:
    """Print a line for each method, and below what ours failed at."""
    typer.echo(f"{figures['n_patients']} patients, {figures['n_objects']} objects, seed {figures['seed']}")
    typer.echo(f"{'':<20}{'actions':>9}{'right %':>10}{'removal %':>11}{'retention %':>13}{'ms/object':>11}")
    for name, found in figures["methods"].items():
        typer.echo(
            f"{name:<20}{found['n_actions']:>9}{found['right_percent']:>10}{found['removal_percent']:>11}"
            f"{found['retention_percent']:>13}{found['ms_per_object']:>11}"
        )
    for where, n in figures["methods"]["ours"]["failed"].items():
        typer.echo(f"failed: {where}: {n}")


def _bases(folder: Path) -> "Sequence[Dataset]":
    """Return the runs of a folder; what cannot be read is named and left out."""
    from lib.errors import FluoroError
    from lib.privacy.folder import find_files
    from lib.privacy.one_file import read_object

    found = []
    for path in find_files(folder):
        try:
            dataset = read_object(path)
        except FluoroError:
            continue
        if dataset.get("Modality") in ("XA", "RF") and "PixelData" in dataset:
            found.append(dataset)
    return found
