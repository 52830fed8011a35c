"""`fluoro pacs queue`: what came from DICOM nodes, and what they are still to get."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.open_door import open_door, open_ledger
from lib.cli.output import AsJson, print_json, result_console, say
from lib.cli.pacs_jobs import jobs_of_pacs
from lib.cli.pacs_push import plain

if TYPE_CHECKING:
    from lib.datastore.push_records import PushRecord
    from lib.datastore.received_records import ReceivedRecord
    from lib.pacs.orthanc_moving import OrthancJob


def queue(
    most: Annotated[int, typer.Option("--most", metavar="N", help="How many of each.", min=1)] = 20,
    retry: Annotated[
        int | None, typer.Option("--retry", metavar="ID", help="Try this push again, now.")
    ] = None,
    give_up: Annotated[
        int | None, typer.Option("--give-up", metavar="ID", help="Take this push out of the queue.")
    ] = None,
    with_jobs: Annotated[
        bool, typer.Option("--jobs", help="Also the jobs of the PACS, where it is an Orthanc.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what DICOM nodes sent here and what they are to get, newest first."""
    if give_up is not None:
        with open_door() as (door, _):
            door.pushes.give_up(give_up)
    if retry is not None:
        _retry(retry)
    jobs = jobs_of_pacs() if with_jobs else []
    with open_ledger() as ledger:
        received, pushes, counts = ledger.received(most), ledger.pushes(most), ledger.count_received()
    if as_json:
        print_json(
            {
                "counts": {str(state): count for state, count in counts.items()},
                "received": [{**vars(one)} for one in received],
                "pushes": [plain(one) for one in pushes],
                "jobs": [asdict(one) for one in jobs],
            }
        )
        return
    _print_received(received)
    _print_pushes(pushes)
    _print_jobs(jobs)
    say(", ".join(f"{count} received objects {state}" for state, count in counts.items()))


def _retry(push_id: int) -> None:
    with open_door() as (door, ledger):
        push = ledger.retry_push(push_id, datetime.now(UTC))
        door.push_sender.run_once(nodes=[push.new.node])


def _print_received(records: "Sequence[ReceivedRecord]") -> None:
    rows = [
        (f"{one.received_at:%Y-%m-%d %H:%M:%S}", one.source, one.sop_instance_uid, one.state, one.last_error)
        for one in records
    ]
    _print_table("Received", ("UTC", "from", "SOP Instance UID", "state", "why not sent on"), rows)


def _print_pushes(pushes: "Sequence[PushRecord]") -> None:
    rows = [
        (str(one.id), one.new.node, one.new.kind, one.new.sop_instance_uid, one.state, one.last_error)
        for one in pushes
    ]
    _print_table("To be sent", ("id", "to", "kind", "SOP Instance UID", "state", "why not sent"), rows)


def _print_jobs(jobs: "Sequence[OrthancJob]") -> None:
    if jobs:
        rows = [(one.id, one.kind, one.state, f"{one.progress} %", one.problem) for one in jobs]
        _print_table("Jobs of the PACS", ("id", "kind", "state", "done", "problem"), rows)


def _print_table(title: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE, title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=column.endswith("UID"))
    for row in rows:
        table.add_row(*(str(value or "") for value in row))
    console = result_console()
    console.width = max(console.width, 160)
    console.print(table)
