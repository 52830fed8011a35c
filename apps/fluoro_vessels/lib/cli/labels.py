"""`fluoro labels`: what a pixel can be, and sets of one's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.cli.output import AsJson, print_json, result_console, say
from lib.labels import Label, LabelTable, import_labels, load_label_table
from lib.settings import settings

app = typer.Typer(help="What a pixel can be, and sets of your own.", no_args_is_help=True)


@app.command("list")
def list_labels(
    set_name: Annotated[
        str | None, typer.Option("--set", metavar="NAME", help="Only the labels of this set.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the labels with their indices, codes and colours."""
    table = _table()
    labels = table.labels if set_name is None else table.set(set_name)
    if as_json:
        print_json({"sets": list(table.set_names()), "labels": [_plain(label) for label in labels]})
    else:
        _print_table(labels)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A set of labels in YAML or JSON.", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Add a set of your own, with indices from 128 to 255; it stays in the data folder."""
    before = _table()
    table = import_labels(file, _folder(), before)
    new = [label for label in table if label not in before.labels]
    name = table.labels[-1].set_name
    if as_json:
        print_json({"set": name, "labels": [_plain(label) for label in table.set(name)], "n_new": len(new)})
        return
    _print_table(table.set(name))
    say(f"Imported set {name!r}: {len(new)} labels are new or changed. Restart a running server to see them.")


def _folder() -> Path:
    return settings().data / "labels"


def _table() -> LabelTable:
    return load_label_table(settings().labels, _folder())


def _plain(label: Label) -> dict[str, Any]:
    return {
        "index": label.index,
        "name": label.name,
        "set": label.set_name,
        "number": label.number,
        "dominance": label.dominance,
        "category": str(label.category),
        "type": str(label.type),
        "modifiers": [str(code) for code in label.modifiers],
        "color": list(label.color),
        "synonyms": list(label.synonyms),
    }


def _print_table(labels: Sequence[Label]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE)
    for title in ("index", "", "label", "set", "number", "code"):
        table.add_column(title, justify="right" if title == "index" else "left", no_wrap=title != "code")
    for label in labels:
        red, green, blue = label.color
        swatch = Text("██", style=f"rgb({red},{green},{blue})")
        number = label.number or ""
        table.add_row(str(label.index), swatch, label.name, label.set_name, number, str(label.type))
    result_console().print(table)
