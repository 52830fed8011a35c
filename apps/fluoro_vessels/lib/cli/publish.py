"""`fluoro publish`: approved labels as a data set for everybody, de-identified and looked at twice."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.cli.site_cleaning import SiteFiles, site_deidentifier, zones_for_pixels
from lib.settings import settings

if TYPE_CHECKING:
    from lib.datastore.labelled import LabelledRuns
    from lib.labels import LabelTable
    from lib.publish.cleaning import SiteCleaning
    from lib.publish.publish import Published, PublishWish


def publish(  # noqa: PLR0913 (each is an option)
    folder: Annotated[
        Path, typer.Option("-o", "--output", help="Folder of the set, absent or empty.", metavar="DIR")
    ],
    license_text: Annotated[
        str, typer.Option("--license", metavar="TEXT", help="Terms of use, such as CC-BY-4.0.")
    ],
    title: Annotated[str, typer.Option("--title", help="Name of the set.")] = "Labelled X-ray angiography",
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", help="The site's secret, as for `fluoro deidentify`.", metavar="FILE", dir_okay=False
        ),
    ] = None,
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
    allowed: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-word", metavar="WORD", help="A word that tells nothing of a person, again for each."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write approved labels with their runs, de-identified; nothing is written if a name is left."""
    from lib.publish.publish import PublishWish

    cleaning = _cleaning(folder, key, doubts, keep_markers)
    published = _publish(folder, PublishWish(license_text, title, tuple(allowed or ())), cleaning)
    _report(published, as_json)


def _cleaning(folder: Path, key: Path | None, doubts: Path | None, keep_markers: bool) -> "SiteCleaning":
    """Return what cleans; the key must not lie in the set."""
    from lib.privacy.picture_cleaner import PictureCleaner
    from lib.publish.cleaning import SiteCleaning

    files = SiteFiles(key)
    deidentifier, zones = site_deidentifier(folder, files), zones_for_pixels(files)
    place = doubts or folder.with_name(f"{folder.name}.doubts")
    return SiteCleaning(deidentifier, PictureCleaner(place, keep_markers, zones))


def _publish(folder: Path, wish: "PublishWish", cleaning: "SiteCleaning") -> "Published":
    from lib.cli.exporting import side_of
    from lib.datastore.labelled import open_labelled_runs
    from lib.datastore.measurement_shelf import MeasurementShelf
    from lib.datastore.patients import PatientTokens
    from lib.labels import load_label_table
    from lib.pacs.dicomweb import connect
    from lib.publish.material import Material
    from lib.publish.publish import Publisher

    data = settings().data
    table = load_label_table(settings().labels, data / "labels")
    runs = open_labelled_runs(settings(), connect(settings().pacs))
    try:
        material = Material(runs, MeasurementShelf(data), PatientTokens(data))
        with progress("publishing", len(material.labels())) as advance:
            publisher = Publisher(
                material, cleaning, table, side_of, _agreement(runs, table), lambda: advance(1)
            )
            return publisher.publish(folder, wish)
    finally:
        runs.ledger.close()


def _agreement(
    runs: "LabelledRuns", table: "LabelTable"
) -> Callable[[frozenset[str]], Mapping[str, Mapping[str, float]]]:
    """Return what compares the labels of people who labelled the same published run."""

    def agreement(image_ids: frozenset[str]) -> Mapping[str, Mapping[str, float]]:
        from lib.errors import FluoroError
        from lib.quality.agreement import means
        from lib.quality.open import open_quality

        agreements = open_quality(runs, table, settings().data).agreements
        for task in agreements.tasks():
            try:
                task.do()
            except FluoroError as error:
                say(f"left out: {task.name}: {error}")
        pairs = [pair for pair in agreements.known() if pair.pair[0].image_id in image_ids]
        return means([score for pair in pairs for score in pair.scores])

    return agreement


def _report(published: "Published", as_json: bool) -> None:
    for image_id, reason in published.left_out.items():
        say(f"left out: run {image_id}: {reason}")
    numbers = published.numbers
    sides = {side.value: {"patients": p, "runs": r} for side, (p, r) in numbers.sides.items()}
    n_runs, n_patients = (sum(one[key] for one in sides.values()) for key in ("runs", "patients"))
    if as_json:
        counts = {"n_patients": n_patients, "n_runs": n_runs, "n_frames": numbers.n_frames, "splits": sides}
        labelled = {"n_labelled_frames": numbers.n_labelled, "n_reports": numbers.n_reports}
        print_json({"folder": published.folder, **counts, **labelled, "left_out": dict(published.left_out)})
        return
    say(
        f"{published.folder}: {n_runs} runs of {n_patients} patients, {numbers.n_labelled} labelled frames, "
        f"{len(published.left_out)} runs left out; nothing that identifies anybody was found"
    )
