"""Scores measurement against the phantom's truth, and shows the figures."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lib.cli.output import print_json, say
from lib.cli.progress import progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lib.frames.cine import Cine
    from lib.infers.algorithms.network import Network
    from lib.labels import LabelTable


def score_measure(folder: Path, *, as_json: bool) -> bool:
    """Measure a folder of phantom runs and print the figures; tell whether every run could be scored."""
    from lib.evaluation.evaluate import Method
    from lib.evaluation.measure import evaluate_measure
    from lib.infers.algorithms.network import Network
    from lib.infers.catalogue import find_algorithm
    from lib.labels import load_label_table
    from lib.settings import settings

    table = load_label_table(settings().labels, settings().data / "labels")
    network = find_algorithm("vessels")
    one = partial(_frame_of, network, table) if isinstance(network, Network) else None
    method = Method(lambda cine: network.segment(cine, {}, table), table, segment_frame=one)
    with progress("measuring", None) as advance:
        figures = evaluate_measure(folder, method, on_case=lambda: advance(1))
    for failure in figures["failed"]:
        say(f"failed: {failure['name']}: {failure['reason']}")
    if as_json:
        print_json({"task": "measure", **figures})
    else:
        for line in _lines(figures):
            typer.echo(line)
    return bool(figures["n"]) and not figures["failed"]


def _frame_of(network: "Network", table: "LabelTable", cine: "Cine", t: int) -> "NDArray[np.uint8]":
    return network.segment_frame(cine, t, {}, table)


def _lines(figures: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield a line for each number; one within another is named after both."""
    for key, value in figures.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _lines(value, f"{name} ")
        elif not isinstance(value, list):
            yield f"{name:<52}{'-' if value is None else f'{value:g}':>10}"
