"""`fluoro phantom`: simulated runs as DICOM files, with their truth beside them."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.datastore.durable import write_bytes_whole

LARGEST_SEED: Final = 2**31 - 1


def phantom(  # noqa: PLR0913 (each is an option)
    folder: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the runs.", metavar="DIR", file_okay=False)
    ],
    n_runs: Annotated[int, typer.Option("--runs", help="How many.", min=1, max=100_000)] = 1,
    seed: Annotated[
        int, typer.Option("--seed", help="Of the first run; the next ones count up.", min=0, max=LARGEST_SEED)
    ] = 0,
    territory: Annotated[
        str | None, typer.Option("--territory", help="coronary, cerebral, peripheral or renal; else drawn.")
    ] = None,
    is_dsa: Annotated[
        bool | None, typer.Option("--dsa/--native", help="Subtracted or not; else drawn.", show_default=False)
    ] = None,
    size: Annotated[int, typer.Option("--size", help="Rows and columns.", min=64, max=2048)] = 512,
    n_frames: Annotated[
        int | None, typer.Option("--frames", help="Frames; else as the injection needs.", min=1, max=300)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate runs whose truth is known; the same seed gives the same run. No patient was filmed."""
    began = time.perf_counter()
    _require_territory(territory)
    _require_folder(folder)
    results: list[dict[str, Any]] = []
    with progress("simulating", n_runs) as advance:
        for number in range(seed, seed + n_runs):
            results.append(_film(folder, number, territory, is_dsa, (size, n_frames)))
            advance(1)
            if not as_json:
                say(_line(results[-1]))
    _report(folder, results, round(time.perf_counter() - began, 3), as_json)


def _require_territory(territory: str | None) -> None:
    """Refuse a territory that is not known, before anything is written."""
    from lib.phantom import TERRITORIES

    if territory is not None and territory not in TERRITORIES:
        raise typer.BadParameter(
            f"{territory!r} is none of {', '.join(TERRITORIES)}.", param_hint="--territory"
        )


def _require_folder(folder: Path) -> None:
    """Make the folder, or refuse it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise typer.BadParameter(f"{folder} cannot be written ({reason}).", param_hint="-o") from error


def _film(
    folder: Path, seed: int, territory: str | None, is_dsa: bool | None, extent: tuple[int, int | None]
) -> dict[str, Any]:
    """Simulate and write one run; return what it is, in JSON types."""
    from lib.phantom import draw_scenario, simulate
    from lib.phantom.dicom import write_run
    from lib.phantom.xa_header import nobody_of, uid_of

    began = time.perf_counter()
    size, n_frames = extent
    scenario = draw_scenario(seed, territory, is_dsa, size, n_frames)
    run = simulate(scenario)
    try:
        files = write_run(run, folder, f"{scenario.territory}_{seed:06d}", write_bytes_whole)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise typer.BadParameter(f"{folder} cannot be written ({reason}).", param_hint="-o") from error
    return {
        "outputs": {kind: str(file) for kind, file in files.items()},
        "sop_instance_uid": str(uid_of(run, nobody_of(scenario), "instance")),
        "seed": seed,
        "territory": scenario.territory,
        "is_dsa": scenario.is_dsa,
        "n_frames": scenario.n_frames,
        "bits_stored": run.bits_stored,
        "seconds": round(time.perf_counter() - began, 3),
    }


def _line(result: Mapping[str, Any]) -> str:
    """Return one line about a run that was written."""
    kind = "subtracted" if result["is_dsa"] else "native"
    return (
        f"simulated: {result['outputs']['dicom']}: {result['territory']}, {kind}, "
        f"{result['n_frames']} frames in {result['seconds']:.1f} s"
    )


def _report(folder: Path, results: Sequence[Mapping[str, Any]], seconds: float, as_json: bool) -> None:
    """Print the count, or with JSON what each run is."""
    if as_json:
        print_json({"folder": str(folder), "n_runs": len(results), "seconds": seconds, "runs": list(results)})
        return
    say(f"{folder}: {len(results)} {'run' if len(results) == 1 else 'runs'} in {seconds:.1f} s")
