"""Draws where the C-arm stands: the projections that each territory is filmed in."""

from typing import Final

import numpy as np

from lib.phantom.imaging.view import View
from lib.phantom.model import Tree

ANGLES: Final = {
    "coronary": (
        (-30, 0),
        (-30, 25),
        (-30, -25),
        (0, 30),
        (0, -30),
        (45, 0),
        (45, 25),
        (45, -25),
        (-10, 35),
        (90, 0),
    ),
    "cerebral": ((0, 0), (0, 25), (90, 0), (-90, 0), (45, 0), (-30, 15)),
    "peripheral": ((0, 0), (25, 0), (-25, 0)),
    "renal": ((0, 0), (15, 0), (-15, 0), (20, 10)),
}
"""Usual primary and secondary angles in degrees."""

SCATTER_DEG: Final = {"coronary": 9.0, "cerebral": 6.0, "peripheral": 5.0, "renal": 6.0}

FIELD_MM: Final = {
    "coronary": (120, 230),
    "cerebral": (170, 320),
    "peripheral": (220, 420),
    "renal": (160, 320),
}
"""Side of the detector's field."""


def draw_view(tree: Tree, size: int, random: np.random.Generator) -> View:
    """Draw a projection, and move the table until most of the tree is in sight."""
    usual = ANGLES[tree.territory]
    primary, secondary = usual[int(random.integers(len(usual)))]
    tilt = random.normal(0, SCATTER_DEG[tree.territory], 2)
    sid_mm = float(random.uniform(900, 1200))
    field_mm = float(random.uniform(*FIELD_MM[tree.territory]))
    view = View(
        primary_deg=round(float(primary + tilt[0]), 1),
        secondary_deg=round(float(secondary + tilt[1]), 1),
        sid_mm=round(sid_mm),
        sod_mm=round(float(np.clip(sid_mm - random.uniform(250, 400), 640, 820))),
        pixel_mm=round(field_mm / size, 4),
        rows=size,
        columns=size,
    )
    return _moved(view, tree, random)


def _moved(view: View, tree: Tree, random: np.random.Generator) -> View:
    """Return the view with the table moved: the wide vessels come to the middle, more or less."""
    points = np.concatenate([branch.points_mm[branch.radii_mm > 0.35] for branch in tree.branches])
    yx, _ = view.project(points if len(points) else tree.branches[0].points_mm)
    middle = (np.percentile(yx, 8, axis=0) + np.percentile(yx, 92, axis=0)) / 2
    to_middle = np.array([(view.rows - 1) / 2, (view.columns - 1) / 2]) - middle
    follow = 1.0 if tree.territory == "coronary" else 0.5
    shift = follow * to_middle + random.normal(0, 0.06, 2) * view.rows
    return View(
        view.primary_deg, view.secondary_deg, view.sid_mm, view.sod_mm, view.pixel_mm,
        view.rows, view.columns, (round(float(shift[0]), 1), round(float(shift[1]), 1)),
    )  # fmt: skip
