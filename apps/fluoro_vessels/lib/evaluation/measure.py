"""Scores measurement on runs of the phantom: diameters, stenoses, scale, beside the plain method.

Diameters are compared in the vessel's own plane, so that they tell how well walls are found; what the scale
of a header adds is given by itself, as is the scale by a catheter. Of each run the fullest frame is measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import NothingToScoreError
from lib.evaluation.cases import VESSEL, Case, mask_of
from lib.evaluation.each_case import Failure, score_each
from lib.evaluation.evaluate import Method
from lib.evaluation.folder import find_cases
from lib.evaluation.measure_calibration import calibration_errors
from lib.evaluation.measure_figures import lesion_figures, point_figures, rounded
from lib.evaluation.measure_lesions import ScoredLesion, scored_lesions
from lib.evaluation.measure_points import Points, compared, frame_look
from lib.evaluation.measure_truth import TrueRun
from lib.evaluation.phantom_truth import PhantomCase
from lib.frames.cine import Cine
from lib.measure.scale import scale_of

FIELD_RANGE: Final = 1e-3


@dataclass(frozen=True)
class MeasuredRun:
    """What one run gives: by masks of the method, and by the true ones."""

    points: Points
    lesions: tuple[ScoredLesion, ...]
    n_refused: int


@dataclass(frozen=True)
class ScoredRun:
    """One run."""

    group: str
    found: MeasuredRun
    ideal: MeasuredRun
    calibration: tuple[float, ...]
    n_uncalibrated: int


def evaluate_measure(
    folder: Path, method: Method, on_case: Callable[[], None] | None = None
) -> dict[str, Any]:
    """Return the figures of all runs of the phantom in a folder, in JSON types.

    Args:
        folder: Runs of the phantom with their truth.
        method: Gives the masks.
        on_case: Called after each run.

    Returns:
        Keys of `point_figures` and `lesion_figures`, `calibration_error_percent` (mean of the absolute
        errors), `true_masks` with the same by true masks, `groups`, and `failed` (name, reason).

    Raises:
        NothingToScoreError: The folder has no run of the phantom.
    """
    cases = [case for case in find_cases(folder) if isinstance(case, PhantomCase)]
    if not cases:
        raise NothingToScoreError(str(folder))
    runs, failures = score_each(cases, lambda case: _scored(case, method), on_case)
    return _figures(runs, failures)


def _scored(case: Case, method: Method) -> ScoredRun:
    if not isinstance(case, PhantomCase):
        raise NothingToScoreError(case.name)
    cine, seen = case.open(method.table)
    truth = TrueRun(case.run, len(cine.frames))
    fullest = int(seen.vessel.sum(axis=(1, 2)).argmax())
    found = mask_of(_labels_at(cine, fullest, method), method.table, (VESSEL,))
    header = scale_of(cine.header.spacing, cine.header.carm)
    errors, n_uncalibrated = calibration_errors(cine.frames[0], _field(cine), truth.at(0), header)
    return ScoredRun(
        truth.group,
        _measured(cine, found, truth, fullest),
        _measured(cine, seen.vessel[fullest], truth, fullest),
        tuple(errors),
        n_uncalibrated,
    )


def _field(cine: Cine) -> NDArray[np.bool_]:
    """Return (H, W), where the run shows anything."""
    some = cine.frames[:: max(len(cine.frames) // 8, 1)]
    return np.asarray(some.max(axis=0) - some.min(axis=0) > FIELD_RANGE)


def _labels_at(cine: Cine, t: int, method: Method) -> NDArray[np.uint8]:
    """Return (H, W) labels of one frame; a method that cannot do one by itself segments them all."""
    if method.segment_frame is not None:
        return method.segment_frame(cine, t)
    return np.asarray(method.segment(cine)[t])


def _measured(cine: Cine, mask: NDArray[np.bool_], truth: TrueRun, t: int) -> MeasuredRun:
    frame = cine.frames[t]
    look = frame_look(frame, mask)
    if look is None:
        return MeasuredRun(Points.none(), (), 0)
    true = truth.at(t)
    points = compared(frame, mask, true, look, 1 / truth.scenario.view.pixels_per_mm)
    lesions, n_refused = scored_lesions(frame, mask, true, look)
    return MeasuredRun(Points.joined([Points.none(), *points]), tuple(lesions), n_refused)


def _figures(runs: Sequence[ScoredRun], failures: Sequence[Failure]) -> dict[str, Any]:
    calibration = np.array([error for run in runs for error in run.calibration])
    groups = sorted({run.group for run in runs})
    return {
        **_of([run.found for run in runs]),
        "calibration_error_percent": rounded(np.abs(calibration).mean()) if len(calibration) else None,
        "calibration_worst_percent": rounded(np.abs(calibration).max()) if len(calibration) else None,
        "n_calibrations": len(calibration),
        "n_calibrations_refused": sum(run.n_uncalibrated for run in runs),
        "true_masks": _of([run.ideal for run in runs]),
        "groups": {group: _of([run.found for run in runs if run.group == group]) for group in groups},
        "n_runs": len(runs),
        "failed": [{"name": failure.name, "reason": failure.reason} for failure in failures],
    }


def _of(runs: Sequence[MeasuredRun]) -> dict[str, Any]:
    points = Points.joined([Points.none(), *(run.points for run in runs)])
    lesions = [lesion for run in runs for lesion in run.lesions]
    return {**point_figures(points), **lesion_figures(lesions, sum(run.n_refused for run in runs))}
