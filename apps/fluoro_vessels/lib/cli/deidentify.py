"""`fluoro deidentify`: runs and results that say nothing of who was filmed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.cli.site_cleaning import SiteFiles, site_deidentifier, zones_for_pixels

if TYPE_CHECKING:
    from lib.privacy.deidentify import Deidentifier
    from lib.privacy.one_file import CleanPixels, Outcome


def deidentify(  # noqa: PLR0913 (each is an option)
    source: Annotated[
        Path, typer.Argument(help="A DICOM file, or a folder with them.", metavar="INPUT", exists=True)
    ],
    folder: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the new files.", metavar="DIR", file_okay=False)
    ],
    options: Annotated[
        str | None,
        typer.Option(
            "--options",
            help="Options of PS3.15 beside the Basic Profile, with commas between, or none: safe-private, "
            "uids, device, institution, patient, full-dates, modified-dates, descriptors, structured, "
            "graphics.",
            show_default="safe-private,modified-dates,descriptors,structured,graphics",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            help="The site's secret; made where it is absent. Without it: deidentify.key in the data folder.",
            metavar="FILE",
            dir_okay=False,
        ),
    ] = None,
    are_pixels_cleaned: Annotated[
        bool, typer.Option("--pixels/--keep-pixels", help="Look for burned-in text, or leave the pixels.")
    ] = True,
    keep_markers: Annotated[
        bool, typer.Option("--keep-markers/--no-markers", help="Keep lead markers (L, R).")
    ] = True,
    doubts: Annotated[
        Path | None,
        typer.Option(
            "--doubts",
            help="Folder for pictures that a person has to look at. Without it: DIR.doubts.",
            metavar="DIR",
            file_okay=False,
        ),
    ] = None,
    safe_private: Annotated[
        Path | None,
        typer.Option("--safe-private", help="More private elements that may stay.", metavar="FILE.csv"),
    ] = None,
    words: Annotated[
        Path | None, typer.Option("--words", help="More words that may stay in texts.", metavar="FILE.txt")
    ] = None,
    zones: Annotated[
        Path | None,
        typer.Option("--zones", help="Where the site's stations always write.", metavar="FILE.csv"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """De-identify headers and pictures by PS3.15; the input stays as it is."""
    from lib.privacy.folder import find_files

    files = SiteFiles(key, words, safe_private, zones)
    deidentifier = site_deidentifier(folder, files, options)
    place = doubts or folder.with_name(f"{folder.name}.doubts")
    clean_pixels = _pixel_cleaner(place, keep_markers, files) if are_pixels_cleaned else None
    outcomes = _work(find_files(source), folder, deidentifier, clean_pixels)
    _report(folder, outcomes, as_json)
    if any(outcome.is_held for outcome in outcomes):
        say(f"Look at the pictures in {place}, write blank or keep for each region, and run this again.")
    if not outcomes or not all(outcome.target for outcome in outcomes):
        raise typer.Exit(1)


def _pixel_cleaner(doubts: Path, keep_markers: bool, files: SiteFiles) -> "CleanPixels":
    """Return what looks for burned-in text, and asks a person where it is in doubt."""
    from lib.privacy.picture_cleaner import PictureCleaner

    return PictureCleaner(doubts, keep_markers, zones_for_pixels(files)).clean


def _work(
    files: Sequence[Path], folder: Path, deidentifier: "Deidentifier", clean_pixels: "CleanPixels | None"
) -> "list[Outcome]":
    from lib.privacy.folder import deidentify_files

    outcomes: list[Outcome] = []
    with progress("de-identifying", len(files)) as advance:
        for outcome in deidentify_files(files, folder, deidentifier, clean_pixels):
            outcomes.append(outcome)
            advance(1)
            if outcome.target is None:
                say(f"{'held back' if outcome.is_held else 'refused'}: {outcome.source}: {outcome.reason}")
    return outcomes


def _report(folder: Path, outcomes: "Sequence[Outcome]", as_json: bool) -> None:
    """Print how many were written, held back and refused, or with JSON what became of each."""
    counts = {
        "n_written": sum(outcome.target is not None for outcome in outcomes),
        "n_held": sum(outcome.is_held for outcome in outcomes),
        "n_refused": sum(outcome.target is None and not outcome.is_held for outcome in outcomes),
    }
    if as_json:
        print_json({"folder": str(folder), **counts, "files": [_facts(outcome) for outcome in outcomes]})
        return
    say(
        f"{folder}: {counts['n_written']} written, {counts['n_held']} held back for a person, "
        f"{counts['n_refused']} refused"
    )


def _facts(outcome: "Outcome") -> dict[str, Any]:
    """Return what became of a file, for the site itself: its old name is in it."""
    found: dict[str, Any] = {
        "source": str(outcome.source),
        "target": outcome.target,
        "is_held": outcome.is_held,
    }
    if outcome.reason:
        found["reason"] = outcome.reason
    if outcome.facts:
        found["n_changes"], found["remarks"] = outcome.facts["n_changes"], outcome.facts["remarks"]
    return found
