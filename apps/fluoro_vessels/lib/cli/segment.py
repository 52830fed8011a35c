"""`fluoro segment`: DICOM files in, DICOM SEG, movie and picture out; no server needed."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.assignments import split_assignments
from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.errors import FluoroError
from lib.settings import settings

if TYPE_CHECKING:
    from lib.cli.segmenting import Segmenter


def segment(
    inputs: Annotated[
        list[Path], typer.Argument(help="DICOM files, and folders to search.", metavar="INPUT...")
    ],
    folder: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the results.", metavar="DIR", file_okay=False)
    ],
    label_set: Annotated[
        str | None,
        typer.Option("--label-set", help="List this set's labels in the SEG too, for a person to fill in."),
    ] = None,
    algorithm: Annotated[str, typer.Option("--algorithm", help="The method.")] = "vessels",
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", help="A parameter of the method, again for each.", metavar="NAME=VALUE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find vessels; one bad file does not stop the others. Not for clinical use."""
    began = time.perf_counter()
    segmenter = _segmenter(folder, label_set, algorithm, assignments or [])
    results = _segment_all(inputs, segmenter, as_json)
    _report(results, folder, round(time.perf_counter() - began, 3), as_json)
    outcomes = {result["outcome"] for result in results}
    if "failed" in outcomes or "segmented" not in outcomes:
        raise typer.Exit(1)


def _segmenter(
    folder: Path, label_set: str | None, algorithm: str, assignments: Sequence[str]
) -> "Segmenter":
    """Return what segments the files; refuses a wish that cannot be fulfilled before any file is read."""
    from lib.cli.segmenting import Segmenter, Wish
    from lib.infers.catalogue import find_algorithm
    from lib.infers.parameter import validate
    from lib.labels import load_label_table

    table = load_label_table(settings().labels, settings().data / "labels")
    try:
        method = find_algorithm(algorithm)
        values = validate(method.parameters, split_assignments(assignments), method.name)
        listed = table.set(label_set) if label_set is not None else ()
    except FluoroError as error:
        raise typer.BadParameter(str(error)) from error
    return Segmenter(Wish(method, values, table, listed, folder, settings().seg))


def _segment_all(inputs: Sequence[Path], segmenter: "Segmenter", as_json: bool) -> list[dict[str, Any]]:
    """Segment all files with a bar, and name each that is done, failed or left out."""
    from lib.pacs.files import find_files

    files = list(find_files(inputs))
    if files:
        require_writable(segmenter.wish.folder)
    named = {path.resolve() for path in inputs}
    results: list[dict[str, Any]] = []
    with progress("segmenting", len(files)) as advance:
        for path in files:
            result = segmenter.segment(path, is_named=path.resolve() in named)
            results.append(result)
            advance(1)
            if "reason" in result:
                say(f"{result['outcome']}: {path}: {result['reason']}")
            elif not as_json:
                say(_line(result))
    return results


def require_writable(folder: Path) -> None:
    """Refuse a folder that cannot take results, before hours are spent on them."""
    is_new = not folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if is_new:
            folder.rmdir()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise typer.BadParameter(f"{folder} cannot be written ({reason}).", param_hint="-o") from error


def _line(result: Mapping[str, Any]) -> str:
    """Return one line about a file that was segmented."""
    share = 100.0 * result["vessel_fraction_fullest"]
    spacing = result["spacing_mm"]
    size = spacing if isinstance(spacing, str) else f"{spacing[0]:.3f} mm per pixel"
    return (
        f"segmented: {result['path']}: {result['n_frames']} frames in {result['seconds']:.1f} s; "
        f"{share:.1f} % vessel on frame {result['fullest_frame_number']}; {size}"
    )


def _report(results: Sequence[Mapping[str, Any]], folder: Path, seconds: float, as_json: bool) -> None:
    """Print the counts, or with JSON what became of every file."""
    from lib.cli.segmenting import count

    counts = count(results)
    if as_json:
        print_json({"folder": str(folder), **counts, "seconds": seconds, "files": list(results)})
        return
    say(f"{folder}: {', '.join(f'{n} {name}' for name, n in counts.items())} in {seconds:.1f} s")
    if not results:
        say("No file was found in the paths given.")
