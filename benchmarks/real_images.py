"""How well vessels are found on real coronary angiograms, against Frangi and Sato filters, in the same run.

The images are single frames of the left coronary artery with masks of the main branches only. So every
method has two rows: all that it finds, whose recall should be high and whose precision suffers from every
side branch; and what the rule of `--prune main` keeps of that. Subjects are split in two halves by a hash
of their name: parameters were chosen on half A; half B is held out. `./fluoro evaluate` gives more figures
of one method.

Peers, skimage's Frangi and Sato filters after local contrast equalisation, each with the one of seven cuts
that is best on all images, with and without pruning; and Sato with the best cut for each image, which
nobody can know without the truth.
"""

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.filters import frangi, sato

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.errors import FluoroError  # noqa: E402
from lib.evaluation.cases import VESSEL, mask_of  # noqa: E402
from lib.evaluation.image_pairs import ImagePair, image_pairs  # noqa: E402
from lib.evaluation.metrics import Overlap, overlap_of  # noqa: E402
from lib.frames.cine import Cine  # noqa: E402
from lib.infers.algorithm import Algorithm  # noqa: E402
from lib.infers.catalogue import find_algorithms  # noqa: E402
from lib.labels import LabelTable, load_label_table  # noqa: E402
from lib.ridges.main_branches import main_branches  # noqa: E402
from lib.settings import settings  # noqa: E402

SHARED: Final = ROOT.parent / "shared" / "data"
FOLDER: Final = "ica_main_branches"
OURS: Final = ("network", "vesselness")
SIGMAS: Final = (2, 3, 4, 5, 6)
CUTS: Final = (0.80, 0.84, 0.88, 0.90, 0.92, 0.94, 0.96)
"""Share of the pixels that a filter leaves out."""

HALVES: Final = {"A": "A (parameters chosen on it)", "B": "B (held out)"}
PRUNED: Final = {"none": "", "main": ", main branches"}

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Score:
    """One mask on one image: what counts of it, all of it, and its area as a share of the truth's."""

    overlap: Overlap
    unpruned: Overlap
    area: float


Scores = dict[tuple[str, float, str], list[Score]]
"""By method, cut (0 where there is none) and pruning: a score for each image."""


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How well vessels are found on real images.")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder that holds ica_main_branches")
    parser.add_argument("--half", choices=list(HALVES), help="look at one half only")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth image only")
    parser.add_argument("--no-peers", action="store_true", help="leave out the filters, which are slow")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="[METHOD.]NAME=VALUE",
        help="a parameter of ours; of vesselness where no method is named",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    pairs = load(arguments.data / FOLDER, arguments.half)[:: arguments.every]
    if not pairs:
        skip(f"there is no image with a mask in {arguments.data / FOLDER}", arguments.json)
        return
    rows = measure(pairs, parameters(arguments.set), with_peers=not arguments.no_peers)
    if arguments.json:
        print(json.dumps({"benchmark": "real_images", "images": len(pairs), "rows": rows}))
        return
    print_table(rows)


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a line for each row."""
    head = f"{'half':<28}{'images':>7}  {'method':<46}{'Dice':>6}{'median':>8}{'prec.':>7}{'recall':>7}"
    print(f"{head}{'area':>6}   {'unpruned prec. recall':>21}")
    for row in rows:
        print(
            f"{HALVES[row['half']]:<28}{row['images']:>7}  {row['method']:<46}{row['dice']:>6.3f}"
            f"{row['dice_median']:>8.3f}{row['precision']:>7.3f}{row['recall']:>7.3f}{row['area_ratio']:>6.2f}"
            f"{row['precision_unpruned']:>17.3f}{row['recall_unpruned']:>7.3f}"
        )


def skip(reason: str, as_json: bool) -> None:
    """Say why nothing was measured."""
    print(json.dumps({"benchmark": "real_images", "skipped": reason}) if as_json else f"skipped: {reason}")


def load(folder: Path, half: str | None) -> list[ImagePair]:
    """Return the images of one half, or of both."""
    pairs = image_pairs(folder, sorted(folder.glob("*.png")))
    return [pair for pair in pairs if half in (None, half_of(pair.name))]


def half_of(name: str) -> str:
    """Return the half of an image; all images of a subject are in the same one."""
    match = re.match(r"[BS]?\d+", name)
    subject = match[0] if match else name
    return "AB"[hashlib.sha256(subject.encode()).digest()[0] % 2]


def parameters(assignments: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read [METHOD.]NAME=VALUE; the parameters of each method by name."""
    values: dict[str, dict[str, str]] = {method: {} for method in OURS}
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        method, dot, parameter = name.partition(".")
        values[method if dot else "vesselness"][parameter if dot else name] = value
    return values


