"""Suggests what the branches of a coronary artery are called; a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lib.labels import Label
from lib.measure.anatomy_fit import Fit, Vessels, best_fit
from lib.measure.anatomy_heart import SEGMENTS, Side, drawing
from lib.measure.anatomy_match import matches
from lib.measure.graph import VesselGraph

OPTIMISM: Final = 0.85
"""On simulated runs suggestions were right so much less often than their share of the branch says."""

LEAST: Final = 0.4
"""Suggestions less certain than this are not made."""

FITS_ANYTHING: Final[dict[Side, float]] = {"left": 1.6, "right": 1.0}
"""The left artery has more branches, so its drawing lies near most vessels; its cost counts more for that."""

TOO_DIFFERENT: Final = 0.25
"""Cost of a fit from which on the vessels do not look like a coronary artery."""


@dataclass(frozen=True)
class NameSuggestion:
    """What a branch may be called.

    Attributes:
        branch_id: The branch.
        name: A label's name, such as "LAD proximal".
        confidence: 0 to 1; about how often such a suggestion was right on simulated runs.
        reason: What speaks for it, in a sentence.
    """

    branch_id: int
    name: str
    confidence: float
    reason: str


def suggest_names(
    graph: VesselGraph, view: tuple[float, float] | None, labels: Sequence[Label]
) -> list[NameSuggestion]:
    """Return names for branches that look like coronary segments; nothing is applied.

    A drawing of the left and one of the right coronary artery, as the C-arm's view shows them, are laid
    over the vessels; the one that fits better gives the names.

    Args:
        graph: The vessels of one frame.
        view: Primary and secondary angle in degrees (LAO and cranial are positive). Without them nothing is
            suggested: the same shape is another vessel in another view.
        labels: What may be suggested, found by their SYNTAX numbers: `LabelTable.set("coronary")`.

    Returns:
        At most one for each branch, the surest first; several branches may be pieces of one segment.
    """
    names = {label.number: label.name for label in labels if label.number is not None}
    if view is None or not graph.branches or not names:
        return []
    vessels = Vessels.of(graph)
    fits: dict[Side, Fit] = {side: best_fit(drawing(side, view), vessels) for side in ("left", "right")}
    costs = {side: FITS_ANYTHING[side] * fit.cost for side, fit in fits.items()}
    side, other = sorted(costs, key=lambda side: costs[side])
    if fits[side].cost > TOO_DIFFERENT:
        return []
    trust = OPTIMISM * _trust(costs[side], costs[other])
    words = f"Its place and direction are those of a {side} coronary artery in {_words(view)}."
    found = [
        NameSuggestion(match.branch, names[number], round(match.share * trust, 2), words)
        for match in matches(graph, fits[side], vessels)
        if (number := SEGMENTS[match.segment].number) in names and match.share * trust >= LEAST
    ]
    return sorted(found, key=lambda suggestion: -suggestion.confidence)


def _words(view: tuple[float, float]) -> str:
    primary, secondary = (round(angle) for angle in view)
    side, height = "LAO" if primary >= 0 else "RAO", "CRA" if secondary >= 0 else "CAU"
    return f"{side} {abs(primary)} / {height} {abs(secondary)}"


def _trust(cost: float, other: float) -> float:
    """Return how sure the side is: 0.5 where left and right fit alike, near 1 where only one does."""
    return float(1.0 / (1.0 + (cost / max(other, 1e-9)) ** 4))
