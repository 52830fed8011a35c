"""How much a fine-tuning on the labels of a few subjects gains, and what it forgets.

DIR holds NAME_image.png and NAME_mask.png; a subject is the number that a name begins with. One subject in
three, by a hash, is for testing and nothing else. Of the others a strategy of active learning chooses some,
and the shipped weights are fine-tuned on all images of these, as the server does it. Dice is that of the
automatic task with its own parameters. What is forgotten shows on simulated runs that nobody trained with.

A fine-tuning that was stopped goes on; one that ended is not done again: both lie in --out.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT), str(ROOT / "benchmarks")]

from _label_efficiency import Bench, Fitted, Scores  # noqa: E402

from lib.settings import settings  # noqa: E402
from lib.trainers.fine_tune import FineTuneRecipe  # noqa: E402

ALL: Final = "all"
STRATEGIES: Final = ("mixed", "uncertainty", "diverse", "random", "first")


def main() -> None:
    """Measure and print a table, or one JSON object."""
    arguments = _arguments()
    recipe = FineTuneRecipe.model_validate(dict(pair.split("=", 1) for pair in arguments.set))
    bench = Bench(arguments.data, arguments.out or settings().data / "label-efficiency", recipe)
    if not bench.test or not bench.pool:
        print(
            json.dumps({"benchmark": "label_efficiency", "skipped": f"too few subjects in {arguments.data}"})
        )
        return
    fits = list(_fits(bench, arguments))
    result = {"benchmark": "label_efficiency", **bench.sizes(), **_summary(bench.before(), fits)}
    print(json.dumps(result) if arguments.json else _table(bench.before(), fits))


def _fits(bench: Bench, arguments: argparse.Namespace) -> Iterator[Fitted]:
    """Yield every fine-tuning that was asked for, and each training from scratch after its own."""
    for wanted in arguments.subjects:
        n_subjects = len(bench.pool) if wanted == ALL else int(wanted)
        for seed in range(arguments.seeds):
            for strategy in arguments.strategy:
                yield bench.fit(n_subjects, seed, strategy)
                if arguments.scratch:
                    yield bench.fit(n_subjects, seed, strategy, is_scratch=True)


def _summary(before: Scores, fits: Sequence[Fitted]) -> dict[str, Any]:
    """Return the means over all fine-tunings, and each of them."""
    tuned = [fit for fit in fits if not fit.is_scratch]
    scratch = [fit.scores.dice for fit in fits if fit.is_scratch]
    summary = {
        "dice_before": before.dice,
        "dice_after": _mean([fit.scores.dice for fit in tuned]),
        "phantom_before": before.phantom_dice,
        "phantom_drop": _mean([before.phantom_dice - fit.scores.phantom_dice for fit in tuned]),
        "minutes": _mean([fit.minutes for fit in tuned]),
        "runs": [asdict(fit) for fit in fits],
    }
    return summary | ({"dice_scratch": _mean(scratch)} if scratch else {})


def _table(before: Scores, fits: Sequence[Fitted]) -> str:
    """Return a line for each fine-tuning."""
    lines = [
        f"{'subjects':>8} {'seed':>5}  {'strategy':<14}{'Dice':>7}  {'95 %':<16}{'simulated':>10}{'min':>7}"
    ]
    lines.append(
        f"{0:>8} {'':>5}  {'before':<14}{before.dice:>7.3f}  {_span(before):<16}{before.phantom_dice:>10.3f}"
    )
    for fit in fits:
        name = f"{fit.strategy}{' (scratch)' if fit.is_scratch else ''}"
        lines.append(
            f"{fit.n_subjects:>8} {fit.seed:>5}  {name:<14}{fit.scores.dice:>7.3f}  {_span(fit.scores):<16}"
            f"{fit.scores.phantom_dice:>10.3f}{fit.minutes:>7.1f}"
        )
    return "\n".join(lines)


def _span(scores: Scores) -> str:
    return f"[{scores.low:.3f}, {scores.high:.3f}]"


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a fine-tuning on few subjects gains.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "ica_main_branches")
    parser.add_argument("--subjects", type=lambda text: text.split(","), default=["20"], metavar="N[,N,all]")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--strategy", type=_strategies, default=["mixed"], metavar="NAME[,NAME]")
    parser.add_argument("--scratch", action="store_true", help="also train without the shipped weights")
    parser.add_argument("--out", type=Path, help="keeps what was measured; in the data folder without it")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="of the recipe")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args()


def _strategies(text: str) -> list[str]:
    names = text.split(",")
    if not set(names) <= set(STRATEGIES):
        raise argparse.ArgumentTypeError(f"there are {', '.join(STRATEGIES)}")
    return names


if __name__ == "__main__":
    main()
