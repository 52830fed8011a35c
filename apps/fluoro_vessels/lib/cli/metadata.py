"""`fluoro metadata`: what headers say about runs and frames, as tables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.cli.segment import require_writable
from lib.settings import settings

if TYPE_CHECKING:
    from lib.cli.metadata_rows import Found
    from lib.metadata.tables import TableKind


def metadata(
    file: Annotated[
        Path, typer.Option("-o", "--output", help="FILE.csv or FILE.parquet.", metavar="FILE", dir_okay=False)
    ],
    inputs: Annotated[
        list[Path] | None,
        typer.Argument(
            help="DICOM runs, or folders to search; none: the runs of the PACS.", metavar="INPUT..."
        ),
    ] = None,
    with_frames: Annotated[
        bool, typer.Option("--frames/--runs-only", help="Write FILE.frames.* with a row for each frame, too.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Write a row for each run, and one for each frame; one bad file does not stop the others."""
    kind = _kind(file)
    require_writable(file.parent)
    found = _read_all(inputs)
    written = _write(file, kind, found, with_frames)
    _report(found, written, as_json)
    outcomes = {one.outcome for one in found}
    if "failed" in outcomes or "read" not in outcomes:
        raise typer.Exit(1)


def _kind(file: Path) -> "TableKind":
    from lib.metadata.tables import TableKind

    try:
        return TableKind(file.suffix.lower())
    except ValueError as error:
        raise typer.BadParameter(
            f"{file.name} ends in neither .csv nor .parquet.", param_hint="-o"
        ) from error


def _read_all(inputs: Sequence[Path] | None) -> list["Found"]:
    """Read all headers with a bar, and name each that failed or was left out."""
    from lib.cli.metadata_rows import files_among, from_files, from_pacs
    from lib.datastore.patients import PatientTokens
    from lib.pacs.dicomweb import connect

    tokens = PatientTokens(settings().data)
    if inputs:
        n_runs, source = len(files_among(inputs)), from_files(inputs, tokens)
    else:
        pacs = connect(settings().pacs)
        runs = pacs.list_runs()
        n_runs, source = len(runs), from_pacs(pacs, runs, tokens)
    results = []
    with progress("reading", n_runs) as advance:
        for found in source:
            results.append(found)
            advance(1)
            if found.reason:
                say(f"{found.outcome}: {found.name}: {found.reason}")
    return results


def _write(file: Path, kind: "TableKind", found: Sequence["Found"], with_frames: bool) -> dict[str, Path]:
    """Write the tables and return their files; nothing where no run was read."""
    from lib.datastore.durable import write_bytes_whole
    from lib.metadata.run import FRAME_COLUMNS, RUN_COLUMNS
    from lib.metadata.tables import table_bytes

    read = [one.metadata for one in found if one.metadata is not None]
    if not read:
        return {}
    files = {"runs": file}
    write_bytes_whole(file, table_bytes(kind, (one.run for one in read), RUN_COLUMNS))
    if with_frames:
        files["frames"] = file.with_name(f"{file.stem}.frames{file.suffix}")
        rows = (row for one in read for row in one.frames)
        write_bytes_whole(files["frames"], table_bytes(kind, rows, FRAME_COLUMNS))
    return files


def _report(found: Sequence["Found"], written: Mapping[str, Path], as_json: bool) -> None:
    counts: dict[str, Any] = {
        "n_runs": sum(one.outcome == "read" for one in found),
        "n_frames": sum(len(one.metadata.frames) for one in found if one.metadata is not None),
        "n_failed": sum(one.outcome == "failed" for one in found),
        "n_skipped": sum(one.outcome == "skipped" for one in found),
    }
    if as_json:
        others = [one.told() for one in found if one.reason]
        print_json({**{f"{name}_file": path for name, path in written.items()}, **counts, "not_read": others})
        return
    files = " and ".join(str(path) for path in written.values()) or "nothing was written"
    say(
        f"{files}: {counts['n_runs']} runs with {counts['n_frames']} frames, {counts['n_failed']} failed, "
        f"{counts['n_skipped']} skipped"
    )
