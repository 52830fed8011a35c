"""How the fluoroscopy mode feels: from a click to its mask, opening a run, the cine, and its memory.

Debian's Chromium draws in software and shares two cores with the server and the PACS, which
`./start_server.sh` starts. Every time is taken in the page: it ends when the browser has painted a canvas
that is another one. The peer in the same run is OHIF as it comes, with the same study in the same kind of
browser.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

CORES: Final = 2
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from _viewer_cine import cine  # noqa: E402
from _viewer_clicks import clicks  # noqa: E402
from _viewer_memory import memory  # noqa: E402
from _viewer_opening import opening  # noqa: E402
from _viewer_stage import Stage, long_run, run_of, stage  # noqa: E402
from pydicom.dataset import Dataset  # noqa: E402

from tests.builders import build_xa, draw_run  # noqa: E402

CLICK_LIMIT_MS: Final = 400
OPENING_LIMIT_S: Final = 2.0
LEAST_SHARE: Final = 0.8
MOST_GROWTH: Final = 0.05
"""Of the heap, while a run plays that is loaded."""


def main() -> None:
    """Measure and print the figures, or one JSON object."""
    parser = argparse.ArgumentParser(description="How the fluoroscopy mode feels in a browser.")
    parser.add_argument("--file", type=Path, help="a DICOM run; without it 96 frames are simulated")
    parser.add_argument("--only", choices=["clicks", "opening", "cine", "memory"], help="one part only")
    parser.add_argument("--clicks", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=5, help="how often a run is opened in each way")
    parser.add_argument("--frames", type=int, default=300, help="frames of the run for the memory")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    run = run_of(arguments.file)
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as the_stage:
        figures = measure(the_stage, run, arguments)
    result = {"benchmark": "viewer", "cores": CORES, "frames": int(run.NumberOfFrames), **figures}
    if arguments.json:
        print(json.dumps(result))
        return
    tell(result)


def measure(the_stage: Stage, run: Dataset, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of each part."""
    other = build_xa(pixels=draw_run(4, 256, 256))
    the_stage.store(run, other)
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "opening": lambda: opening(the_stage, run, other, arguments.repeats),
        "clicks": lambda: clicks(the_stage, run, arguments.clicks),
        "cine": lambda: cine(the_stage, run),
        "memory": lambda: memory(the_stage, stored(the_stage, long_run(run, arguments.frames))),
    }
    return {name: part() for name, part in parts.items() if arguments.only in (None, name)}


def stored(the_stage: Stage, run: Dataset) -> Dataset:
    """Put a run into the PACS and return it."""
    the_stage.store(run)
    return run


def tell(result: dict[str, Any]) -> None:
    """Print all figures, and which targets are kept."""
    for part, figures in result.items():
        if isinstance(figures, dict):
            print(part)
            for name, value in figures.items():
                print(f"  {name:<24}{value}")
    for words, is_kept in targets(result):
        print(f"target {words:<58}{'kept' if is_kept else 'MISSED'}")


def targets(result: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return each target of the measured parts, and whether it is kept."""
    found = []
    if clicking := result.get("clicks"):
        found.append((f"half of the clicks in {CLICK_LIMIT_MS} ms", clicking["p50_ms"] <= CLICK_LIMIT_MS))
    if opened := result.get("opening"):
        slowest = max(opened["ours_from_list_s"], opened["ours_by_link_s"])
        found.append((f"a run open in {OPENING_LIMIT_S} s, listed or linked", slowest <= OPENING_LIMIT_S))
    if played := result.get("cine"):
        found.append((f"{LEAST_SHARE:.0%} of OHIF's frame rate", played["share"] >= LEAST_SHARE))
    if kept := result.get("memory"):
        most = MOST_GROWTH * kept["heap_mb"][1]
        found.append((f"the heap grows by less than {MOST_GROWTH:.0%}", kept["growth_mb"] <= most))
    return found


if __name__ == "__main__":
    main()
