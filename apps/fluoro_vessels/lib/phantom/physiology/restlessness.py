"""Draws how the body moves."""

import numpy as np

from lib.phantom.physiology.flow import Flow
from lib.phantom.physiology.motion import Motion

TABLE_MM_S = {"coronary": 4.0, "peripheral": 10.0}
"""Spread of the table's speed in runs that follow the contrast medium."""


def draw_motion(territory: str, is_dsa: bool, flow: Flow, random: np.random.Generator) -> Motion:
    """Draw the motion of a run; where a run is subtracted, people hold their breath and mostly lie still."""
    has_heart = territory == "coronary"
    breathes = random.uniform() < (0.15 if is_dsa or territory in ("cerebral", "peripheral") else 0.5)
    breath_mm = float(random.uniform(1, 7)) if breathes else float(random.uniform(0, 0.6))
    is_moved = not is_dsa and random.uniform() < 0.25
    table = random.normal(0, TABLE_MM_S.get(territory, 0.0), 2) if is_moved else np.zeros(2)
    jerk = random.normal(0, 0.5 if is_dsa else 0.3, 3) * float(
        random.choice([0.0, 1.0, 2.0], p=[0.4, 0.45, 0.15])
    )
    calm = 0.35 if is_dsa else 1.0
    return Motion(
        heart_rate_hz=flow.heart_rate_hz,
        heart_phase=float(random.uniform()),
        squeeze=calm * float(random.uniform(0.05, 0.20)) if has_heart else 0.0,
        descent_mm=calm * float(random.uniform(3, 10)) if has_heart else 0.0,
        twist_rad=calm * float(random.uniform(0.05, 0.2)) if has_heart else 0.0,
        breath_rate_hz=float(random.uniform(0.15, 0.35)),
        breath_phase=float(random.uniform()),
        breath_mm=breath_mm * (0.1 if territory in ("cerebral", "peripheral") else 1.0),
        table_mm_s=(float(table[0]), float(table[1])),
        jerk_mm=(float(jerk[0]), float(jerk[1]), float(jerk[2])),
        jerk_s=float(random.uniform(0, 4)),
    )
