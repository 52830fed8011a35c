"""Which branch lies on which segment of a drawing that was laid over the vessels."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.measure.anatomy_fit import EVERY, FAR_MM, Fit, Vessels
from lib.measure.anatomy_heart import SEGMENTS
from lib.measure.graph import VesselGraph

SPREAD: Final = 1.5
NEAR_MM: Final = (3.0, 8.0)
"""A vessel lies off the drawing by so many times what the fit as a whole is off, within these limits."""

ELSEWHERE: Final = 0.15
"""Likelihood that a place belongs to a vessel that the drawing does not have."""

SLENDER: Final = 0.7
"""A vessel of this share of the segment's usual radius counts fully, thinner ones less."""

TAKEN: Final = 0.4
"""Share of its way along the drawing that a branch may have in common with a better one."""


@dataclass(frozen=True)
class Match:
    """A branch on a segment.

    Attributes:
        branch: The branch.
        segment: Place of the segment in `SEGMENTS`.
        share: 0 to 1, how much of the branch looks like it and like no other.
        places: Points of the drawing that it lies on.
    """

    branch: int
    segment: int
    share: float
    places: frozenset[int]


def matches(graph: VesselGraph, fit: Fit, vessels: Vessels) -> list[Match]:
    """Return the best branches for each piece of the drawing, the best first; others have none."""
    likely, place = _likelihoods(fit, vessels)
    each = likely / (likely.sum(axis=1, keepdims=True) + ELSEWHERE)
    found = [
        _match(branch, each[on], place[on], _slimness(graph, branch, fit))
        for branch in range(len(graph.branches))
        if (on := vessels.branch == branch).any()
    ]
    return _without_doubles(sorted(found, key=lambda match: -_standing(match, graph)))


def _likelihoods(fit: Fit, vessels: Vessels) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return (N, segments) how well each place fits each segment, and which of its points is nearest."""
    yx, tangents = fit.yx, fit.tangents
    near_px = fit.scale * float(np.clip(SPREAD * FAR_MM * np.sqrt(fit.cost), *NEAR_MM))
    likely = np.zeros((len(vessels.yx), len(SEGMENTS)))
    place = np.full(likely.shape, -1, np.int64)
    for segment in np.unique(fit.drawing.segment):
        on = np.flatnonzero(fit.drawing.segment == segment)
        away = np.linalg.norm(vessels.yx[:, None] - yx[on], axis=2) / near_px
        along = np.abs(vessels.tangents @ tangents[on].T)
        value = np.exp(-0.5 * away**2) * (0.25 + 0.75 * along**2)
        likely[:, segment] = value.max(axis=1)
        place[:, segment] = on[value.argmax(axis=1)]
    return likely, place


def _slimness(graph: VesselGraph, branch: int, fit: Fit) -> NDArray[np.float64]:
    """Return (segments,) 1 where a branch is wide enough for a segment, less where it is thinner."""
    radius = float(np.median(graph.branches[branch].radius_px)) / fit.scale
    usual = np.array([segment.radius_mm for segment in SEGMENTS])
    return np.asarray(np.minimum(radius / (SLENDER * usual), 1.0))


def _match(
    branch: int, each: NDArray[np.float64], place: NDArray[np.int64], slimness: NDArray[np.float64]
) -> Match:
    shares = each.mean(axis=0) * slimness
    segment = int(shares.argmax())
    return Match(branch, segment, float(shares[segment]), frozenset(_span(place[:, segment].tolist())))


def _span(places: list[int]) -> Iterable[int]:
    return range(min(places), max(places) + 1)


def _standing(match: Match, graph: VesselGraph) -> float:
    """Return how much a match is worth: long branches that fit well stand before short ones."""
    return match.share * float(np.sqrt(max(len(graph.branches[match.branch].line) / EVERY, 1.0)))


def _without_doubles(ordered: list[Match]) -> list[Match]:
    taken: set[int] = set()
    kept = []
    for match in ordered:
        if match.places and len(match.places & taken) <= TAKEN * len(match.places):
            taken |= match.places
            kept.append(match)
    return kept
