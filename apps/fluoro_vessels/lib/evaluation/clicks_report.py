"""The figures of an evaluation of clicks, as JSON has them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.evaluation.clicks import ClickEvaluation, Session
from lib.evaluation.intervals import Resamples, clusters
from lib.evaluation.report import DIGITS, N_WORST, interval_key

Values = NDArray[np.float64]
"""(n,), one number for each session or click."""

THRESHOLDS: Final = (0.70, 0.80, 0.85)
"""Intersection over union that a person may be content with."""

KEYS: Final = ("iou_at", "dice_at", "surface_dice_2px_at", "noc", "failures", "worse_share")
TIMES: Final = {"click_ms_p50": 50.0, "click_ms_p95": 95.0}


def clicks_summary(evaluation: ClickEvaluation) -> dict[str, Any]:
    """Return all figures in JSON types; intervals hold 95 % and end in `_ci`.

    With no session at all the figures are None.
    """
    sessions = evaluation.sessions
    return {
        "n": len(sessions),
        "n_empty": evaluation.n_empty,
        "n_subjects": len({session.subject for session in sessions}),
        **(_figures(sessions, evaluation.reported) if sessions else dict.fromkeys(KEYS)),
        **_times(sessions),
        "worst": [
            {"name": session.name, "iou": round(session.iou[-1], DIGITS)}
            for session in sorted(sessions, key=lambda one: (one.iou[-1], one.name))[:N_WORST]
        ],
        "failed": [{"name": failure.name, "reason": failure.reason} for failure in evaluation.failures],
    }


def _figures(sessions: Sequence[Session], reported: Sequence[int]) -> dict[str, Any]:
    """Return what the masks say, each figure with its interval."""
    iou = np.array([[session.iou[n] for n in reported] for session in sessions])
    surface_dice = np.array([session.surface_dice for session in sessions])
    resamples = Resamples(clusters(sessions))
    return {
        **_by_clicks("iou_at", iou, reported, resamples),
        **_by_clicks("dice_at", 2 * iou / (1 + iou), reported, resamples),
        **_by_clicks("surface_dice_2px_at", surface_dice, reported, resamples),
        **_noc(sessions, resamples),
        **_worse(sessions),
    }


def _by_clicks(
    key: str, values: NDArray[np.float64], reported: Sequence[int], resamples: Resamples
) -> dict[str, Any]:
    """Return the means of (n, m) values, a row for each session and a column for each number of clicks."""
    return _means(key, {str(n): column for n, column in zip(reported, values.T, strict=True)}, resamples)


def _noc(sessions: Sequence[Session], resamples: Resamples) -> dict[str, Any]:
    """Return how many clicks it takes to reach each threshold, and how often all were not enough.

    A start that is good enough takes none; a session that never gets there counts as all its clicks.
    """
    iou = np.array([session.iou for session in sessions])
    reached = {f"{threshold:.2f}": iou >= threshold for threshold in THRESHOLDS}
    n_most = iou.shape[1] - 1
    n_clicks = {
        key: np.where(is_there.any(axis=1), is_there.argmax(axis=1), n_most).astype(np.float64)
        for key, is_there in reached.items()
    }
    failures = {key: int(np.count_nonzero(~is_there.any(axis=1))) for key, is_there in reached.items()}
    return {**_means("noc", n_clicks, resamples), "failures": failures}


def _worse(sessions: Sequence[Session]) -> dict[str, Any]:
    """Return the share of all clicks after which the mask was worse; None where nobody had to click."""
    worse = np.array([is_worse for session in sessions for is_worse in session.worse], np.float64)
    if not len(worse):
        return {"worse_share": None}
    drawn = zip(sessions, clusters(sessions), strict=True)
    of_click = [name for session, name in drawn for _ in session.worse]
    interval = _rounded(Resamples(of_click).of_mean(worse))
    return {"worse_share": round(float(worse.mean()), DIGITS), interval_key("worse_share"): interval}


def _times(sessions: Sequence[Session]) -> dict[str, Any]:
    """Return milliseconds per click from the second on, and of the first one with all that precedes it."""
    later = [ms for session in sessions for ms in session.click_ms[1:]]
    first = [session.opening_ms + session.click_ms[0] for session in sessions if session.click_ms]
    return {
        **{key: _percentile(later, percent) for key, percent in TIMES.items()},
        "first_click_ms_p50": _percentile(first, 50.0),
    }


def _means(key: str, values: Mapping[str, Values], resamples: Resamples) -> dict[str, Any]:
    return {
        key: {name: round(float(some.mean()), DIGITS) for name, some in values.items()},
        interval_key(key): {name: _rounded(resamples.of_mean(some)) for name, some in values.items()},
    }


def _percentile(values: Sequence[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 2) if values else None


def _rounded(interval: tuple[float, float]) -> list[float]:
    return [round(limit, DIGITS) for limit in interval]
