"""`fluoro keys`: who may use a server where people sign in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.output import AsJson, print_json, result_console, say
from lib.cli.remember import remember
from lib.settings import settings

if TYPE_CHECKING:
    from lib.access.key_file import KeyFile, KeyRecord

app = typer.Typer(help="API keys: who may use a server where people sign in.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[
        str, typer.Argument(help="Whose it is, as labels and the audit log will say.", metavar="NAME")
    ],
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="viewer, annotator, reviewer or admin.")
    ] = "annotator",
    days: Annotated[
        float | None, typer.Option("--days", min=0.01, max=36_500, help="After so long it ends by itself.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key; it is printed now, once, and kept nowhere."""
    from lib.access.roles import role_named

    record, key = _keys().add(name, role_named(role), days)
    remember("keys add", record.id)
    if as_json:
        print_json({**_plain(record), "key": key})
        return
    typer.echo(key)
    until = f", until {record.expires_at}" if record.expires_at else ""
    say(f"The key {record.id} of {record.name} ({record.role.word}{until}). Nobody can show it again.")
    if not settings().auth.enabled:
        say("The server asks for keys once FLUORO_AUTH__ENABLED=true is set.")


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys with their owners; never the keys themselves."""
    keys = _keys().records()
    if as_json:
        print_json({"keys": [_plain(key) for key in keys]})
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for title in ("id", "name", "role", "made", "state"):
        table.add_column(title, no_wrap=title != "name")
    for key in keys:
        table.add_row(key.id, key.name, key.role.word, key.created_at[:10], _state(key))
    result_console().print(table)


@app.command("revoke")
def revoke(
    wanted: Annotated[str, typer.Argument(help="A key's id, or a person's name.", metavar="ID|NAME")],
    as_json: AsJson = False,
) -> None:
    """Revoke a key, or all keys of a person; it holds from the next request on."""
    revoked = _keys().revoke(wanted)
    for key in revoked:
        remember("keys revoke", key.id)
    if as_json:
        print_json({"revoked": [_plain(key) for key in revoked]})
        return
    for key in revoked:
        say(f"Revoked the key {key.id} of {key.name} ({key.role.word}), and all sign-ins by it.")


def _keys() -> "KeyFile":
    from lib.access.key_file import open_keys

    return open_keys(settings().auth, settings().data)


def _state(key: "KeyRecord") -> str:
    problem = key.problem(datetime.now(UTC))
    return problem or (f"good until {key.expires_at[:10]}" if key.expires_at else "good")


def _plain(key: "KeyRecord") -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role.word,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "is_good": not key.problem(datetime.now(UTC)),
    }
