"""How contrast medium runs through a tree: arrival, plateau, wash-out, and what stains the tissue."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Phase, Tree


@dataclass(frozen=True)
class Flow:
    """One injection.

    Attributes:
        begin_s: When contrast medium leaves the catheter.
        duration_s: How long it is injected.
        speed_mm_s: Speed in the root of the tree.
        slowing: Exponent of the radius ratio by which thin vessels are slower.
        dispersion: Seconds of blur of the front per second of way.
        attenuation_per_mm: Optical depth of 1 mm of the medium as injected.
        pulsation: Share by which the medium's concentration follows the heart.
        heart_rate_hz: See above.
        stain: Optical depth of the stained tissue at its strongest.
        stain_delay_s: Seconds from arrival in the thin vessels to the stain.
        reflux: Optical depth of the puff that runs back into the parent vessel.
    """

    begin_s: float
    duration_s: float
    speed_mm_s: float
    slowing: float
    dispersion: float
    attenuation_per_mm: float
    pulsation: float
    heart_rate_hz: float
    stain: float
    stain_delay_s: float
    reflux: float


def arrivals_s(tree: Tree, flow: Flow) -> tuple[NDArray[np.float64], ...]:
    """Return, per branch, (N,) seconds of way from the root to each point."""
    root_mm = float(np.max(tree.branches[0].radii_mm))
    found: list[NDArray[np.float64]] = []
    for branch in tree.branches:
        speeds = flow.speed_mm_s * (np.maximum(branch.radii_mm, 0.15) / root_mm) ** flow.slowing
        ways = np.cumsum(branch.steps_mm / speeds)
        begin = 0.0 if branch.parent is None else float(found[branch.parent][branch.parent_point])
        found.append(begin + ways - ways[0])
    return tuple(found)


def concentration(arrival_s: NDArray[np.float64], flow: Flow, time_s: float) -> NDArray[np.float64]:
    """Return the share of the injected concentration, 0 to 1, at places `arrival_s` down the tree."""
    since = time_s - flow.begin_s - arrival_s
    blur = 0.08 + flow.dispersion * arrival_s
    filled = 1 / (1 + np.exp(-np.clip(since / blur, -30, 30)))
    left = 1 / (1 + np.exp(np.clip((since - flow.duration_s) / (2.2 * blur + 0.12), -30, 30)))
    turns = flow.heart_rate_hz * (time_s - 0.5 * arrival_s)
    beat = 1 - flow.pulsation * (0.5 + 0.5 * np.cos(2 * np.pi * turns))
    return np.asarray(filled * left * beat)


def stain_at(arrival_s: NDArray[np.float64], flow: Flow, time_s: float) -> NDArray[np.float64]:
    """Return how stained tissue is, 0 to 1, around places `arrival_s` down the tree; it fades in seconds."""
    since = np.maximum(time_s - flow.begin_s - arrival_s - flow.stain_delay_s, 0)
    return np.asarray((1 - np.exp(-since / 0.8)) * np.exp(-np.maximum(since - flow.duration_s, 0) / 3.0))


def phase_of(flow: Flow, longest_s: float, time_s: float) -> Phase:
    """Return the phase of the injection in a tree whose last point is `longest_s` from its root."""
    since = time_s - flow.begin_s
    if since < -0.1:
        return "before"
    if since < min(longest_s, flow.duration_s):
        return "filling"
    if since < flow.duration_s:
        return "full"
    return "washing out" if since < flow.duration_s + longest_s + 1.0 else "after"
