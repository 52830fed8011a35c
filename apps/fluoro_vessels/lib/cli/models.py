"""`fluoro models`: the models of this machine, and nnU-Nets of one's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.output import AsJson, print_json, result_console, say
from lib.settings import settings

if TYPE_CHECKING:
    from lib.registry import Model

app = typer.Typer(help="The models of this machine, and nnU-Nets of your own.", no_args_is_help=True)


@app.command("import-nnunet")
def import_nnunet_folder(
    folder: Annotated[
        Path, typer.Argument(help="What nnUNetv2_train wrote: plans.json, fold_0 ...", metavar="FOLDER")
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="What to call it; nnunet-DATASET without.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a trained nnU-Net v2 (configuration 2d) a method beside our own."""
    from lib.infers.catalogue import find_algorithms
    from lib.labels import load_label_table
    from lib.networks.nnunet_import import import_nnunet
    from lib.registry import find_models

    table = load_label_table(settings().labels, settings().data / "labels")
    taken = {"vessels", *find_algorithms(), *find_models()}
    imported = import_nnunet(folder, settings().data / "models", table, name, taken)
    labels = list(dict.fromkeys(imported.model.labels.values()))
    if as_json:
        print_json({"name": imported.name, "folder": imported.folder, "labels": labels})
        return
    say(
        f"Imported {imported.name}: finds {', '.join(labels)}. Try it: fluoro segment FILE -o DIR "
        f"--algorithm {imported.name}. Restart a running server to see it."
    )


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models that ship and those that were imported."""
    from lib.registry import find_models

    models = [_plain(model) for model in find_models().values()]
    if as_json:
        print_json({"models": models})
    else:
        _print_table(models)


def _plain(model: "Model") -> dict[str, Any]:
    card = model.card
    return {
        "id": card.id,
        "kind": card.kind,
        "task": card.task,
        "version": card.version,
        "classes": list(card.classes),
        "license": card.license,
        "recipe": card.recipe,
        "measured": card.measured,
        "folder": str(model.folder),
    }


def _print_table(models: Sequence[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for title in ("id", "kind", "version", "classes", "license", "recipe"):
        table.add_column(title, no_wrap=title == "id")
    for model in models:
        texts = (model["id"], model["kind"], model["version"], ", ".join(model["classes"]))
        table.add_row(*texts, model["license"], model["recipe"])
    result_console().print(table)
