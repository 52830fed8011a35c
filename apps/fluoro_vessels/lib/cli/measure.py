"""`fluoro measure`: runs in, diameters and narrowings out, as tables, report, pictures and movie."""

import csv
import io
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lib.cli.assignments import split_assignments
from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.cli.segment import require_writable
from lib.errors import FluoroError
from lib.measure.request import MeasureRequest, Point, ScaleSource, ScaleWish
from lib.settings import settings

if TYPE_CHECKING:
    from lib.cli.measuring import Measurer

SUMMARY: Final = "summary.csv"
SUMMARY_COLUMNS: Final = (
    "path", "outcome", "reason", "sop_instance_uid", "frame_number", "unit", "scale",
    "expected_error_percent", "quality", "verdict", "sentence", "percent_diameter", "percent_area",
    "percent_widening", "mld", "max_diameter", "reference_diameter", "lesion_length", "diameter",
    "mean_diameter", "vessel_length", "run_median", "run_sd", "neighbours_percent", "end_diastolic",
    "timi_frame_count",
)  # fmt: skip


def measure(  # noqa: PLR0913  # one argument for each option
    inputs: Annotated[
        list[Path],
        typer.Argument(help="DICOM runs, folders to search, or lists MANIFEST.csv.", metavar="INPUT..."),
    ],
    folder: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the results.", metavar="DIR", file_okay=False)
    ],
    frame_number: Annotated[
        int | None, typer.Option("--frame", min=1, help="The frame, from 1; else that with most contrast.")
    ] = None,
    branch: Annotated[
        int | None, typer.Option("--branch", min=0, help="A branch of the frame; else the largest.")
    ] = None,
    points: Annotated[
        list[str] | None,
        typer.Option("--point", metavar="X,Y", help="A place on the vessel, again for each; two or more."),
    ] = None,
    around: Annotated[
        str | None, typer.Option("--at", metavar="X,Y", help="The narrowing that is meant.")
    ] = None,
    scale: Annotated[ScaleSource, typer.Option("--scale", help="Where mm come from.")] = ScaleSource.HEADER,
    scale_points: Annotated[
        list[str] | None,
        typer.Option(
            "--scale-point", metavar="X,Y", help="On the catheter's shaft, or the known length's ends."
        ),
    ] = None,
    french: Annotated[float | None, typer.Option("--french", help="scale catheter: its size.")] = None,
    length_mm: Annotated[float | None, typer.Option("--known-mm", help="scale length: the length.")] = None,
    height_mm: Annotated[
        float | None, typer.Option("--height-mm", help="scale header: vessel above the isocentre.")
    ] = None,
    masks: Annotated[
        Path | None, typer.Option("--masks", help="A DICOM SEG with the vessels; else they are found.")
    ] = None,
    label: Annotated[str, typer.Option("--label", help="Which label is measured.")] = "vessel",
    algorithm: Annotated[str, typer.Option("--algorithm", help="The method that finds vessels.")] = "vessels",
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", help="A parameter of the method, again for each.", metavar="NAME=VALUE"),
    ] = None,
    through_run: Annotated[
        bool, typer.Option("--run/--one-frame", help="Measure the site in all frames.")
    ] = True,
    has_jpeg: Annotated[bool, typer.Option("--jpg", help="The key frame as JPEG too.")] = False,
    has_avi: Annotated[bool, typer.Option("--avi", help="The movie as AVI (Motion JPEG) too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure vessels; one bad file does not stop the others. Not for clinical use."""
    began = time.perf_counter()
    try:
        wish = ScaleWish(scale, _points(scale_points), french, length_mm, height_mm)
        place = None if around is None else _point(around)
        t = None if frame_number is None else frame_number - 1
        request = MeasureRequest(t, branch, _points(points), place, None, wish, through_run)
    except FluoroError as error:
        raise typer.BadParameter(str(error)) from error
    kinds = {"KEY_JPEG": has_jpeg, "MOVIE_AVI": has_avi}
    more = [name for name, is_wanted in kinds.items() if is_wanted]
    measurer = _measurer(folder, label, algorithm, assignments or [], more)
    results = _measure_all(inputs, request, masks, measurer, as_json)
    _report(results, folder, round(time.perf_counter() - began, 3), as_json)
    outcomes = {result["outcome"] for result in results}
    if "failed" in outcomes or "measured" not in outcomes:
        raise typer.Exit(1)


def _measurer(
    folder: Path, label: str, algorithm: str, assignments: Sequence[str], more: Sequence[str]
) -> "Measurer":
    """Return what measures, and which files it adds; refuses what cannot be before any file is read."""
    from lib.cli.measuring import Measurer, MeasureWish
    from lib.infers.catalogue import find_algorithm
    from lib.infers.parameter import validate
    from lib.labels import load_label_table
    from lib.measure.out.files import FileKind

    table = load_label_table(settings().labels, settings().data / "labels")
    try:
        method = find_algorithm(algorithm)
        values = validate(method.parameters, split_assignments(assignments), method.name)
        kinds = tuple(FileKind[name] for name in more)
        return Measurer(MeasureWish(method, values, table, table.by_name(label), folder, kinds))
    except FluoroError as error:
        raise typer.BadParameter(str(error)) from error


def _measure_all(
    inputs: Sequence[Path], request: MeasureRequest, masks: Path | None, measurer: "Measurer", as_json: bool
) -> list[dict[str, Any]]:
    """Do all tasks with a bar, and name each that is done, failed or left out."""
    from lib.cli.measure_tasks import tasks_of

    tasks = tasks_of(inputs, request, masks)
    if tasks:
        require_writable(measurer.wish.folder)
    results: list[dict[str, Any]] = []
    with progress("measuring", len(tasks)) as advance:
        for task in tasks:
            result = measurer.do(task)
            results.append(result)
            advance(1)
            if "reason" in result:
                say(f"{result['outcome']}: {task.path}: {result['reason']}")
            elif not as_json:
                say(_line(result))
    return results


def _line(result: Mapping[str, Any]) -> str:
    """Return one line about a run that was measured."""
    unit = result["unit"]
    if "mld" in result:
        said = (
            f"{result['percent_diameter']:.0f} % diameter stenosis, {result['mld']:.2f} of "
            f"{result['reference_diameter']:.2f} {unit}"
        )
    elif "percent_widening" in result:
        said = f"{result['percent_widening']:.0f} % widening to {result['max_diameter']:.2f} {unit}"
    else:
        said = f"mean diameter {result['mean_diameter']:.2f} {unit}"
    return (
        f"measured: {result['path']}: frame {result['frame_number']}: {said}; {result['verdict']}, scale "
        f"{result['scale']}; {result['seconds']:.1f} s"
    )


def _report(results: Sequence[Mapping[str, Any]], folder: Path, seconds: float, as_json: bool) -> None:
    """Write the summary, and print the counts, or with JSON what became of every task."""
    from lib.cli.measuring import count
    from lib.datastore.durable import write_bytes_whole

    if results:
        write_bytes_whole(folder / SUMMARY, _summary(results).encode())
    counts = count(results)
    if as_json:
        print_json({"folder": str(folder), **counts, "seconds": seconds, "files": list(results)})
        return
    say(f"{folder}: {', '.join(f'{n} {name}' for name, n in counts.items())} in {seconds:.1f} s")
    if not results:
        say("No file was found in the paths given.")


def _summary(results: Sequence[Mapping[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, SUMMARY_COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(results)
    return file.getvalue()


def _points(words: Sequence[str] | None) -> tuple[Point, ...]:
    return tuple(_point(word) for word in words or ())


def _point(word: str) -> Point:
    """Return "x,y" as (y, x)."""
    try:
        x, y = (float(number) for number in word.split(","))
    except ValueError as error:
        raise typer.BadParameter(f"{word!r} is no place X,Y in pixels.") from error
    return y, x
