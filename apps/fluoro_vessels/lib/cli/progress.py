"""Progress bars on standard error; nothing where standard error is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from lib.cli.output import side_console

Advance = Callable[[float], None]
"""Moves the bar on by so many units."""


@contextmanager
def progress(description: str, total: float | None, *, is_bytes: bool = False) -> Iterator[Advance]:
    """Show a bar while the block runs.

    Args:
        description: What is being done, as in "loading".
        total: Units until the end; None when nobody knows.
        is_bytes: The units are bytes.
    """
    console = side_console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn() if is_bytes else MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task(description, total=total)
        yield lambda units: bar.advance(task, units)
