"""How long the classical method takes per frame, against skimage's Sato filter with the same scales.

Ours is the whole method: lines of all frames, background of the run, trees, catheter and lumens. The peer
is the line filter alone on single frames, which it takes one after the other. The two take turns in the
same process. Without ../shared/data the simulated demo run is used, repeated to 96 frames.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from skimage.filters import sato

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.frames.cine import Cine  # noqa: E402
from lib.frames.read import read_cine  # noqa: E402
from lib.infers.catalogue import find_algorithm  # noqa: E402
from lib.labels import load_label_table  # noqa: E402
from lib.phantom.demo import demo_run  # noqa: E402
from lib.ridges.contrast import attenuation  # noqa: E402
from lib.ridges.filter import levels_for  # noqa: E402
from lib.ridges.grid import Grid, grid_for  # noqa: E402
from lib.ridges.lines import run_lines  # noqa: E402
from lib.ridges.workers import cores  # noqa: E402
from lib.settings import settings  # noqa: E402

REAL: Final = ROOT.parent / "shared" / "data" / "dicom" / "xa_cine_96f_jpeg_baseline.dcm"
N_FRAMES: Final = 96
WIDEST_MM: Final = 6.0
SIGMAS: Final = (2.0, 3.0, 4.0, 6.0)
"""Standard deviations in pixels that answer most to lines as wide as those that ours looks for."""

SATO_FRAMES: Final = 4
"""The peer's time does not depend on what a frame shows; so many are timed each turn."""

LIMIT_S: Final = 15.0
AIM_S: Final = 8.0


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How long the classical method takes per frame.")
    parser.add_argument("--repeats", type=int, default=5, help="how often each runs; medians are given")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    cine = a_run()
    shape = " x ".join(str(n) for n in cine.frames.shape)
    rows = measure(cine, arguments.repeats)
    if arguments.json:
        result = {"benchmark": "vesselness", "run": shape, "cores": cores(), "repeats": arguments.repeats}
        print(json.dumps({**result, "rows": rows}))
        return
    print(f"run {shape}, {cores()} cores, medians of {arguments.repeats}")
    print(f"{'method':<48}{'per frame':>12}{'run':>10}")
    for row in rows:
        print(f"{row['method']:<48}{row['ms_per_frame']:>9.1f} ms{row['run_s']:>8.2f} s")
    ours = rows[0]["run_s"]
    print(f"target {LIMIT_S:.0f} s: {verdict(ours, LIMIT_S)}; aim {AIM_S:.0f} s: {verdict(ours, AIM_S)}")


def verdict(seconds: float, limit_s: float) -> str:
    """Say whether a limit is kept."""
    return "kept" if seconds <= limit_s else "MISSED"


def a_run() -> Cine:
    """Return the real run of 96 frames, or the demo run played again and again."""
    if REAL.exists():
        return read_cine(REAL)
    cine = read_cine(demo_run())
    turns = -(-N_FRAMES // len(cine.frames))
    return Cine(cine.header, np.tile(cine.frames, (turns, 1, 1))[:N_FRAMES])


def measure(cine: Cine, repeats: int) -> list[dict[str, Any]]:
    """Return a row for each method; all take turns, after one round that does not count."""
    table, method = load_label_table(settings().labels), find_algorithm("vesselness")
    grid = grid_for(cine.header)
    n_frames = len(cine.frames)
    some = [cine.frames[t] for t in np.linspace(0, n_frames - 1, SATO_FRAMES).astype(int)]
    methods: dict[str, tuple[int, Callable[[], Any]]] = {
        "ours: vesselness, everything": (n_frames, lambda: method.segment(cine, {}, table)),
        "ours: line search of all frames only": (n_frames, lambda: only_lines(cine, grid)),
        "skimage.filters.sato, one frame at a time": (len(some), lambda: [sato_of(frame) for frame in some]),
    }
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(repeats + 1):
        for name, (_, work) in methods.items():
            start = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - start)
    rows = []
    for name, (count, _) in methods.items():
        per_frame = statistics.median(seconds[name][1:]) / count
        rows.append(
            {
                "method": name,
                "ms_per_frame": round(per_frame * 1e3, 2),
                "run_s": round(per_frame * n_frames, 3),
            }
        )
    return rows


def only_lines(cine: Cine, grid: Grid) -> Any:
    """Search the lines of all frames, without deciding what they are."""
    return run_lines(cine.frames, grid, levels_for(grid.coarse_px(WIDEST_MM)), use_background=True)


def sato_of(frame: Any) -> Any:
    """Return the Sato filter of a frame's attenuation."""
    return sato(attenuation(frame, frame.shape), sigmas=SIGMAS, black_ridges=False)


if __name__ == "__main__":
    main()
