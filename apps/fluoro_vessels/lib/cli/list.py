"""`fluoro list`: the runs in the PACS."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from lib.cli.output import AsJson, print_json, result_console
from lib.cli.progress import progress
from lib.settings import settings

if TYPE_CHECKING:
    from lib.pacs.runs import RunRef

NARROWEST: Final = 110
"""Columns that a table with whole UIDs needs."""


def list_runs(as_json: AsJson = False) -> None:
    """List the XA and RF runs in the PACS; shows nothing of the patient."""
    from lib.pacs.dicomweb import connect

    pacs = connect(settings().pacs)
    with progress("listing", None):
        runs = pacs.list_runs()
    if as_json:
        print_json({"address": pacs.address, "n_runs": len(runs), "runs": [asdict(run) for run in runs]})
    else:
        _print_table(pacs.address, runs)


def _print_table(address: str, runs: Sequence["RunRef"]) -> None:
    """Print the runs, with their UIDs whole so that they can be copied."""
    from rich import box
    from rich.table import Table

    table = Table(title=f"{len(runs)} runs at {address}", box=box.SIMPLE, title_justify="left")
    table.add_column("SOP Instance UID", no_wrap=True)
    table.add_column("modality")
    table.add_column("frames", justify="right")
    table.add_column("rows x columns", justify="right")
    for run in runs:
        table.add_row(run.sop_instance_uid, run.modality, str(run.n_frames), f"{run.rows} x {run.columns}")
    console = result_console()
    console.width = max(console.width, NARROWEST)
    console.print(table)
