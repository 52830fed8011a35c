"""`fluoro models`: the models of this machine, their versions, and nnU-Nets of one's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.model_versions import promote, rollback, show
from lib.cli.output import AsJson, print_json, result_console, say
from lib.settings import settings

if TYPE_CHECKING:
    from lib.registry import Model, Version

app = typer.Typer(
    help="The models of this machine, their versions, and nnU-Nets of your own.", no_args_is_help=True
)
app.command("show")(show)
app.command("promote")(promote)
app.command("rollback")(rollback)


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
    """List the models that ship or were imported, with all versions; * marks those that are live."""
    from lib.registry import VersionStore, find_models

    models = find_models()
    store = VersionStore(settings().data)
    rows = [
        _plain(version, is_live=version.name == model.card.version)
        for name, model in models.items()
        for version in store.versions(name) or [_alone(model)]
    ]
    if as_json:
        print_json({"models": rows})
    else:
        _print_table(rows)


def _alone(model: "Model") -> "Version":
    """Return a model whose weights are not here as its one version."""
    from lib.registry.version import installed_version

    return installed_version(model)


def _plain(version: "Version", *, is_live: bool) -> dict[str, Any]:
    card, verdict = version.card, version.verdict
    return {
        "id": card.id,
        "kind": card.kind,
        "task": card.task,
        "version": card.version,
        "is_live": is_live,
        "parent": version.parent,
        "created_at": version.created_at.isoformat(),
        "n_patients": version.n_patients,
        "n_frames": version.n_frames,
        "gain": None if verdict is None else verdict.gain,
        "classes": list(card.classes),
        "license": card.license,
        "recipe": card.recipe,
        "measured": card.measured,
        "folder": str(version.folder),
    }


def _print_table(models: Sequence[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for title in ("", "id", "kind", "version", "after", "gain", "since", "classes"):
        table.add_column(title, no_wrap=title not in ("id", "classes"))
    for model in models:
        gain = "" if model["gain"] is None else f"{model['gain']:+.3f}"
        texts = ("*" if model["is_live"] else "", model["id"], model["kind"], model["version"])
        table.add_row(
            *texts, model["parent"] or "", gain, model["created_at"][:10], ", ".join(model["classes"])
        )
    result_console().print(table)
