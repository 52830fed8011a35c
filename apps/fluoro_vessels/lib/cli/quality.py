"""`fluoro quality`: how well people agree, and which labels somebody should look at again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.output import AsJson, print_json, result_console, say
from lib.cli.progress import progress
from lib.errors import FluoroError
from lib.settings import settings

if TYPE_CHECKING:
    from lib.quality.open import LabelQuality
    from lib.quality.tasks import Task

app = typer.Typer(help="How well people agree, and which labels to look at again.", no_args_is_help=True)


@app.command("agreement")
def agreement(as_json: AsJson = False) -> None:
    """Compare the labels of runs that several people labelled, on the frames that all of them finished."""
    from lib.quality.agreement import means

    with _quality() as quality:
        failed = _do("comparing", quality.agreements.tasks())
        pairs = [pair for pair in quality.agreements.known() if pair.scores]
    figures = means([score for pair in pairs for score in pair.scores])
    if as_json:
        told = [_plain_pair(pair.pair, means(pair.scores)) for pair in pairs]
        print_json({"figures": figures, "pairs": told, "failed": failed})
    else:
        _print_agreement(len(pairs), figures)


@app.command("look-again")
def look_again(
    most: Annotated[int, typer.Option("--most", metavar="N", help="How many labels to list.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """Compare submitted labels with the live model, and list those that differ most."""
    with _quality() as quality:
        failed = _do("looking", quality.look_again.tasks())
        known = quality.look_again.known()[:most]
        model = quality.look_again.opinion().version
    labels = [
        {
            "label_id": label.id,
            "image_id": label.image_id,
            "author": label.author,
            "version": label.version,
            "disagreement": round(look.disagreement, 4),
            "reason": look.reason,
            "frame_numbers": [frame.t + 1 for frame in look.frames],
        }
        for label, look in known
    ]
    if as_json:
        print_json({"model": model, "labels": labels, "failed": failed})
    else:
        _print_labels(model, labels)


@contextmanager
def _quality() -> "Iterator[LabelQuality]":
    from lib.datastore.labelled import open_labelled_runs
    from lib.labels import load_label_table
    from lib.pacs.dicomweb import connect
    from lib.quality.open import open_quality

    runs = open_labelled_runs(settings(), connect(settings().pacs))
    table = load_label_table(settings().labels, settings().data / "labels")
    try:
        yield open_quality(runs, table, settings().data)
    finally:
        runs.ledger.close()


def _do(title: str, tasks: "Sequence[Task]") -> dict[str, str]:
    """Do what nobody did yet; return what could not be done, and why."""
    failed: dict[str, str] = {}
    with progress(title, len(tasks)) as advance:
        for task in tasks:
            try:
                task.do()
            except FluoroError as error:
                failed[task.name] = str(error)
            advance(1)
    for name, reason in failed.items():
        say(f"left out: {name}: {reason}")
    return failed


def _plain_pair(pair: Sequence[Any], figures: Any) -> dict[str, Any]:
    first, second = pair
    people = {"first": first.author, "second": second.author}
    return {"image_id": first.image_id, **people, "label_ids": [first.id, second.id], "figures": figures}


def _print_agreement(n_pairs: int, figures: Any) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=f"{n_pairs} pairs of labels", box=box.SIMPLE, title_justify="left")
    for title in ("label", "frames", "Dice", "surface Dice 2 px", "clDice"):
        table.add_column(title, justify="left" if title == "label" else "right")
    for label, of_label in figures.items():
        values = (of_label["dice"], of_label["surface_dice_2px"], of_label["cldice"])
        table.add_row(label, str(of_label["n_frames"]), *(f"{value:.3f}" for value in values))
    result_console().print(table)


def _print_labels(model: str, labels: Sequence[Any]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(
        title=f"{len(labels)} submitted labels beside {model}", box=box.SIMPLE, title_justify="left"
    )
    for title in ("differs", "by", "label", "why"):
        table.add_column(title)
    for one in labels:
        table.add_row(f"{one['disagreement']:.3f}", one["author"], one["label_id"], one["reason"])
    result_console().print(table)
