"""`fluoro models show`, `promote` and `rollback`: a version of the vessel network, and which one is live."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from lib.cli.output import AsJson, print_json, result_console, say
from lib.cli.remember import remember, user_here
from lib.settings import settings

if TYPE_CHECKING:
    from lib.registry import Change, Verdict, Version, VersionStore

Named: TypeAlias = Annotated[
    str, typer.Argument(help="12 digits, as `fluoro models list` shows them.", metavar="VERSION")
]
By: TypeAlias = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who does it; the user of this machine without.")
]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def show(version: Named, as_json: AsJson = False) -> None:
    """Show what is known of a version: what it learned from, what the gate said, when it was live."""
    store = _store()
    wanted = store.get(version)
    changes = [change for change in store.history() if wanted.name in (change.before, change.after)]
    if as_json:
        print_json(_plain(wanted, store, changes))
        return
    console = result_console()
    console.print(_facts(wanted, store))
    for sentence in _sentences(wanted.verdict):
        console.print(f"  {sentence}")
    for change in changes:
        console.print(_told(change))


def promote(
    version: Named,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for good.")],
    by: By = None,
    against_gate: Annotated[bool, typer.Option("--against-gate", help="Also what the gate refused.")] = False,
    is_sure: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Make a version live at once; a running server needs no restart."""
    from lib.trainers.going_live import go_live

    store = _store()
    wanted, before = store.get(version), store.live()
    for sentence in _sentences(wanted.verdict):
        say(sentence)
    _ask(f"Make {wanted.name} live instead of {before.name}?", is_sure)
    live = go_live(store, version, by or user_here(), reason, against_gate=against_gate)
    remember("models promote", live.name, by)
    _tell(live, before, as_json)


def rollback(by: By = None, is_sure: Yes = False, as_json: AsJson = False) -> None:
    """Make live again what was live before, byte for byte."""
    store = _store()
    before, target = store.live(), store.before()
    if target is not None:
        _ask(f"Make {target} live again instead of {before.name}?", is_sure)
    live = store.rollback(by or user_here())
    remember("models rollback", live.name, by)
    _tell(live, before, as_json)


def _store() -> "VersionStore":
    from lib.registry import VersionStore

    return VersionStore(settings().data)


def _ask(question: str, is_sure: bool) -> None:
    if not is_sure:
        typer.confirm(question, abort=True, err=True)


def _tell(live: "Version", before: "Version", as_json: bool) -> None:
    if as_json:
        print_json({"version": live.name, "before": before.name, "folder": live.folder})
    else:
        say(f"Version {live.name} is live; before, it was {before.name}.")


def _plain(version: "Version", store: "VersionStore", changes: Sequence["Change"]) -> dict[str, Any]:
    from lib.registry.version import as_json

    return {
        **as_json(version),
        "version": version.name,
        "card": version.card.model_dump(),
        "is_live": store.live().name == version.name,
        "created_at": version.created_at.isoformat(),
        "folder": version.folder,
        "history": [{**vars(change), "at": change.at.isoformat()} for change in changes],
    }


def _facts(version: "Version", store: "VersionStore") -> str:
    is_live = store.live().name == version.name
    came = f"went on from {version.parent}" if version.parent else "is installed"
    since = f"{version.created_at:%Y-%m-%d %H:%M} UTC{'; live' if is_live else ''}"
    return (
        f"Version {version.name} of {version.card.id} {came}, {since}.\n"
        f"  {version.card.training_data.description}\n"
        f"  Labels of this site that it learned from: {len(version.labels)}."
    )


def _sentences(verdict: "Verdict | None") -> tuple[str, ...]:
    return ("The gate did not judge it.",) if verdict is None else verdict.reasons


def _told(change: "Change") -> str:
    before = change.before or "nothing"
    return f"{change.at:%Y-%m-%d %H:%M} UTC, {change.by}: {change.after} after {before}. {change.reason}"
