"""Disease put into a grown tree: stenoses, occlusions, aneurysms."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Branch, Lesion, Tree
from lib.phantom.trees.curves import length_along, tangents


@dataclass(frozen=True)
class LesionPlan:
    """How often and where disease is drawn.

    Attributes:
        mean_stenoses: Mean number of stenoses.
        occlusion_chance: Chance of one occluded branch.
        aneurysm_chance: Chance of one aneurysm.
        thinnest_mm: Mean radius that a branch needs to be chosen.
        length_mm: Shortest and longest stenosis.
        aneurysm_names: Parts of names of branches that may have an aneurysm.
        is_saccular: Aneurysms are sacs beside the vessel, not spindles of it.
    """

    mean_stenoses: float
    occlusion_chance: float
    aneurysm_chance: float
    thinnest_mm: float
    length_mm: tuple[float, float]
    aneurysm_names: tuple[str, ...] = ()
    is_saccular: bool = False

    @classmethod
    def coronary(cls) -> "LesionPlan":
        """Return the plan for coronary arteries."""
        return cls(1.6, 0.15, 0.03, 0.6, (4.0, 28.0), ("LAD", "RCA", "left main"))

    @classmethod
    def cerebral(cls) -> "LesionPlan":
        """Return the plan for cerebral arteries."""
        return cls(
            0.5, 0.12, 0.35, 0.5, (2.0, 10.0), ("terminal", "communicating", "middle", "basilar", "A1"), True
        )

    @classmethod
    def peripheral(cls) -> "LesionPlan":
        """Return the plan for pelvis and leg."""
        return cls(3.0, 0.35, 0.15, 0.9, (5.0, 60.0), ("iliac", "popliteal"))

    @classmethod
    def renal(cls) -> "LesionPlan":
        """Return the plan for the kidney."""
        return cls(0.7, 0.06, 0.08, 0.6, (3.0, 14.0), ("renal",))


def with_lesions(tree: Tree, plan: LesionPlan, random: np.random.Generator) -> Tree:
    """Return the tree with drawn lesions; branches behind an occlusion are missing."""
    fit = [k for k, branch in enumerate(tree.branches) if _is_fit(branch, plan)]
    branches = list(tree.branches)
    for _ in range(min(random.poisson(plan.mean_stenoses), 6) if fit else 0):
        which = int(random.choice(fit))
        branches[which] = narrow(branches[which], draw_stenosis(branches[which], plan, random), random)
    named = [k for k in fit if any(part in branches[k].name for part in plan.aneurysm_names)]
    if named and random.random() < plan.aneurysm_chance:
        which = int(random.choice(named))
        if plan.is_saccular:
            branches.append(sac_on(branches[which], which, random))
        else:
            branches[which] = widen(branches[which], random)
    grown = replace(tree, branches=_reattached(branches))
    return _maybe_occluded(grown, fit, random) if random.random() < plan.occlusion_chance else grown


def _reattached(branches: list[Branch]) -> tuple[Branch, ...]:
    """Return branches whose beginnings follow the eccentric lumen of their parents."""
    found: list[Branch] = []
    for branch in branches:
        if branch.parent is not None:
            gap = found[branch.parent].points_mm[branch.parent_point] - branch.points_mm[0]
            if np.abs(gap).max() > 1e-6:
                fade = np.exp(-np.arange(len(branch.points_mm)) / 8.0)[:, None]
                branch = replace(branch, points_mm=branch.points_mm + fade * gap)
        found.append(branch)
    return tuple(found)


def _maybe_occluded(tree: Tree, fit: list[int], random: np.random.Generator) -> Tree:
    """Return the tree with an occlusion that leaves at least 55 % of its length, if three tries find one."""
    later = [index for index in fit if tree.branches[index].parent is not None]
    enough = 0.55 * sum(len(branch.points_mm) for branch in tree.branches)
    for _ in range(3 if later else 0):
        rest = occlude(tree, int(random.choice(later)), float(random.uniform(0.12, 0.85)))
        if sum(len(branch.points_mm) for branch in rest.branches) > enough:
            return rest
    return tree


def _is_fit(branch: Branch, plan: LesionPlan) -> bool:
    return len(branch.points_mm) > 20 and float(branch.radii_mm.mean()) > plan.thinnest_mm


def draw_stenosis(branch: Branch, plan: LesionPlan, random: np.random.Generator) -> Lesion:
    """Draw place, length and degree of a stenosis."""
    whole = float(length_along(branch.points_mm)[-1])
    length = min(float(random.uniform(*plan.length_mm)), 0.7 * whole)
    middle = float(random.uniform(0.5 * length, whole - 0.5 * length))
    return Lesion("stenosis", middle, length, float(20.0 + 79.0 * random.beta(1.6, 1.5)))


def narrow(branch: Branch, lesion: Lesion, random: np.random.Generator) -> Branch:
    """Return the branch with a stenosis: a smooth, skewed neck that lies to one side of the lumen."""
    along = length_along(branch.points_mm)
    place = (along - lesion.middle_mm) / (0.5 * lesion.length_mm)
    neck = _neck(place, float(random.uniform(-0.5, 0.5)), float(random.uniform(1.0, 3.0)))
    radii = branch.radii_mm * (1 - lesion.percent_diameter / 100 * neck)
    side = np.cross(tangents(branch.points_mm), random.normal(0, 1, 3))
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    shift = np.minimum(branch.radii_mm - radii, 0.12 * lesion.length_mm) * random.uniform(0.0, 0.8)
    points = branch.points_mm + side * shift[:, None]
    points[[0, -1]] = branch.points_mm[[0, -1]]
    return replace(branch, points_mm=points, radii_mm=radii, lesions=(*branch.lesions, lesion))


def _neck(place: NDArray[np.float64], skew: float, power: float) -> NDArray[np.float64]:
    """Return 1 in the middle, 0 outside -1..1, smooth; skewed to one side, plateau grows with power."""
    place = np.clip(place, -1.0, 1.0)
    bent = np.where(place < 0, place * (1 + skew * (1 + place)), place * (1 - skew * (1 - place)))
    inside = np.abs(bent)
    return np.asarray(np.cos(np.pi / 2 * inside**power) ** 2)


def widen(branch: Branch, random: np.random.Generator) -> Branch:
    """Return the branch with an aneurysm: a round or spindle-shaped wide place."""
    along = length_along(branch.points_mm)
    radius = float(branch.radii_mm.mean())
    growth = float(random.uniform(1.6, 4.0) if radius < 2.0 else random.uniform(1.4, 2.6))
    length = float(2 * radius * growth * random.uniform(0.9, 1.8))
    middle = float(random.uniform(0.2, 0.8) * along[-1])
    place = np.clip(np.abs(along - middle) / (0.5 * length), 0.0, 1.0)
    radii = branch.radii_mm * (1 + (growth - 1) * np.sqrt(np.maximum(1 - place**2, 0.0)) * (1 - place**6))
    lesion = Lesion("aneurysm", middle, length, -100.0 * (growth - 1))
    return replace(branch, radii_mm=radii, lesions=(*branch.lesions, lesion))


def sac_on(parent: Branch, index: int, random: np.random.Generator) -> Branch:
    """Return a saccular aneurysm as a short branch: a neck and a round dome beside the parent."""
    point = int(random.uniform(0.3, 0.95) * (len(parent.points_mm) - 1))
    dome = float(np.clip(random.lognormal(np.log(2.6), 0.45), 1.3, 7.0))
    away = np.cross(tangents(parent.points_mm)[point], random.normal(0, 1, 3))
    away = away / max(float(np.linalg.norm(away)), 1e-6)
    along = np.arange(0.0, parent.radii_mm[point] + 2.0 * dome - 0.2, 0.4)
    height = (along - parent.radii_mm[point] * 0.8 - dome) / dome
    round_mm = dome * np.sqrt(np.clip(1.0 - height**2, 0.02, 1.0))
    neck = dome * float(random.uniform(0.35, 0.7))
    radii = np.where(height < 0, np.maximum(round_mm, neck), round_mm)
    points = parent.points_mm[point] + along[:, None] * away
    lesion = Lesion(
        "aneurysm", float(along[-1] - dome), 2 * dome, -100.0 * (dome / parent.radii_mm[point] - 1)
    )
    return Branch(f"aneurysm of {parent.name}", index, point, points, radii, (lesion,))


def occlude(tree: Tree, which: int, fraction: float) -> Tree:
    """Return the tree whose branch ends at a fraction of its length; all behind it is missing."""
    branch = tree.branches[which]
    last = max(int(fraction * (len(branch.points_mm) - 1)), 6)
    stump = _stump(branch, last)
    kept: dict[int, int] = {}
    branches: list[Branch] = []
    for index, old in enumerate(tree.branches):
        behind = old.parent is not None and (
            old.parent not in kept or (old.parent == which and old.parent_point > last)
        )
        if behind:
            continue
        kept[index] = len(branches)
        new = stump if index == which else old
        branches.append(replace(new, parent=None if old.parent is None else kept[old.parent]))
    return replace(tree, branches=tuple(branches))


def _stump(branch: Branch, last: int) -> Branch:
    """Return the branch up to a point, closing like a cone over its last 3 mm."""
    points, radii = branch.points_mm[: last + 1], branch.radii_mm[: last + 1]
    n_close = min(6, last)
    closing = np.ones(last + 1)
    closing[-n_close:] = np.linspace(1.0, 0.35, n_close)
    end = float(length_along(points)[-1])
    before = tuple(lesion for lesion in branch.lesions if lesion.middle_mm < end)
    lesions = (*before, Lesion("occlusion", end, 0.0, 100.0))
    return replace(branch, points_mm=points, radii_mm=radii * closing, lesions=lesions)
