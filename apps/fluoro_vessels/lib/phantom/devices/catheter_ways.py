"""The ways of catheters to the vessel that they inject: from groin or wrist, with their bends."""

from collections.abc import Callable

import numpy as np

from lib.phantom.model import Branch, Points, Tree
from lib.phantom.trees.curves import evenly, meander, through


def way_to(tree: Tree, random: np.random.Generator) -> Points:
    """Return the way (N, 3) of a catheter from outside the picture to its tip in the root of the tree."""
    ways: dict[str, Callable[[Tree, np.random.Generator], Points]] = {
        "coronary": _coronary,
        "cerebral": _cerebral,
        "peripheral": _peripheral,
        "renal": _renal,
    }
    return ways[tree.territory](tree, random)


def main_way(tree: Tree, length_mm: float) -> Points:
    """Return the first millimetres of the root and of the widest branch that goes on at its end."""
    index, way = 0, [tree.branches[0].points_mm]
    while sum(len(part) for part in way) * 0.45 < length_mm:
        last = len(tree.branches[index].points_mm) - 1
        after = [k for k, b in enumerate(tree.branches) if b.parent == index and b.parent_point == last]
        if not after:
            break
        index = max(after, key=lambda k: float(tree.branches[k].radii_mm[0]))
        way.append(tree.branches[index].points_mm[1:])
    return np.concatenate(way)[: max(int(length_mm / 0.45), 3)]


def _bent(corners: Points, random: np.random.Generator, scatter_mm: float = 2.0) -> Points:
    """Return a curve through scattered corners; the last three stay."""
    loose = corners.copy()
    loose[:-3] += random.normal(0.0, scatter_mm, loose[:-3].shape)
    return through(loose)


def _joined(before: Points, inside: Points) -> Points:
    return evenly(np.concatenate([before, inside[1:]]))


def _coronary(tree: Tree, random: np.random.Generator) -> Points:
    """Come round the arch from the groin, or from the right wrist, down the ascending aorta."""
    ostium, inside = _ostium(tree.branches[0], random)
    is_left = tree.branches[0].name == "left main"
    from_groin = [(30, 62, -160), (31, 62, -60), (30, 60, 20), (26, 50, 62), (8, 26, 86), (-12, 6, 74)]
    from_wrist = [(-95, 12, 150), (-60, 14, 118), (-34, 12, 92), (-20, 6, 74)]
    route = from_groin if random.random() < 0.55 else from_wrist
    approach = np.array(route, dtype=np.float64) + np.append(random.normal(0, 6, 2), 0.0)
    bends = _left_bends(random) if is_left else _right_bends(random)
    back = 5.0 * _backwards(inside)
    corners = np.concatenate([approach, bends, [back]]) + ostium
    return _joined(_bent(np.concatenate([corners, ostium[None]]), random), inside)


def _left_bends(random: np.random.Generator) -> Points:
    """Return bends of a Judkins left (70 %), an Amplatz left or a simple guide, relative to the ostium."""
    shape = random.choice(3, p=[0.7, 0.15, 0.15])
    wall = -random.uniform(17.0, 27.0)
    if shape == 0:
        return np.array([[wall, -3, 40], [wall - 3, -3, 16], [wall + 2, -2, random.uniform(-2, 5)]])
    if shape == 1:
        return np.array([[wall, 0, 35], [wall - 2, 0, 5], [wall + 7, 1, -15], [-6, 0, -12]])
    return np.array([[wall + 8, 0, 40], [wall + 6, 0, 20], [wall + 8, 0, 8]])


def _right_bends(random: np.random.Generator) -> Points:
    """Return bends of a Judkins right or, in 20 %, of an Amplatz right, relative to the ostium."""
    wall = random.uniform(10.0, 18.0)
    if random.random() < 0.8:
        return np.array([[wall - 6, 6, 48], [wall, 9, 24], [wall - 1, 9, 8]])
    return np.array([[wall - 4, 6, 45], [wall, 8, 15], [wall - 2, 7, -8], [wall - 10, 3, -9]])


def _ostium(root: Branch, random: np.random.Generator) -> tuple[Points, Points]:
    """Return where the root begins and the few millimetres of it in which the tip lies."""
    n_inside = min(int(random.uniform(1.0, 6.0) / 0.45) + 3, len(root.points_mm))
    return root.points_mm[0], root.points_mm[:n_inside]


