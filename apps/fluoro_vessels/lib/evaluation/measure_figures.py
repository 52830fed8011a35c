"""Bias, spread, slope and limits of agreement of measured values against true ones.

Paper:
    Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8 (limits of agreement).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.evaluation.measure_lesions import ScoredLesion
from lib.evaluation.measure_points import Points

Values = NDArray[np.float64]

DIGITS: Final = 4
LIMITS: Final = 1.96
FEWEST: Final = 3
BINS_MM: Final = ((0.5, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 5.0))


def rounded(value: float) -> float:
    """Return a figure as reports hold it."""
    return round(float(value), DIGITS)


def agreement(name: str, found: Values, true: Values) -> dict[str, Any]:
    """Return bias, SD, slope, correlation and 95 % limits of agreement; None with fewer than three values."""
    keys = [f"{name}_{figure}" for figure in ("bias_mm", "sd_mm", "slope", "r", "limits_mm")]
    if len(found) < FEWEST or np.ptp(true) == 0:
        return dict.fromkeys(keys)
    error = found - true
    bias, spread = float(error.mean()), float(error.std(ddof=1))
    slope = float(np.cov(found, true)[0, 1] / true.var(ddof=1))
    correlation = float(np.corrcoef(found, true)[0, 1])
    limits = [rounded(bias - LIMITS * spread), rounded(bias + LIMITS * spread)]
    return dict(zip(keys, [*map(rounded, (bias, spread, slope, correlation)), limits], strict=True))


def point_figures(points: Points) -> dict[str, Any]:
    """Return the figures of diameters: of free points that were measured, and what was left out.

    Returns:
        `n`, `diameter_*`, `diameter_header_*` (with the header's pixel size), `diameter_overlap_*` (where
        other things lie), `baseline_diameter_*` (twice the distance to the mask's border, at the same
        points), `measured_share` of the free points, and `diameter_by_size`.
    """
    free = points.where(points.is_free)
    used = free.where(free.is_measured)
    over = points.where(~points.is_free & points.is_measured)
    return {
        "n": len(used.true_mm),
        **agreement("diameter", used.found_mm, used.true_mm),
        **agreement("diameter_header", used.header_mm, used.true_mm),
        **agreement("diameter_overlap", over.found_mm, over.true_mm),
        "n_overlap": len(over.true_mm),
        **agreement("baseline_diameter", used.plain_mm, used.true_mm),
        "measured_share": rounded(free.is_measured.mean()) if len(free.true_mm) else None,
        "diameter_by_size": {f"{low:g}-{high:g}": _between(used, low, high) for low, high in BINS_MM},
    }


def _between(points: Points, low: float, high: float) -> dict[str, Any]:
    some = points.where((points.true_mm >= low) & (points.true_mm < high))
    figures = agreement("diameter", some.found_mm, some.true_mm)
    return {
        "n": len(some.true_mm),
        "bias_mm": figures["diameter_bias_mm"],
        "sd_mm": figures["diameter_sd_mm"],
    }


def lesion_figures(lesions: Sequence[ScoredLesion], n_refused: int) -> dict[str, Any]:
    """Return `n_lesions`, `n_lesions_refused`, `mld_*`, `ds_*` in points of %, and `length_mae_mm`."""
    columns = {name: np.array([getattr(one, name) for one in lesions]) for name in _NAMES}
    mld = agreement("mld", columns["mld_mm"], columns["true_mld_mm"])
    figures = dict.fromkeys(("ds_mae_percent", "ds_bias_percent", "baseline_ds_mae_percent", "length_mae_mm"))
    if lesions:
        lost = columns["percent"] - columns["true_percent"]
        plain = columns["plain_percent"] - columns["true_percent"]
        length = columns["length_mm"] - columns["true_length_mm"]
        values = (np.abs(lost).mean(), lost.mean(), np.abs(plain).mean(), np.abs(length).mean())
        figures = dict(zip(figures, map(rounded, values), strict=True))
    return {"n_lesions": len(lesions), "n_lesions_refused": n_refused, **mld, **figures}


_NAMES: Final = tuple(ScoredLesion.__dataclass_fields__)
