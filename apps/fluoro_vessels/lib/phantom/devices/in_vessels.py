"""Catheters and guidewires: how they come to the injected vessel, and where their tips lie."""

from typing import Final

import numpy as np

from lib.phantom.devices.catheter_ways import way_to
from lib.phantom.devices.implants import implants
from lib.phantom.model import Device, MovesWith, Points, Tree
from lib.phantom.trees.curves import evenly, meander

__all__ = ["catheter_to", "guidewire_in", "implants"]

FRENCH_MM: Final = 1.0 / 3.0
"""Outer diameter of 1 French."""

CATHETER_SIZES: Final = {
    "coronary": (4, 5, 6, 6, 7, 8),
    "cerebral": (4, 5, 5, 6),
    "peripheral": (4, 5, 5, 6, 7),
    "renal": (4, 5, 6, 7),
}


def catheter_to(tree: Tree, random: np.random.Generator) -> Device:
    """Draw a catheter that comes the usual way and whose tip lies in the root of the tree."""
    size = int(random.choice(CATHETER_SIZES[tree.territory]))
    radius = 0.5 * size * FRENCH_MM
    lumen = radius * float(random.uniform(0.55, 0.74))
    is_dense = random.random() < 0.2
    depth = float(random.uniform(0.2, 0.35) if is_dense else random.uniform(0.06, 0.2))
    return Device(
        kind="catheter",
        points_mm=way_to(tree, random),
        radius_mm=radius,
        attenuation_per_mm=depth / (2.0 * (radius - lumen)),
        lumen_radius_mm=lumen,
        tip_moves_with=_carrier(tree.territory),
        tip_length_mm=float(random.uniform(35.0, 70.0)),
    )


def guidewire_in(tree: Tree, random: np.random.Generator, catheter: Device | None = None) -> Device | None:
    """Draw a guidewire in a branch of the tree; mostly there is none.

    Args:
        tree: The injected vessels.
        random: Where chance comes from.
        catheter: The wire comes through it; without one the wire begins where the tree does.

    Returns:
        None in 65 %. In coronary and cerebral arteries mostly 0.014 inch, elsewhere often 0.035 inch.
    """
    if random.random() > 0.35:
        return None
    is_thin = random.random() < (0.95 if tree.territory in ("coronary", "cerebral") else 0.4)
    radius = 0.5 * 25.4 * (0.014 if is_thin else 0.035)
    inside = _into_branch(tree, random)
    points = inside
    if catheter is not None:
        nearest = int(np.argmin(np.linalg.norm(inside - catheter.points_mm[-1], axis=1)))
        inside = inside[min(nearest + 2, len(inside) - 2) :]
        points = np.concatenate([catheter.points_mm, inside])
    inner = float(len(inside) * 0.45)
    return Device(
        kind="guidewire",
        points_mm=evenly(meander(evenly(points), 0.03, random)),
        radius_mm=radius,
        attenuation_per_mm=float(random.uniform(0.3, 1.0)) / (2.0 * radius),
        tip_moves_with=_carrier(tree.territory),
        tip_length_mm=inner + float(random.uniform(20.0, 50.0)),
    )


def _carrier(territory: str) -> MovesWith:
    """Return whose motion the vessels of a territory share."""
    carriers: dict[str, MovesWith] = {"coronary": "heart", "renal": "breath"}
    return carriers.get(territory, "still")


def _into_branch(tree: Tree, random: np.random.Generator) -> Points:
    """Return the way (N, 3) from the root to a place in a drawn branch that is wide enough."""
    wide = [k for k, branch in enumerate(tree.branches) if branch.radii_mm.mean() > 0.5]
    index = int(random.choice(wide or [0]))
    branch = tree.branches[index]
    last = max(int(random.uniform(0.4, 0.95) * (len(branch.points_mm) - 1)), 2)
    way = [branch.points_mm[: last + 1]]
    while branch.parent is not None and "abdominal aorta" not in tree.branches[branch.parent].name:
        last, branch = branch.parent_point, tree.branches[branch.parent]
        way.append(branch.points_mm[:last])
    return np.concatenate(way[::-1])