def _backwards(inside: Points) -> Points:
    away = inside[0] - inside[-1]
    return np.asarray(away / max(float(np.linalg.norm(away)), 1e-6))


def _cerebral(tree: Tree, random: np.random.Generator) -> Points:
    """Come up the neck into the first centimetres of the artery."""
    inside = main_way(tree, float(random.uniform(4.0, 45.0)))
    side = np.sign(inside[0, 0])
    below = np.array([[-14 * side, 6, -140], [-8 * side, 6, -95], [-2 * side, 4, -50], [0, 1, -18]])
    return _joined(_bent(np.concatenate([below + inside[0], inside[:1]]), random, 4.0), inside)


def _peripheral(tree: Tree, random: np.random.Generator) -> Points:
    """Come up one leg with a pigtail, cross over from the other side, or come down from above."""
    root = tree.branches[0]
    if "aorta" in root.name:
        return _pigtail_from_leg(tree, random)
    inside = main_way(tree, float(random.uniform(15.0, 110.0)))
    if "common iliac" in root.name:
        side = 1.0 if root.name.startswith("left") else -1.0
        way = np.array(
            [[-66, -42, -190], [-62, -38, -155], [-42, -8, -90], [-24, 6, -42], [-6, -3, 2], [-2, -4, 10]]
        )
        before = way * [side, 1, 1] + inside[0] - [0, 0, 4]
    else:
        before = np.array([[-6.0, 4, 130], [-3, 2, 80], [0, 1, 35]]) + inside[0]
    return _joined(_bent(np.concatenate([before, inside[:1]]), random, 3.0), inside)


def _pigtail_from_leg(tree: Tree, random: np.random.Generator) -> Points:
    """Return the way up an iliac artery into the aorta, with a curled tip."""
    ends = [k for k, branch in enumerate(tree.branches) if "common femoral" in branch.name]
    up: list[Points] = []
    index: int | None = int(random.choice(ends)) if ends else 0
    point = len(tree.branches[index or 0].points_mm) - 1
    while index is not None and index != 0:
        up.append(tree.branches[index].points_mm[point::-1])
        point, index = tree.branches[index].parent_point, tree.branches[index].parent
    aorta = tree.branches[0].points_mm
    top = int(random.uniform(0.1, 0.7) * len(aorta))
    shaft = np.concatenate([*up, aorta[:top:-1]])
    smooth = evenly(meander(through(shaft[:: max(len(shaft) // 14, 1)]), 0.04, random))
    angles = np.linspace(0.0, random.uniform(1.2, 2.1) * np.pi, 24)[1:, None]
    radius, aside = (
        random.uniform(4.0, 7.0),
        np.array([np.cos(angle := random.uniform(0, 6.28)), np.sin(angle), 0.0]),
    )
    curl = smooth[-1] + radius * ((1 - np.cos(angles)) * aside + np.sin(angles) * [0, 0, 1.0])
    return evenly(np.concatenate([smooth, curl]))


def _renal(tree: Tree, random: np.random.Generator) -> Points:
    """Come up the aorta and hook into the renal artery: Cobra, Judkins right or Simmons-like."""
    renal = next(branch for branch in tree.branches if "renal artery" in branch.name)
    ostium, inside = _ostium(renal, random)
    side = 1.0 if renal.name.startswith("left") else -1.0
    wall = -random.uniform(9.0, 16.0)
    shape = int(random.choice(3, p=[0.6, 0.2, 0.2]))
    shaft: list[list[float]] = [[-6, -6, -170], [-4, -6, -110], [wall * 0.7, -5, -60]]
    hooks: dict[int, list[list[float]]] = {
        0: [[wall, -2, -22], [wall, 0, 2], [wall * 0.6, 0, 7]],
        1: [[wall, -2, -15], [wall * 0.8, 0, -2]],
        2: [[wall, 0, 5], [wall + 2, 0, 38], [wall * 0.5, 0, 44], [-1, 0, 34], [-3, 0, 14]],
    }
    if random.random() < 0.15:
        shaft, hooks[shape] = (
            [[-4, -4, 170], [-6, -4, 110]],
            [[wall, 0, 60], [wall, 0, 22], [wall * 0.7, 0, 6]],
        )
    corners = np.array(shaft + hooks[shape], dtype=np.float64) * [side, 1, 1] + ostium
    return _joined(_bent(np.concatenate([corners, ostium[None]]), random), inside)
