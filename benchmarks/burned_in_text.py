"""How much of the text that is planted into runs is blanked, and how many vessel pixels go with it.

Simulated runs, and real pictures where a folder of them is named (NAME_image.png with NAME_mask.png, or
folders with frames/*.jpg). Plain reading of the middle frame by tesseract is measured in the same run.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.evaluation.burned_in_text import CaseScore, Storing, clean_report, score_case, summary
from lib.evaluation.peer_reader import score_peer
from lib.evaluation.planted_text import draw_block, plant
from lib.evaluation.text_fonts import FONTS
from lib.phantom import draw_scenario, simulate

Run = tuple[str, NDArray[np.uint8], NDArray[np.bool_]]
"""Kind, (T, H, W) frames, and (T or 1, H, W) vessels."""

FIRST_SEED: Final = 99_000
"""The figures in the docs; what was tuned was tuned on others."""

N_FRAMES: Final = 12
TARGETS: Final = {"recall": 0.99, "vessel_lost_beside": 0.01}


def simulated(n_runs: int, first_seed: int) -> Iterator[Run]:
    """Yield simulated runs; every third has one frame only."""
    for seed in range(first_seed, first_seed + n_runs):
        scenario = draw_scenario(seed, None, None, 512, 2 * N_FRAMES)
        wanted = [N_FRAMES] if seed % 3 == 0 else range(N_FRAMES // 2, N_FRAMES // 2 + N_FRAMES)
        run = simulate(scenario, wanted)
        frames = np.rint(run.frames * (255 / (2**run.bits_stored - 1))).astype(np.uint8)
        yield f"simulated, {'one frame' if len(frames) == 1 else 'many frames'}", frames, run.truth.vessel


def real(folder: Path, n_runs: int) -> Iterator[Run]:
    """Yield real pictures with masks, then sequences, which have none."""
    pictures = sorted(folder.rglob("*_image.png"))
    for path in pictures[:: max(1, len(pictures) // max(1, n_runs))][:n_runs]:
        mask = cv2.imread(str(path.with_name(path.name.replace("_image", "_mask"))), cv2.IMREAD_GRAYSCALE)
        frame = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        yield "real, one frame", np.asarray(frame[None], np.uint8), np.asarray(mask[None] > 127)
    for frames_folder in sorted(folder.rglob("frames")):
        files = sorted(frames_folder.glob("*.jpg"))
        frames = np.stack([cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) for file in files]).astype(np.uint8)
        yield "real, many frames", frames, np.zeros((1, *frames.shape[1:]), np.bool_)


def measure(
    runs: Iterator[Run], n_blocks: int, seed: int, *, with_peer: bool
) -> tuple[dict[str, list[CaseScore]], dict[str, list[int]]]:
    """Plant blocks into each run and score them; also count clean runs that are blanked or held back."""
    random = np.random.default_rng(seed)
    scores: dict[str, list[CaseScore]] = {}
    alarms: dict[str, list[int]] = {}
    number = 0
    for kind, frames, vessels in runs:
        report = clean_report(frames)
        alarm = alarms.setdefault(kind, [0, 0, 0])
        for place, claim in enumerate((True, bool(report.blanked), bool(report.doubtful))):
            alarm[place] += claim
        for _ in range(n_blocks):
            block = draw_block(random, FONTS[number % len(FONTS)])
            storing = list(Storing)[number % len(Storing)]
            planted = plant(frames, block, 255)
            scores.setdefault(kind, []).append(score_case(kind, block, planted, vessels, storing))
            if with_peer:
                peer = score_peer(kind, block, planted, vessels)
                scores.setdefault(f"plain reading: {kind}", []).append(peer)
            number += 1
    return scores, alarms


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30, help="simulated runs, and real pictures")
    parser.add_argument("--blocks", type=int, default=2, help="texts for each run")
    parser.add_argument("--images", type=Path, help="folder with real pictures")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="of runs and texts")
    parser.add_argument("--no-peer", action="store_true", help="do not measure plain reading")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()

    def runs() -> Iterator[Run]:
        yield from simulated(arguments.runs, arguments.seed)
        if arguments.images:
            yield from real(arguments.images, arguments.runs)

    scores, alarms = measure(runs(), arguments.blocks, arguments.seed, with_peer=not arguments.no_peer)
    ours = [case for kind, cases in scores.items() if not kind.startswith("plain") for case in cases]
    peers = [case for kind, cases in scores.items() if kind.startswith("plain") for case in cases]
    result: dict[str, Any] = {
        "benchmark": "burned_in_text",
        "targets": TARGETS,
        "ours": summary(ours),
        **({"plain_reading": summary(peers)} if peers else {}),
        "kinds": {kind: summary(cases) for kind, cases in scores.items()},
        "without_text": {
            kind: {"runs": n_runs, "blanked": n_blanked, "held": n_held}
            for kind, (n_runs, n_blanked, n_held) in alarms.items()
        },
    }
    print(json.dumps(result) if arguments.json else _text(result))


def _text(result: dict[str, Any]) -> str:
    lines = [f"{'':<42}{'lines':>7}{'recall':>9}{'or held':>9}{'beside':>9}{'median s':>10}"]
    whole = {name: result[name] for name in ("ours", "plain_reading") if name in result}
    rows = {**whole, **result["kinds"]}
    for name, one in rows.items():
        lines.append(
            f"{name:<42}{one['lines']:>7}{one['recall']:>9.4f}{one['recall_or_held']:>9.4f}"
            f"{one['vessel_lost_beside']:>9.4f}{one['median_s']:>10.2f}"
        )
    lines += [f"missed: {one}" for one in result["ours"]["missed"]]
    lines += [f"without text, {kind}: {one}" for kind, one in result["without_text"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
