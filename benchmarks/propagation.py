"""How good and how fast a propagation from one key frame is, on simulated runs whose truth is exact.

Beside it run its peers: the key's mask copied to every frame, the key's mask bent by dense optical flow, and
the network alone on every frame. `--oracle` replaces the network by the blurred truth with holes and false
findings, so that one sees what the tracker itself can reach. Seeds from 2,600,000 on are for reports; choose
nothing on them.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.arrays import Frames, Mask  # noqa: E402
from lib.datastore.durable import write_bytes_whole  # noqa: E402
from lib.evaluation.propagation import evaluate_propagation  # noqa: E402
from lib.phantom import draw_scenario, simulate  # noqa: E402
from lib.phantom.dicom import write_run  # noqa: E402
from lib.propagation.evidence import Look  # noqa: E402
from lib.propagation.plane import Plane  # noqa: E402

FIRST_SEED: Final = 2_600_000
GOALS: Final = {"dice": 0.85, "above": 0.03, "error_share": 0.8, "fps": 12.0}


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How good and how fast a propagation is.")
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--territory", help="of all runs; else drawn")
    parser.add_argument("--oracle", action="store_true", help="the truth with faults instead of the network")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    runs = [measured(seed, arguments.territory, arguments.oracle) for seed in seeds]
    report = {
        "benchmark": "propagation",
        "runs": len(runs),
        "tree": together(runs),
        "branch": together([run["branch"] for run in runs if run["branch"]["n_frames"]]),
        "fps": round(statistics.median(run["fps"] for run in runs), 2),
        "goals": GOALS,
    }
    if arguments.json:
        print(json.dumps(report))
        return
    print(f"{'':<10}{'frames':>8}{'ours':>8}{'copy':>8}{'flow':>8}{'network':>9}")
    for name in ("tree", "branch"):
        row = report[name]
        print(f"{name:<10}{row['n_frames']:>8}{row['ours']:>8.3f}{row['copy']:>8.3f}", end="")
        print(f"{row['flow']:>8.3f}{row['per_frame']:>9.3f}")
    print(f"{report['fps']} frames/s")


def measured(seed: int, territory: str | None, is_oracle: bool) -> dict[str, Any]:
    """Simulate a run, write it and score it; say how it went."""
    run = simulate(draw_scenario(seed, territory))
    look = faulty(run.truth.vessel, seed) if is_oracle else None
    with tempfile.TemporaryDirectory(prefix="propagation-") as folder:
        write_run(run, Path(folder), f"run_{seed}", write_bytes_whole)
        figures = evaluate_propagation(Path(folder), look)
    print(f"seed {seed}, {run.scenario.territory}: {figures}", file=sys.stderr)
    return figures


def together(runs: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the means over all frames of all runs."""
    frames = [run["n_frames"] for run in runs]
    means = {"n_frames": sum(frames), "ours": weighted([run["dice_mean"] for run in runs], frames)}
    for name in ("copy", "flow", "per_frame"):
        means[name] = weighted([run["baselines"][name] for run in runs], frames)
    return means


def weighted(values: Sequence[float], weights: Sequence[int]) -> float:
    """Return a mean; 0 of nothing."""
    return round(float(np.average(values, weights=weights)), 4) if values else 0.0


def faulty(truth: Mask, seed: int) -> Look:
    """Return a look that knows the truth, blurred, with holes and false findings of each frame."""

    def look(frames: Frames, is_cancelled: Callable[[], bool]) -> Iterator[tuple[int, Plane]]:
        for t in range(len(frames)):
            if is_cancelled():
                return
            random = np.random.default_rng([seed, t])
            seen = cv2.GaussianBlur(truth[t].astype(np.float32), (0, 0), 1.2) * (blobs(random, 8) > -0.8)
            yield t, np.clip(0.95 * np.maximum(seen, blobs(random, 3) > 3), 0.01, 0.99).astype(np.float32)

    def blobs(random: np.random.Generator, size: float) -> Plane:
        noise = cv2.GaussianBlur(random.normal(size=truth.shape[1:]).astype(np.float32), (0, 0), size)
        return np.asarray(noise / noise.std(), np.float32)

    return look


if __name__ == "__main__":
    main()
