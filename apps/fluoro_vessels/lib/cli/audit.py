"""`fluoro audit`: who asked what of the server, and whether that list is whole."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.output import AsJson, print_json
from lib.cli.remember import open_ledger
from lib.errors.audit import AuditTimeError

if TYPE_CHECKING:
    from lib.datastore.audit_records import AuditCheck, AuditEntry

app = typer.Typer(help="Who asked what of the server, and whether that list is whole.", no_args_is_help=True)

DAMAGED = 1
"""Exit code of `verify` where the log was changed."""


@app.command("list")
def list_entries(
    who: Annotated[str | None, typer.Option("--who", metavar="NAME", help="Only of this person.")] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="UID", help="Only about this run.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="From 2026-01-31 on.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this time.")] = None,
    most: Annotated[int, typer.Option("--most", metavar="N", help="How many.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was asked of the server, newest first; times are UTC."""
    from lib.datastore.ledger_audit import WhichEvents

    which = WhichEvents(who, run, time_of(since), time_of(until))
    with open_ledger() as ledger:
        entries = ledger.audit(which, most)
    if as_json:
        print_json({"entries": [plain(entry) for entry in entries]})
    else:
        for entry in entries:
            sys.stdout.write(f"{line_of(entry)}\n")


@app.command("verify")
def verify(
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="NUMBER:HASH", help="A head noted earlier: it must still be there."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Follow the chain from its beginning; exit code 1 where entries were changed, put in or taken out."""
    from lib.datastore.audit_records import check_chain

    with open_ledger() as ledger:
        check = check_chain(ledger.whole_audit(), head)
    if as_json:
        print_json({"is_whole": check.problem is None, **asdict(check)})
    else:
        sys.stdout.write(f"{_sentence(check)}\n")
    if check.problem is not None:
        raise typer.Exit(DAMAGED)


def time_of(text: str | None) -> datetime | None:
    """Return a time that somebody wrote; without a zone it is UTC.

    Raises:
        AuditTimeError: It is none.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise AuditTimeError(text) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def plain(entry: "AuditEntry") -> dict[str, Any]:
    """Return an entry for JSON."""
    event = asdict(entry.event) | {"at": entry.event.at.isoformat()}
    return {"number": entry.number, **event, "digest": entry.digest}


def _sentence(check: "AuditCheck") -> str:
    if check.problem is None:
        return f"{check.n_entries} entries, all as they were written. Head: {check.head}"
    return f"{check.problem} The entries up to the head {check.head} are as they were written."


def line_of(entry: "AuditEntry") -> str:
    """Return an entry as a line for people."""
    event = entry.event
    when = f"{event.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    told = (str(entry.number), when, event.who, event.origin, str(event.result), event.what)
    return "  ".join(filter(None, (*told, event.image_id, event.subject)))