def measure(
    pairs: Sequence[ImagePair], values: Mapping[str, Mapping[str, str]], *, with_peers: bool
) -> list[dict[str, Any]]:
    """Return a row for each half, method and pruning."""
    table = load_label_table(settings().labels)
    first = pairs[0].open(table)[0]
    ours = {name: method for name, method in find_algorithms().items() if name in OURS}
    ours = {name: method for name, method in ours.items() if is_ready(method, first, values[name], table)}
    scores: Scores = {}
    seconds = dict.fromkeys(ours, 0.0)
    for pair in pairs:
        cine, truth = pair.open(table)
        for name in sorted(ours):
            start = time.perf_counter()
            label_map = ours[name].segment(cine, values[name], table)
            seconds[name] += time.perf_counter() - start
            note(scores, f"ours: {name}", 0.0, mask_of(label_map[0], table, (VESSEL,)), truth.vessel[0])
        if with_peers:
            note_filters(scores, cine.frames[0], truth.vessel[0])
    halves = [half_of(pair.name) for pair in pairs]
    timing = {f"{name}_s_per_image": round(total / len(pairs), 4) for name, total in seconds.items()}
    return [{**row, **timing} for row in rows_of(scores, halves)]


def is_ready(method: Algorithm, cine: Cine, values: Mapping[str, str], table: LabelTable) -> bool:
    """Say whether a method works here: a network needs its weights. It also warms up."""
    try:
        method.segment(cine, values, table)
    except FluoroError as error:
        print(f"left out {method.name}: {error}", file=sys.stderr)
        return False
    return True


def note(scores: Scores, method: str, cut: float, mask: Mask, truth: Mask) -> None:
    """Add the scores of a mask, whole and pruned."""
    unpruned = overlap_of(mask, truth)
    for pruning in PRUNED:
        result = main_branches(mask) if pruning == "main" else mask
        area = int(result.sum()) / max(int(truth.sum()), 1)
        score = Score(overlap_of(result, truth), unpruned, area)
        scores.setdefault((method, cut, pruning), []).append(score)


def note_filters(scores: Scores, image: NDArray[np.float32], truth: Mask) -> None:
    """Add the scores of both filters at all cuts, after contrast-limited local equalisation."""
    grey = cv2.createCLAHE(2.0, (8, 8)).apply((image * 255).astype(np.uint8)) / 255.0
    filters: dict[str, Callable[..., Any]] = {"Frangi": frangi, "Sato": sato}
    for name, respond in filters.items():
        response = respond(grey, sigmas=SIGMAS, black_ridges=True)
        for cut, limit in zip(CUTS, np.quantile(response, CUTS), strict=True):
            note(scores, name, cut, np.asarray(response > limit, bool), truth)


def rows_of(scores: Scores, halves: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of all methods, each filter with its best cut."""
    found: dict[str, Sequence[Score]] = {}
    for method in dict.fromkeys(method for method, _, _ in scores):
        for pruning, remark in PRUNED.items():
            by_cut = {
                cut: some for (one, cut, kept), some in scores.items() if (one, kept) == (method, pruning)
            }
            best = max(by_cut, key=lambda cut: mean_dice(by_cut[cut]))
            found[f"{method}{f', best cut for all ({best:.2f})' if best else ''}{remark}"] = by_cut[best]
            if method == "Sato":
                each = [
                    max(some, key=lambda one: one.overlap.dice) for some in zip(*by_cut.values(), strict=True)
                ]
                found[f"Sato, best of {len(CUTS)} cuts per image{remark}"] = each
    return [
        row(half, method, [one for one, its in zip(some, halves, strict=True) if its == half])
        for half in HALVES
        if half in halves
        for method, some in found.items()
    ]


def mean_dice(scores: Sequence[Score]) -> float:
    """Return the mean Dice of what counts."""
    return float(np.mean([score.overlap.dice for score in scores]))


def row(half: str, method: str, scores: Sequence[Score]) -> dict[str, Any]:
    """Return the figures of one method on one half."""
    mean = {
        "dice": mean_dice(scores),
        "dice_median": np.median([score.overlap.dice for score in scores]),
        "precision": np.mean([score.overlap.precision for score in scores]),
        "recall": np.mean([score.overlap.recall for score in scores]),
        "precision_unpruned": np.mean([score.unpruned.precision for score in scores]),
        "recall_unpruned": np.mean([score.unpruned.recall for score in scores]),
        "area_ratio": np.median([score.area for score in scores]),
    }
    rounded = {key: round(float(value), 4) for key, value in mean.items()}
    return {"half": half, "images": len(scores), "method": method, **rounded}


if __name__ == "__main__":
    main()
