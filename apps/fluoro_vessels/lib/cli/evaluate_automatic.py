"""Scores a method that segments without help, and shows its figures."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lib.cli.assignments import split_assignments
from lib.cli.output import print_json, say
from lib.cli.progress import progress
from lib.errors import FluoroError
from lib.settings import settings

if TYPE_CHECKING:
    from lib.evaluation.cases import Case
    from lib.evaluation.evaluate import Evaluation, Method


class Pruning(StrEnum):
    """What of a result counts."""

    NONE = "none"
    MAIN = "main"


def score_automatic(
    folder: Path,
    model: str,
    assignments: Sequence[str],
    *,
    pruning: Pruning,
    figure: Path | None,
    as_json: bool,
) -> bool:
    """Score a method on a folder and print the figures; tell whether every case could be scored."""
    from lib.evaluation.folder import find_cases

    method = _method(model, assignments, pruning)
    cases = find_cases(folder)
    evaluation = _scored(cases, method)
    for failure in evaluation.failures:
        say(f"failed: {failure.name}: {failure.reason}")
    wish = {"task": "automatic", "model": model, "prune": str(pruning)}
    _report(evaluation, wish, as_json)
    if figure is not None and evaluation.frames:
        _draw(figure, evaluation, cases, method)
    return bool(evaluation.frames) and not evaluation.failures


def _method(model: str, assignments: Sequence[str], pruning: Pruning) -> "Method":
    """Return what is scored; refuses an unknown name or parameter before any file is read."""
    from lib.evaluation.evaluate import Method
    from lib.infers.catalogue import find_algorithm
    from lib.infers.parameter import validate
    from lib.labels import load_label_table
    from lib.ridges.main_branches import main_branches

    table = load_label_table(settings().labels, settings().data / "labels")
    try:
        algorithm = find_algorithm(model)
        values = validate(algorithm.parameters, split_assignments(assignments), algorithm.name)
    except FluoroError as error:
        raise typer.BadParameter(str(error)) from error
    prune = main_branches if pruning is Pruning.MAIN else None
    return Method(lambda cine: algorithm.segment(cine, values, table), table, prune)


def _scored(cases: Sequence["Case"], method: "Method") -> "Evaluation":
    from lib.evaluation.evaluate import evaluate as score_all

    with progress("scoring", len(cases)) as advance:
        return score_all(cases, method, lambda: advance(1))


def _report(evaluation: "Evaluation", wish: Mapping[str, str], as_json: bool) -> None:
    """Print the figures: one JSON object, or a line each."""
    from lib.evaluation.report import summary

    figures = summary(evaluation)
    if as_json:
        print_json({**wish, **figures})
        return
    for line in _lines(figures):
        typer.echo(line)


def _lines(figures: Mapping[str, Any]) -> list[str]:
    """Return a line for each figure with its interval, and the worst frames by name."""
    from lib.evaluation.report import interval_key

    lines = []
    for key, value in figures.items():
        if key.endswith("_ci") or isinstance(value, list | dict):
            continue
        low_high = figures.get(interval_key(key))
        interval = f"   95 % interval {low_high[0]:g} to {low_high[1]:g}" if low_high else ""
        lines.append(f"{key:<26}{'-' if value is None else f'{value:g}':>10}{interval}")
    for group, few in figures.get("groups", {}).items():
        lines.append(f"{group}: " + ", ".join(f"{key} {value:g}" for key, value in few.items()))
    return lines + [f"worst: {one['name']}  Dice {one['dice']:.3f}" for one in figures["worst"]]


def _draw(path: Path, evaluation: "Evaluation", cases: Sequence["Case"], method: "Method") -> None:
    from lib.datastore.durable import write_bytes_whole
    from lib.evaluation.figure import draw_figure
    from lib.pictures.png import picture_png

    try:
        write_bytes_whole(path, picture_png(draw_figure(evaluation, cases, method)))
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written ({error}).", param_hint="--figure") from error
    say(f"drew {path}")
