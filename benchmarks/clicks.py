"""How long a click takes: the first of a frame, and those after it, at 512 x 512 and at 1024 x 1024.

One process on two cores, with the installed network and simulated frames (1024 is a 512 frame enlarged).
A simulated person clicks at the centre of the largest error; only the engine's answer is timed, and for the
first click of a frame also its encoding. The network is opened before.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

CORES: Final = 2
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.arrays import Frames  # noqa: E402
from lib.infers.clicking import open_clicker  # noqa: E402
from lib.interaction.clicker import Clicker  # noqa: E402
from lib.interaction.simulate import ClickProtocol, next_click  # noqa: E402
from lib.phantom import draw_scenario, simulate  # noqa: E402

SEEDS: Final = range(2_000_700, 2_000_706)
N_CLICKS: Final = 10
SIDES: Final = (512, 1024)
TARGETS: Final = {
    "first_click_ms_p50": 300.0,
    "click_ms_p50": 80.0,
    "click_ms_p95": 150.0,
    "click_ms_p50_1024": 200.0,
}


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="Latency of clicks.")
    parser.add_argument("--frames", type=int, default=len(SEEDS), help="simulated frames of each size")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    result = measure(arguments.frames)
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:<28}{value}")
    for name, limit in TARGETS.items():
        print(f"target {name:<21}{limit:<8g}{'kept' if result[name] <= limit else 'MISSED'}")


def measure(n_frames: int) -> dict[str, Any]:
    """Return all figures in ms; those without a size are at 512 x 512."""
    clicker = open_clicker()
    runs = [filmed(seed) for seed in SEEDS[:n_frames]]
    session(clicker, *runs[0], n_clicks=2)
    result: dict[str, Any] = {
        "benchmark": "clicks",
        "cores": len(os.sched_getaffinity(0)),
        "n_clicks": N_CLICKS,
    }
    for side in SIDES:
        timed = [session(clicker, *enlarged(*run, side), n_clicks=N_CLICKS) for run in runs]
        firsts = [times[0] for times in timed if times]
        others = [time_ for times in timed for time_ in times[1:]]
        end = "" if side == SIDES[0] else f"_{side}"
        result[f"first_click_ms_p50{end}"] = round(float(np.percentile(firsts, 50)), 1)
        result[f"click_ms_p50{end}"] = round(float(np.percentile(others, 50)), 1)
        result[f"click_ms_p95{end}"] = round(float(np.percentile(others, 95)), 1)
    return result


def filmed(seed: int) -> tuple[Frames, NDArray[np.bool_]]:
    """Return the middle three frames of a simulated run, and the vessels of the second."""
    scenario = draw_scenario(seed, size=SIDES[0])
    middle = scenario.n_frames // 2
    run = simulate(scenario, range(middle - 1, middle + 2))
    return run.display(), run.truth.vessel[1]


def enlarged(frames: Frames, truth: NDArray[np.bool_], side: int) -> tuple[Frames, NDArray[np.bool_]]:
    """Return a run with frames of another size."""
    if frames.shape[1] == side:
        return frames, truth
    larger = np.stack([cv2.resize(frame, (side, side)) for frame in frames])
    return larger, cv2.resize(truth.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST) > 0


def session(clicker: Clicker, frames: Frames, truth: NDArray[np.bool_], n_clicks: int) -> list[float]:
    """Return how many ms each click took; the first includes looking at the frame."""
    began = time.perf_counter()
    encoding = clicker.encode(frames, 1)
    mask = clicker.start(encoding)
    passed = time.perf_counter() - began
    times, made = [], []
    for _ in range(n_clicks):
        prompt = next_click(mask, truth, ClickProtocol.CENTER, np.random.default_rng(0), made)
        if prompt is None:
            break
        made.append(prompt.points[0])
        began = time.perf_counter()
        mask = clicker.answer(encoding, mask, prompt)
        times.append(1000 * (passed + time.perf_counter() - began))
        passed = 0.0
    return times


if __name__ == "__main__":
    main()
