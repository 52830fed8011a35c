"""How well vessels are found on real coronary angiograms, against a Sato filter, in the same run.

The images are single frames of the left coronary artery with masks of the main branches only. So recall
should be high, and every side branch that is found costs precision. Subjects are split in two halves by a
hash of their name: parameters were chosen on half A; half B is held out.

Peers, both skimage's Sato filter after local contrast equalisation, the strongest of several that were
tried: with the one of five cuts that is best on all images, and with the best of the five for each image,
which nobody can know without the truth.
"""

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.filters import sato

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.frames.carm import CArm  # noqa: E402
from lib.frames.cine import Cine, RunHeader  # noqa: E402
from lib.frames.timing import Timing  # noqa: E402
from lib.infers.catalogue import find_algorithm  # noqa: E402
from lib.labels import load_label_table  # noqa: E402
from lib.settings import settings  # noqa: E402

SHARED: Final = ROOT.parent / "shared" / "data"
FOLDER: Final = "ica_main_branches"
SIGMAS: Final = (2, 3, 4, 5, 6)
CUTS: Final = (0.88, 0.90, 0.92, 0.94, 0.96)
HALVES: Final = {"A": "A (parameters chosen on it)", "B": "B (held out)"}


@dataclass(frozen=True)
class Example:
    """One image with its mask, (H, W)."""

    name: str
    half: str
    image: NDArray[np.float32]
    truth: NDArray[np.bool_]


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How well vessels are found on real images.")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder that holds ica_main_branches")
    parser.add_argument("--half", choices=list(HALVES), help="look at one half only")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of ours"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    if not (arguments.data / FOLDER).is_dir():
        skip(f"there is no folder {FOLDER} in {arguments.data}", arguments.json)
        return
    examples = load(arguments.data / FOLDER, arguments.half)
    if not examples:
        skip(f"{FOLDER} in {arguments.data} has no image with a mask", arguments.json)
        return
    rows = measure(examples, dict(pair.split("=", 1) for pair in arguments.set))
    if arguments.json:
        print(json.dumps({"benchmark": "real_images", "images": len(examples), "rows": rows}))
        return
    head = f"{'half':<30}{'images':>7}  {'method':<34}{'Dice':>7}{'median':>8}{'prec.':>7}{'recall':>7}"
    print(f"{head}{'area':>6}")
    for row in rows:
        print(
            f"{HALVES[row['half']]:<30}{row['images']:>7}  {row['method']:<34}{row['dice']:>7.3f}"
            f"{row['dice_median']:>8.3f}{row['precision']:>7.3f}{row['recall']:>7.3f}{row['area_ratio']:>6.2f}"
        )


def skip(reason: str, as_json: bool) -> None:
    """Say why nothing was measured."""
    print(json.dumps({"benchmark": "real_images", "skipped": reason}) if as_json else f"skipped: {reason}")


def load(folder: Path, half: str | None) -> list[Example]:
    """Return the examples of one half, or of both."""
    examples = []
    for path in sorted(folder.glob("*_image.png")):
        name = path.name.removesuffix("_image.png")
        mask = folder / f"{name}_mask.png"
        if mask.exists() and half in (None, half_of(name)):
            image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255.0
            truth = cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE) > 127
            examples.append(Example(name, half_of(name), image, truth))
    return examples


def half_of(name: str) -> str:
    """Return the half of an image; all images of a subject are in the same one."""
    match = re.match(r"[BS]?\d+", name)
    subject = match[0] if match else name
    return "AB"[hashlib.sha256(subject.encode()).digest()[0] % 2]


def measure(examples: Sequence[Example], values: dict[str, str]) -> list[dict[str, Any]]:
    """Return a row for each half and method."""
    start = time.perf_counter()
    found = {"ours: vesselness": [segment(example, values) for example in examples]}
    ours_s = time.perf_counter() - start
    responses = [sato_response(example.image) for example in examples]
    cut_masks = [[response > np.quantile(response, cut) for response in responses] for cut in CUTS]
    scores = np.array(
        [[dice(m, e.truth) for m, e in zip(masks, examples, strict=True)] for masks in cut_masks]
    )
    best = int(scores.mean(axis=1).argmax())
    found[f"Sato, best cut for all ({CUTS[best]:.2f})"] = cut_masks[best]
    found["Sato, best of 5 cuts per image"] = [cut_masks[k][i] for i, k in enumerate(scores.argmax(axis=0))]
    rows = [
        row(half, method, masks, examples)
        for half in HALVES
        for method, masks in found.items()
        if any(example.half == half for example in examples)
    ]
    return [{**one, "ours_s_per_image": round(ours_s / len(examples), 4)} for one in rows]


def segment(example: Example, values: dict[str, str]) -> NDArray[np.bool_]:
    """Return the vessels that our method finds, without the catheter."""
    table = load_label_table(settings().labels)
    height, width = example.image.shape
    timing = Timing(frame_times_ms=(0.0,), source="", frames_per_second=None)
    header = RunHeader("", "", "", "", "XA", 1, height, width, None, timing, CArm(), ())
    label_map = find_algorithm("vesselness").segment(Cine(header, example.image[np.newaxis]), values, table)
    return np.asarray(label_map[0] == table.by_name("vessel").index)


def sato_response(image: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the Sato filter of an image after contrast-limited local equalisation."""
    grey = cv2.createCLAHE(2.0, (8, 8)).apply((image * 255).astype(np.uint8))
    return np.asarray(sato(grey / 255.0, sigmas=SIGMAS, black_ridges=True))


def dice(mask: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Return the overlap of two masks; 1 where both are empty."""
    total = int(mask.sum()) + int(truth.sum())
    return 2.0 * int((mask & truth).sum()) / total if total else 1.0


def row(
    half: str, method: str, masks: Sequence[NDArray[np.bool_]], examples: Sequence[Example]
) -> dict[str, Any]:
    """Return the figures of one method on one half."""
    pairs = [(m, e.truth) for m, e in zip(masks, examples, strict=True) if e.half == half]
    overlap = [dice(mask, truth) for mask, truth in pairs]
    hits = [int((mask & truth).sum()) for mask, truth in pairs]
    precision = [hit / max(int(mask.sum()), 1) for hit, (mask, _) in zip(hits, pairs, strict=True)]
    recall = [hit / max(int(truth.sum()), 1) for hit, (_, truth) in zip(hits, pairs, strict=True)]
    area = [int(mask.sum()) / max(int(truth.sum()), 1) for mask, truth in pairs]
    return {
        "half": half,
        "images": len(pairs),
        "method": method,
        "dice": round(float(np.mean(overlap)), 4),
        "dice_median": round(float(np.median(overlap)), 4),
        "precision": round(float(np.mean(precision)), 4),
        "recall": round(float(np.mean(recall)), 4),
        "area_ratio": round(float(np.median(area)), 3),
    }


if __name__ == "__main__":
    main()
