"""Scores the propagation of one key frame to its run, and shows the figures."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from lib.cli.output import print_json, say
from lib.cli.progress import progress


def score_propagation(folder: Path, *, as_json: bool) -> bool:
    """Propagate through a folder of runs and print the figures; tell whether every run could be scored."""
    from lib.evaluation.propagation import evaluate_propagation

    with progress("propagating", None) as advance:
        figures = evaluate_propagation(folder, on_case=lambda: advance(1))
    for failure in figures["failed"]:
        say(f"failed: {failure['name']}: {failure['reason']}")
    if as_json:
        print_json({"task": "propagation", **figures})
    else:
        for line in _lines(figures):
            typer.echo(line)
    return bool(figures["n"]) and not figures["failed"]


def _lines(figures: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield a line for each number; one within another is named after both."""
    for key, value in figures.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _lines(value, f"{name} ")
        elif not isinstance(value, list):
            yield f"{name:<40}{'-' if value is None else f'{value:g}':>10}"
