"""How wide a vessel would be where it is diseased: interpolated, or between parts that a person marked."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.errors.measure_values import NoReferenceError, ReferenceSpanError
from lib.measure.diameter import DiameterProfile, Values

LIKE: Final = 0.06
"""Diameters that differ by about this part are those of the same healthy vessel."""

DISEASED: Final = 0.1
"""A place that departs from the reference by more than this part of it is no reference."""

HEALTHY: Final = 0.03
"""Nor are its surroundings, up to where the vessel departs by less than this."""

LEAST_PX: Final = 8.0
"""Length of healthy vessel without which there is no reference."""

NEAR_PX: Final = 25.0
NEAR_SHARE: Final = 0.15
"""The reference follows the vessel's taper over this length, or this part of the line."""

ROUNDS: Final = 3
N_TRIED: Final = 24
"""Places between which straight tapers are tried."""

USUAL_TAPER: Final = 0.008
"""Change of a vessel's width for each pixel of way, a logarithm; steeper ones count less."""

SUREST: Final = 1.05
"""Above the highest confidence: what keeps a point's weight finite."""

PREFER_WIDE: Final = 0.5
"""How much more a taper counts that is twice as wide: a narrow place is more often the diseased one."""


@dataclass(frozen=True)
class Span:
    """A part of a line, in pixels from its beginning."""

    first_px: float
    last_px: float


@dataclass(frozen=True)
class ReferenceSpans:
    """Healthy parts that a person marked: before and behind the lesion; one of them may be missing."""

    proximal: Span | None
    distal: Span | None = None


def reference_line(profile: DiameterProfile, spans: ReferenceSpans | None = None) -> Values:
    """Return (N,) the reference diameter in pixels at every point.

    Without spans it is what most of the vessel has in common: a taper that follows the healthy parts and goes
    straight through the diseased ones.

    Raises:
        NoReferenceError: Too little healthy vessel.
        ReferenceSpanError: A span is no part of the line, or nothing was measured in it.
    """
    if spans is not None and (spans.proximal or spans.distal):
        return _between(profile, [span for span in (spans.proximal, spans.distal) if span is not None])
    reference = _common_taper(profile)
    for _ in range(ROUNDS):
        healthy = healthy_points(profile, reference)
        reference = interpolated(profile, profile.diameter_px, healthy)
    return reference


def healthy_points(profile: DiameterProfile, reference: Values) -> NDArray[np.bool_]:
    """Return (N,) where a vessel was measured and is about as wide as its reference.

    Raises:
        NoReferenceError: That is too little.
    """
    ratio = profile.diameter_px / reference - 1
    healthy = profile.is_measured & (np.abs(ratio) < DISEASED)
    calm = (np.abs(ratio) < HEALTHY) | ~profile.is_measured
    for begin, end in _runs(~healthy & profile.is_measured):
        before = np.flatnonzero(calm[:begin])
        behind = np.flatnonzero(calm[end:])
        first = before[-1] + 1 if len(before) else 0
        last = end + behind[0] if len(behind) else len(ratio)
        healthy[first:last] = False
    step = profile.line.length_px / max(len(ratio) - 1, 1)
    if np.count_nonzero(healthy) * step < LEAST_PX:
        raise NoReferenceError(profile.line.length_px)
    return np.asarray(healthy)


def interpolated(profile: DiameterProfile, values: Values, healthy: NDArray[np.bool_]) -> Values:
    """Return (N,) values of healthy points, followed by short straight pieces that reach over the others."""
    along = profile.along_px
    width = max(NEAR_PX, NEAR_SHARE * profile.line.length_px)
    away = (along[:, None] - along[None, healthy]) / width
    nearest = np.min(np.abs(away), axis=1, keepdims=True)
    weights = np.exp(-0.5 * np.minimum(away**2 - nearest**2, 60.0)) * _counted(profile)[None, healthy]
    known = values[healthy]
    weight = weights.sum(axis=1)
    middle, mean = (weights @ along[healthy]) / weight, (weights @ known) / weight
    off = along[None, healthy] - middle[:, None]
    spread = (weights * off**2).sum(axis=1) + 0.3 * weight * width**2
    slope = (weights * off * (known[None] - mean[:, None])).sum(axis=1) / spread
    line = mean + slope * (along - middle)
    return np.asarray(np.clip(line, 0.7 * known.min(), 1.3 * known.max()))


def _common_taper(profile: DiameterProfile) -> Values:
    """Return (N,) the straight taper that most of the measured points lie on."""
    measured = np.flatnonzero(profile.is_measured)
    if len(measured) < 4:
        raise NoReferenceError(profile.line.length_px)
    along, width = profile.along_px, profile.diameter_px
    tried = measured[np.linspace(0, len(measured) - 1, N_TRIED).round().astype(int)]
    least = 0.3 * float(along[measured[-1]] - along[measured[0]])
    pairs = [(a, b) for a in tried for b in tried if along[b] - along[a] >= max(least, 1e-6)]
    levels = [(width[a], 0.0, along[a]) for a in tried]
    slopes = [(width[a], (width[b] - width[a]) / (along[b] - along[a]), along[a]) for a, b in pairs]
    lines = np.stack([level + slope * (along - begin) for level, slope, begin in [*levels, *slopes]])
    usable = lines.min(axis=1) > 0.25 * lines.max(axis=1)
    lines = lines[usable]
    alike = np.exp(-0.5 * ((width[None, measured] / lines[:, measured] - 1) / LIKE) ** 2)
    taper = np.log(lines[:, -1] / lines[:, 0]) / max(profile.line.length_px, 1e-6)
    score = (alike * _counted(profile)[None, measured]).sum(axis=1) * lines.mean(axis=1) ** PREFER_WIDE
    return np.asarray(lines[int(np.argmax(score * np.exp(-0.5 * (taper / USUAL_TAPER) ** 2)))])


def _counted(profile: DiameterProfile) -> Values:
    """Return (N,) what each point counts: by its expected error, not by its confidence alone."""
    return np.asarray(profile.confidence / (SUREST - profile.confidence))


def _between(profile: DiameterProfile, spans: list[Span]) -> Values:
    """Return (N,) the line through the mean diameters of one or two spans; level outside of them."""
    along, length = profile.along_px, profile.line.length_px
    middles, widths = [], []
    for span in spans:
        inside = profile.is_measured & (along >= span.first_px) & (along <= span.last_px)
        if not (-1e-6 <= span.first_px < span.last_px <= length + 1e-6) or not inside.any():
            raise ReferenceSpanError(span.first_px, span.last_px, length)
        middles.append((span.first_px + span.last_px) / 2)
        widths.append(float(np.average(profile.diameter_px[inside], weights=profile.confidence[inside])))
    order = np.argsort(middles)
    return np.asarray(np.interp(along, np.array(middles)[order], np.array(widths)[order]))


def _runs(is_set: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the first index of each run of set points, and the one behind its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_set.astype(np.int8), [0]])))
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
