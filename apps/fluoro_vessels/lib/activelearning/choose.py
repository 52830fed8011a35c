"""Which runs of a pool are worth labelling next.

All strategies but `first` and `random` weigh the runs: the logarithm of the weight plus Gumbel noise, and the
largest wins. Noise of scale 1 draws each run with a chance in proportion to its weight (k-means++ where that
is a squared distance). It shrinks with each labelled run, until the heaviest run is taken (k-center): early,
a model that knows the site little is trusted little.

Paper:
    Lüth et al. 2026 (ClaSP PE), doi 10.48550/arXiv.2601.13677: entropy by class, and noise that decays.
    Lüth et al. 2025 (nnActive), doi 10.48550/arXiv.2511.19183: random that knows the foreground.
    Kirsch et al. 2021, doi 10.48550/arXiv.2106.12059: Gumbel noise on the logarithm of a score.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.activelearning.coverage import Coverage
from lib.activelearning.run_score import RunScore
from lib.errors import UnknownStrategyError

__all__ = ["DEFAULT", "STRATEGIES", "RunScore", "choose"]

LEAST_FOREGROUND: Final = 0.002
"""Share of the picture; where the model sees less vessel there is little to label."""

FOREGROUND_CHANCE: Final = 2 / 3
"""How often `random` asks for a run with vessels in it."""

TRUST_RUNS: Final = 20
"""After so many labelled runs the noise is half of what it was at first."""

UNCERTAINTY_POWER: Final = 2
"""Of the uncertainty in `mixed`: a squared distance stands beside its square."""

MOST_COMPARED: Final = 500
"""Runs whose distance to the labelled ones is looked at; of more, so many are drawn by their worth."""


def choose(
    pool: Sequence[RunScore], labelled: Sequence[RunScore], n: int, strategy: str, seed: int
) -> list[str]:
    """Return the image ids of up to `n` runs, the one to label first at the front.

    Args:
        pool: Runs to choose from; for `first` in their order.
        labelled: Runs that are labelled already, oldest first.
        n: How many.
        strategy: One of STRATEGIES.
        seed: Of the randomness; the same one chooses the same runs.

    Raises:
        UnknownStrategyError: There is no such strategy.
    """
    if strategy == "first":
        return [run.image_id for run in pool[:n]]
    if strategy == "random":
        return _at_random(pool, n, random.Random(seed))
    if strategy not in _WORTH:
        raise UnknownStrategyError(strategy, STRATEGIES)
    draw = _Draw(np.random.default_rng(seed), len(labelled))
    worth = _WORTH[strategy](pool)
    if strategy not in _SPREAD:
        return [pool[number].image_id for number in draw.heaviest(worth, n)]
    near = draw.heaviest(worth, MOST_COMPARED) if len(pool) > MOST_COMPARED else range(len(pool))
    return _spread([pool[number] for number in near], labelled, n, worth[list(near)], draw)


def _at_random(pool: Sequence[RunScore], n: int, generator: random.Random) -> list[str]:
    """Draw runs; two of three times only from those in which the model sees vessels."""
    left = list(pool)
    generator.shuffle(left)
    chosen: list[str] = []
    while left and len(chosen) < n:
        wants_vessels = generator.random() < FOREGROUND_CHANCE
        numbers = (k for k, run in enumerate(left) if not wants_vessels or _has_vessels(run))
        chosen.append(left.pop(next(numbers, 0)).image_id)
    return chosen


def _has_vessels(run: RunScore) -> bool:
    return run.foreground >= LEAST_FOREGROUND


@dataclass
class _Draw:
    """Draws by weight, with less chance in it for each run that is labelled."""

    generator: np.random.Generator
    n_labelled: int

    def noisy(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the runs are compared by."""
        noise = self.generator.gumbel(size=len(weights)) / (1 + self.n_labelled / TRUST_RUNS)
        return np.asarray(np.log(np.maximum(weights, 1e-12)) + noise, np.float64)

    def heaviest(self, weights: NDArray[np.float64], n: int) -> list[int]:
        """Return the numbers of up to n runs, the winner first."""
        return [int(number) for number in np.argsort(-self.noisy(weights), kind="stable")[:n]]


def _spread(
    pool: Sequence[RunScore],
    labelled: Sequence[RunScore],
    n: int,
    worth: NDArray[np.float64],
    draw: _Draw,
) -> list[str]:
    """Draw runs one by one, each by its worth and by how new it is beside those before it."""
    coverage = Coverage(pool, labelled)
    is_left = np.ones(len(pool), bool)
    chosen: list[str] = []
    while len(chosen) < min(n, len(pool)):
        compared = np.where(is_left, draw.noisy(worth * coverage.newness()), -np.inf)
        number = int(np.argmax(compared))
        is_left[number] = False
        coverage.cover(number)
        draw.n_labelled += 1
        chosen.append(pool[number].image_id)
    return chosen


def _uncertain(pool: Sequence[RunScore]) -> NDArray[np.float64]:
    return np.array([run.uncertainty for run in pool], np.float64)


def _full(pool: Sequence[RunScore]) -> NDArray[np.float64]:
    """Return 1 for runs with vessels and less for others: a run without any is new, but little to label."""
    foreground = np.array([run.foreground for run in pool], np.float64)
    return np.asarray(np.clip(foreground / LEAST_FOREGROUND, 0.05, 1.0), np.float64)


def _uncertain_and_full(pool: Sequence[RunScore]) -> NDArray[np.float64]:
    return _full(pool) * _uncertain(pool) ** UNCERTAINTY_POWER


_WORTH: Final[Mapping[str, Callable[[Sequence[RunScore]], NDArray[np.float64]]]] = {
    "mixed": _uncertain_and_full,
    "uncertainty": _uncertain,
    "diverse": _full,
}
_SPREAD: Final = ("mixed", "diverse")
"""Strategies that also ask how new a run is."""

STRATEGIES: Final = (*_WORTH, "random", "first")
"""Their names; the first one is the usual one."""

DEFAULT: Final = STRATEGIES[0]
