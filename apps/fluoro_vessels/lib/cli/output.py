"""Where the command line writes: results on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

import typer
from rich.console import Console

JSON_FLAG: Final = "--json"

AsJson: TypeAlias = Annotated[
    bool,
    typer.Option(JSON_FLAG, help="Print one JSON object on standard output, all else on standard error."),
]
"""The option that every command has: `as_json: AsJson = False`."""


def print_json(result: Mapping[str, Any]) -> None:
    """Print the result of a command as one JSON object on one line; paths become text."""
    sys.stdout.write(json.dumps(result, default=str, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Tell the person something that is no result."""
    sys.stderr.write(text + "\n")


def result_console() -> Console:
    """Return a console for tables and other results for people."""
    return Console(file=sys.stdout)


def side_console() -> Console:
    """Return a console for progress and remarks."""
    return Console(file=sys.stderr)


def bytes_text(n_bytes: float) -> str:
    """Return a size as people read it: 1.7 MB."""
    for unit in ("B", "kB", "MB"):
        if n_bytes < 1000:
            return f"{n_bytes:.0f} {unit}" if unit == "B" else f"{n_bytes:.1f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.1f} GB"
