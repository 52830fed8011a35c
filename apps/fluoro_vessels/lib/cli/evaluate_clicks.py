"""Scores the engine behind `clicks` with a simulated person, and shows its figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lib.cli.output import print_json, result_console, say
from lib.cli.progress import progress
from lib.interaction.rituals import ClickProtocol, Start
from lib.settings import settings

if TYPE_CHECKING:
    from rich.table import Table

NARROWEST: Final = 100
"""Columns that a table with intervals needs."""


def score_clicks(
    folder: Path, protocol: ClickProtocol, start: Start, n_clicks: int, *, as_json: bool
) -> bool:
    """Click through a folder and print the figures; tell whether every case could be scored."""
    from lib.evaluation.clicks import Ritual, evaluate_clicks
    from lib.evaluation.clicks_report import clicks_summary
    from lib.evaluation.folder import find_cases
    from lib.infers.clicking import open_clicker
    from lib.labels import load_label_table

    cases = find_cases(folder)
    table = load_label_table(settings().labels, settings().data / "labels")
    ritual = Ritual(open_clicker(), table, protocol, start, n_clicks)
    with progress("clicking", len(cases)) as advance:
        evaluation = evaluate_clicks(cases, ritual, lambda: advance(1))
    for failure in evaluation.failures:
        say(f"failed: {failure.name}: {failure.reason}")
    engine = f"{ritual.clicker.name} {ritual.clicker.version}"
    wish = {"task": "clicks", "engine": engine, "protocol": protocol, "start": start, "clicks": n_clicks}
    figures = {**wish, **clicks_summary(evaluation)}
    if as_json:
        print_json(figures)
    else:
        _print_figures(figures)
    return bool(evaluation.sessions) and not evaluation.failures


def _print_figures(figures: Mapping[str, Any]) -> None:
    """Print what people ask first: how good after how many clicks, and how many for how good."""
    title = "{n} frames, {n_empty} without vessels left out; {engine}, {protocol} protocol, {start} start"
    console = result_console()
    console.width = max(console.width, NARROWEST)
    console.print(title.format(**figures))
    if not figures["n"]:
        return
    console.print(_by_clicks(figures))
    console.print(_by_threshold(figures))
    for key in ("worse_share", "click_ms_p50", "click_ms_p95", "first_click_ms_p50"):
        console.print(f"{key:<20}{_text(figures[key])}{_interval(figures.get(f'{key}_ci'))}")
    for one in figures["worst"]:
        console.print(f"worst: {one['name']}  IoU {one['iou']:.3f}", highlight=False)


def _by_clicks(figures: Mapping[str, Any]) -> "Table":
    table = _table("clicks", "IoU", "Dice", "surface Dice 2 px")
    for n in figures["iou_at"]:
        keys = ("iou_at", "dice_at", "surface_dice_2px_at")
        table.add_row(n, *(_text(figures[key][n]) + _interval(figures[f"{key}_ci"][n]) for key in keys))
    return table


def _by_threshold(figures: Mapping[str, Any]) -> "Table":
    table = _table("IoU wanted", "clicks", "never reached")
    for threshold, n_clicks in figures["noc"].items():
        clicks = _text(n_clicks) + _interval(figures["noc_ci"][threshold])
        table.add_row(threshold, clicks, str(figures["failures"][threshold]))
    return table


def _table(*columns: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _interval(low_high: tuple[float, float] | None) -> str:
    return f" ({low_high[0]:.4g} to {low_high[1]:.4g})" if low_high else ""
