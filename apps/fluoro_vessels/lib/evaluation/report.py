"""The figures of an evaluation, as JSON has them and as people read them."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.evaluation.evaluate import Evaluation, ScoredFrame
from lib.evaluation.intervals import Resamples, clusters

LOW_PERCENT: Final = 5.0
N_WORST: Final = 10
DIGITS: Final = 4

MEANS: Final[dict[str, Callable[[ScoredFrame], float]]] = {
    "dice_mean": lambda frame: frame.score.overlap.dice,
    "cldice_mean": lambda frame: frame.score.cldice,
    "precision_mean": lambda frame: frame.score.overlap.precision,
    "recall_mean": lambda frame: frame.score.overlap.recall,
    "precision_unpruned_mean": lambda frame: frame.unpruned.precision,
    "recall_unpruned_mean": lambda frame: frame.unpruned.recall,
    "hd95_mean_px": lambda frame: frame.score.hd95_px,
    "surface_dice_2px_mean": lambda frame: frame.score.surface_dice_2px,
}
"""Key of each mean, and what it is the mean of."""

PERCENTILES: Final = {"dice_median": 50.0, "dice_p05": LOW_PERCENT}


def summary(evaluation: Evaluation) -> dict[str, Any]:
    """Return all figures in JSON types; intervals hold 95 % and end in `_ci`.

    With no frame at all the figures are None.
    """
    frames = evaluation.frames
    empty = [frame.score.is_empty for frame in frames]
    return {
        "n": len(frames),
        "n_empty": sum(empty),
        "n_subjects": len({frame.subject for frame in frames}),
        **(_figures(frames) if frames else dict.fromkeys((*MEANS, *PERCENTILES))),
        **_devices(frames),
        **_groups(frames),
        "ms_per_frame": round(evaluation.ms_per_frame, 2),
        "worst": [
            {"name": frame.name, "dice": round(frame.score.overlap.dice, DIGITS)}
            for frame in by_dice(frames)[:N_WORST]
        ],
        "failed": [{"name": failure.name, "reason": failure.reason} for failure in evaluation.failures],
    }


def by_dice(frames: Sequence[ScoredFrame]) -> list[ScoredFrame]:
    """Return frames, the worst first; those that are alike by name."""
    return sorted(frames, key=lambda frame: (frame.score.overlap.dice, frame.name))


def _figures(frames: Sequence[ScoredFrame]) -> dict[str, Any]:
    resamples = Resamples(clusters(frames))
    figures: dict[str, Any] = {}
    for key, read in MEANS.items():
        values = _values(frames, read)
        figures[key] = round(float(values.mean()), DIGITS)
        figures[interval_key(key)] = _rounded(resamples.of_mean(values))
    dice = _values(frames, MEANS["dice_mean"])
    for key, percent in PERCENTILES.items():
        figures[key] = round(float(np.percentile(dice, percent)), DIGITS)
        figures[interval_key(key)] = _rounded(resamples.of_percentile(dice, percent))
    filled = [value for value, frame in zip(dice, frames, strict=True) if not frame.score.is_empty]
    figures["dice_filled_mean"] = round(float(np.mean(filled)), DIGITS) if filled else None
    return figures


def interval_key(key: str) -> str:
    """Return the key of a figure's interval: dice_mean has dice_ci, dice_p05 has dice_p05_ci."""
    return key.replace("_mean", "") + "_ci"


def _devices(frames: Sequence[ScoredFrame]) -> dict[str, Any]:
    """Return the figure of catheters, guidewires, implants, where any truth speaks of them."""
    known = [frame.device_dice for frame in frames if frame.device_dice is not None]
    return {"device_dice_mean": round(float(np.mean(known)), DIGITS), "n_device": len(known)} if known else {}


def _groups(frames: Sequence[ScoredFrame]) -> dict[str, Any]:
    """Return a few figures of each kind of case, where the cases say of which kind they are."""
    names = sorted({frame.group for frame in frames if frame.group})
    of_kind = {name: [frame for frame in frames if frame.group == name] for name in names}
    return {"groups": {name: _short(some) for name, some in of_kind.items()}} if names else {}


def _short(frames: Sequence[ScoredFrame]) -> dict[str, Any]:
    means = {
        key: round(float(_values(frames, MEANS[key]).mean()), DIGITS) for key in ("dice_mean", "cldice_mean")
    }
    return {
        "n": len(frames),
        "n_empty": sum(frame.score.is_empty for frame in frames),
        **means,
        **_devices(frames),
    }


def _values(frames: Sequence[ScoredFrame], read: Callable[[ScoredFrame], float]) -> NDArray[np.float64]:
    return np.array([read(frame) for frame in frames], np.float64)


def _rounded(interval: tuple[float, float]) -> list[float]:
    return [round(limit, DIGITS) for limit in interval]
