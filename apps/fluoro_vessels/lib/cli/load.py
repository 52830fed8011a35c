"""`fluoro load`: files and folders into the PACS."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.output import AsJson, bytes_text, print_json, say
from lib.cli.progress import progress
from lib.errors import InvalidInputError
from lib.settings import settings

if TYPE_CHECKING:
    from lib.pacs.files import DicomFile, FileOutcome


def load(
    paths: Annotated[
        list[Path], typer.Argument(help="DICOM files, and folders to search.", metavar="PATH...")
    ],
    to: Annotated[
        str | None, typer.Option("--to", metavar="AET@HOST:PORT", help="Send by C-STORE to this DICOM node.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Store DICOM files in the PACS; one bad file does not stop the others."""
    start = time.perf_counter()
    target, send = _door(to)
    files, outcomes = _examine(paths)
    for left_out in outcomes:
        say(f"{left_out.outcome}: {left_out.path}: {left_out.reason}")
    outcomes += _send_all(files, send)
    _report(target, outcomes, time.perf_counter() - start, as_json)
    if not files or any(outcome.outcome == "failed" for outcome in outcomes):
        raise typer.Exit(1)


def _door(to: str | None) -> tuple[str, Any]:
    """Return the name of the target, and what sends files to it."""
    if to is None:
        from lib.pacs.dicomweb import connect

        pacs = connect(settings().pacs)
        pacs.ping()
        return pacs.address, pacs.store_files
    from lib.pacs import dimse

    try:
        node = dimse.DicomNode.parse(to)
    except InvalidInputError as error:
        raise typer.BadParameter(str(error), param_hint="--to") from error
    timeout_s = settings().pacs.timeout_s
    return str(node), lambda files: dimse.send(files, node, timeout_s=timeout_s)


def _examine(paths: Sequence[Path]) -> tuple[list["DicomFile"], list["FileOutcome"]]:
    """Return the files to send, and what became of the others."""
    from lib.pacs.files import FileOutcome, examine, find_files

    files: list[DicomFile] = []
    outcomes: list[FileOutcome] = []
    named = {path.resolve() for path in paths}
    with progress("reading", None) as advance:
        for path in find_files(paths):
            found = examine(path, is_named=path.resolve() in named)
            if isinstance(found, FileOutcome):
                outcomes.append(found)
            else:
                files.append(found)
            advance(1)
    return files, outcomes


def _send_all(files: Sequence["DicomFile"], send: Any) -> list["FileOutcome"]:
    """Send the files, with a bar, and name those that failed."""
    sizes = {file.path: file.n_bytes for file in files}
    outcomes: list[FileOutcome] = []
    results: Iterator[FileOutcome] = send(files)
    with progress("loading", sum(sizes.values()), is_bytes=True) as advance:
        for outcome in results:
            outcomes.append(outcome)
            advance(sizes[outcome.path])
            if outcome.reason:
                say(f"{outcome.outcome}: {outcome.path}: {outcome.reason}")
    return outcomes


def _report(target: str, outcomes: Sequence["FileOutcome"], seconds: float, as_json: bool) -> None:
    """Print the counts, or with JSON what became of every file."""
    counts = {name: sum(o.outcome == name for o in outcomes) for name in ("stored", "failed", "skipped")}
    if as_json:
        files = [
            {
                "path": str(outcome.path),
                "outcome": str(outcome.outcome),
                "sop_instance_uid": outcome.sop_instance_uid or None,
                "reason": outcome.reason or None,
            }
            for outcome in outcomes
        ]
        print_json({"target": target, **counts, "seconds": round(seconds, 3), "files": files})
        return
    n_bytes = sum(o.path.stat().st_size for o in outcomes if o.outcome == "stored" and o.path.is_file())
    words = ", ".join(f"{count} {name}" for name, count in counts.items())
    say(f"{target}: {words} ({bytes_text(n_bytes)} in {seconds:.1f} s)")
    if not outcomes:
        say("No file was found in the paths given.")
