"""Draws an injection and the film rate that it is recorded with."""

from typing import Final

import numpy as np

from lib.phantom.model import Tree
from lib.phantom.physiology.flow import Flow, arrivals_s

SPEEDS_MM_S: Final = {
    "coronary": (90, 220),
    "cerebral": (120, 300),
    "peripheral": (90, 350),
    "renal": (120, 300),
}
DURATIONS_S: Final = {
    "coronary": (1.6, 3.5),
    "cerebral": (1.5, 4.0),
    "peripheral": (2.0, 6.0),
    "renal": (1.2, 3.0),
}
STAINS: Final = {"coronary": 0.05, "cerebral": 0.08, "peripheral": 0.02, "renal": 0.20}
NATIVE_RATES: Final = (7.5, 10.0, 12.5, 15.0, 15.0, 15.0, 25.0, 30.0)
DSA_RATES: Final = (2.0, 3.0, 4.0, 6.0, 7.5)
FEWEST: Final = 12
MOST: Final = 60


def draw_flow(tree: Tree, is_dsa: bool, random: np.random.Generator) -> tuple[Flow, float, int]:
    """Draw an injection.

    The contrast of a wide vessel lies within a range that operators choose it for, so the medium is
    thinner where vessels are wide.

    Returns:
        The injection, the frame time in ms, and how many frames show it from before to after.
    """
    rates = DSA_RATES if is_dsa else NATIVE_RATES
    frames_per_second = float(rates[int(random.integers(len(rates)))])
    widest_mm = 2 * float(np.percentile(tree.branches[0].radii_mm, 90))
    depth = float(np.exp(random.uniform(np.log(0.6), np.log(1.8))))
    rate_hz = float(random.uniform(0.9, 1.7))
    flow = Flow(
        begin_s=float(random.uniform(0.3, 1.0)),
        duration_s=float(random.uniform(*DURATIONS_S[tree.territory])),
        speed_mm_s=float(random.uniform(*SPEEDS_MM_S[tree.territory])),
        slowing=float(random.uniform(0.35, 0.8)),
        dispersion=float(random.uniform(0.08, 0.25)),
        attenuation_per_mm=depth / max(widest_mm, 2.0),
        pulsation=float(random.uniform(0, 0.3))
        if tree.territory == "coronary"
        else float(random.uniform(0, 0.1)),
        heart_rate_hz=rate_hz,
        stain=float(random.uniform(0, 2 * STAINS[tree.territory])),
        stain_delay_s=float(random.uniform(0.3, 1.0)),
        reflux=float(random.choice([0.0, random.uniform(0.05, 0.35)])),
    )
    longest_s = max(float(way[-1]) for way in arrivals_s(tree, flow))
    total_s = flow.begin_s + flow.duration_s + min(longest_s, 3.0) + float(random.uniform(0, 0.8))
    n_frames = int(np.clip(round(total_s * frames_per_second), FEWEST, MOST))
    return flow, round(1000 / frames_per_second, 2), n_frames
