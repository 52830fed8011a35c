"""`fluoro pacs`: DICOM nodes without DICOMweb: ask them, get from them, send to them, see what waits."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from lib.cli.dicom_nodes import NODE_HELP, node_named
from lib.cli.output import AsJson, print_json, result_console, say
from lib.cli.pacs_pull import pull
from lib.cli.pacs_push import push
from lib.cli.pacs_queue import queue
from lib.settings import settings

UID_WIDTH: Final = 68
"""Columns of the screen that a UID needs at most, so that it can be copied."""

app = typer.Typer(
    help="DICOM nodes without DICOMweb: ask them, get from them, send to them.", no_args_is_help=True
)
app.command("pull")(pull)
app.command("push")(push)
app.command("queue")(queue)

Node = Annotated[str, typer.Argument(metavar="NODE", help=NODE_HELP)]


@app.command("echo")
def echo_node(node: Node, as_json: AsJson = False) -> None:
    """Say whether a node answers, and knows us."""
    from lib.pacs.dimse.echo import echo
    from lib.pacs.dimse.tls import caller_of

    found = node_named(node)
    seconds = echo(found, caller_of(settings().dimse))
    if as_json:
        print_json({"node": str(found), "seconds": round(seconds, 4)})
    else:
        sys.stdout.write(f"{found} answers in {seconds * 1000:.0f} ms\n")


@app.command("find")
def find_at(
    node: Node,
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEYWORD=VALUE]...", help="Such as PatientID=17.")
    ] = None,
    level: Annotated[str, typer.Option("--level", help="patient, study, series or image.")] = "study",
    most: Annotated[int, typer.Option("--most", metavar="N", help="Stop after so many.", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """List what a node holds. Shows names and ids of patients, as the node sends them."""
    from lib.pacs.dimse.finding import SHOWN, Level, find
    from lib.pacs.dimse.tls import caller_of

    try:
        wanted = Level(level.upper())
    except ValueError as error:
        raise typer.BadParameter("patient, study, series or image", param_hint="--level") from error
    found = find(node_named(node), caller_of(settings().dimse), wanted, keys_of(keys or ()), most)
    if as_json:
        print_json({"level": str(wanted), "matches": found})
    else:
        _print_table([*SHOWN[wanted]], found)


def keys_of(texts: Sequence[str]) -> dict[str, str]:
    """Return what KEYWORD=VALUE texts say.

    Raises:
        QueryKeyError: One has no `=`.
    """
    from lib.errors.dimse import QueryKeyError

    keys: dict[str, str] = {}
    for text in texts:
        keyword, equals, value = text.partition("=")
        if not equals:
            raise QueryKeyError(text)
        keys[keyword] = value
    return keys


def _print_table(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for column in columns:
        table.add_column(column, no_wrap=column.endswith("UID"))
    for row in rows:
        table.add_row(*(row.get(column, "") for column in columns))
    console = result_console()
    console.width = max(console.width, UID_WIDTH * len(columns))
    console.print(table)
    say(f"{len(rows)} matches")
