"""`fluoro backup` and `fluoro restore`: all that must not be lost, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from lib.cli.output import AsJson, bytes_text, print_json, say
from lib.settings import settings


def backup(
    target: Annotated[Path, typer.Argument(help="The file to write; it must not exist.", metavar="FILE")],
    without_ledger: Annotated[
        bool, typer.Option("--without-ledger", help="The ledger is a data base that was dumped before.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write ledger, labels, models, keys and what is on its way into one file; the server may run."""
    from lib.datastore.backup import back_up
    from lib.errors.backup import LedgerElsewhereError

    if settings().datastore.ledger_url is not None and not without_ledger:
        raise LedgerElsewhereError
    made = back_up(settings().data, target, with_ledger=not without_ledger)
    size = sum(entry.size for entry in made.files.values())
    if as_json:
        print_json({"file": target, "n_files": len(made.files), "bytes": size, "missing": made.missing})
    else:
        say(f"Backed up {len(made.files)} files, {bytes_text(size)}, into {target}; lock it away.")
    for name in made.missing:
        say(f"Missing in the data folder: {name}")
    if made.missing:
        raise typer.Exit(1)


def restore(
    source: Annotated[Path, typer.Argument(help="A file that `fluoro backup` wrote.", metavar="FILE")],
    check_only: Annotated[bool, typer.Option("--check", help="Read all of it and restore nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup into an empty data folder."""
    from lib.datastore.restore import check_backup
    from lib.datastore.restore import restore as put_back

    found = check_backup(source) if check_only else put_back(source, settings().data)
    if as_json:
        print_json({"created_at": found.created_at, "n_files": len(found.files), "restored": not check_only})
        return
    done = "is whole" if check_only else f"was restored into {settings().data}"
    say(f"The backup of {found.created_at}, {len(found.files)} files, {done}.")
    if not found.has_ledger:
        say("It has no ledger: restore the dump of the data base too.")
