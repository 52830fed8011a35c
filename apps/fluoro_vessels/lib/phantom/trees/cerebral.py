"""Cerebral arteries: one internal carotid or one vertebral artery is injected.

The isocentre lies in the middle of the head; measures follow textbooks of neuroradiology.
"""

import numpy as np

from lib.phantom.model import Tree
from lib.phantom.trees.body_surfaces import Flesh, Sheet
from lib.phantom.trees.curves import evenly
from lib.phantom.trees.growth import Growth, murray, taper
from lib.phantom.trees.head import Head, Way, add_posterior, add_way, draw_head
from lib.phantom.trees.lesions import LesionPlan, with_lesions
from lib.phantom.trees.twigs import Habit, sprout
from lib.phantom.trees.vertebral import grow_vertebral

CAROTID = (
    [(27, 9, -128), (29, 4, -102), (26, 7, -78), (26, 4, -58)],
    [(25, 2, -50), (20, -2, -47), (14.5, -4, -46), (12, -6, -41)],
    [(12, -13, -35), (12.5, -22, -34.5), (13.5, -29, -30), (13, -27, -24)],
    [(12, -20, -22), (12.5, -14.5, -20), (13, -13, -15)],
)
"""Corners of the internal carotid's neck, petrous, cavernous and terminal parts; x away from the midline."""

CAROTID_NAMES = (
    "cervical internal carotid artery",
    "petrous internal carotid artery",
    "cavernous internal carotid artery",
    "terminal internal carotid artery",
)


def grow_cerebral(random: np.random.Generator) -> Tree:
    """Grow the arteries of a carotid (78 %) or a vertebral injection."""
    head = draw_head(random)
    growth = Growth("cerebral", random)
    if random.random() < 0.78:
        _grow_carotid(growth, head)
    else:
        grow_vertebral(growth, head)
    return with_lesions(growth.tree(), LesionPlan.cerebral(), random)


def _grow_carotid(growth: Growth, head: Head) -> None:
    random = growth.random
    corners = head.corners([corner for part in CAROTID for corner in part], random)
    corners[:3] += random.normal(0, 10 * head.slope, (3, 3))
    points = growth.curve(corners, 0.5 * head.slope, (18.0, 70.0))
    ends = [int(np.argmin(np.linalg.norm(points - corners[k], axis=1))) for k in (3, 7, 11)]
    radius = float(np.clip(random.normal(2.35, 0.25), 1.8, 3.0))
    radii = np.interp(
        np.linspace(0, 1, len(points)), [0, 0.55, 0.85, 1.0], radius * np.array([1, 1, 0.9, 0.76])
    )
    chain = growth.chain(CAROTID_NAMES, tuple(end / (len(points) - 1) for end in ends), None, points, radii)
    middle, front = murray(float(radii[-1]), random.uniform(0.6, 0.9))
    _add_siphon_branches(growth, head, chain)
    if random.random() < 0.93:
        _add_front(growth, head, growth.end(chain[-1]), front)
    _add_middle(growth, head, growth.end(chain[-1]), middle)


def _add_siphon_branches(growth: Growth, head: Head, chain: tuple[int, ...]) -> None:
    """Add ophthalmic, choroidal and posterior communicating arteries, some with the posterior cerebral."""
    random = growth.random
    ways: dict[str, tuple[float, float, float, Way]] = {
        "ophthalmic artery": (
            0.25,
            0.6,
            0.55,
            [(15, -34, -27), (17, -48, -29), (19, -58, -27), (16, -66, -24)],
        ),
        "anterior choroidal artery": (
            0.75,
            0.42,
            0.85,
            [(16, -4, -17), (22, 8, -16), (25, 19, -10), (22, 26, -4)],
        ),
    }
    for name, (leave, radius, chance, way) in ways.items():
        if random.random() < chance:
            add_way(growth, head, name, growth.on(chain[-1:], leave), way, (radius, 0.3))
    if random.random() < 0.45:
        at = growth.on(chain[-1:], 0.55)
        way = [(13.5, -6, -20), (13, 3, -19)]
        is_fetal = random.random() < 0.6
        radius = random.uniform(0.8, 1.1) if is_fetal else random.uniform(0.4, 0.6)
        index = add_way(growth, head, "posterior communicating artery", at, way, (radius, radius * 0.95))
        if is_fetal:
            add_posterior(growth, head, growth.end(index), radius)


def _add_front(growth: Growth, head: Head, at: tuple[int, int], radius: float) -> None:
    """Add the anterior cerebral artery, sometimes with the one of the other side."""
    random = growth.random
    way = [(8, -19, -16), (2, -24, -13)]
    first = add_way(growth, head, "anterior cerebral artery A1", at, way, (radius, radius * 0.92))
    _add_pericallosal(growth, head, growth.end(first), radius * 0.9)
    if random.random() < 0.3:
        _add_pericallosal(growth, _mirrored(head), growth.end(first), radius * 0.7)


def _mirrored(head: Head) -> Head:
    return Head(-head.side, head.slope, head.scale, head.brain)


def _add_pericallosal(growth: Growth, head: Head, at: tuple[int, int], radius: float) -> None:
    random = growth.random
    way = [
        (2, -31, -6),
        (2, -38, 2),
        (2, -40, 11),
        (2, -35, 20),
        (2, -24, 25),
        (2, -4, 28),
        (2, 16, 26),
        (2, 30, 18),
    ]
    names = ("anterior cerebral artery A2", "pericallosal artery")
    start = growth.place(at)[0]
    points = growth.curve(
        np.concatenate([start[None], head.corners(way, random)]), head.slope * 0.7, (9.0, 35.0)
    )
    chain = growth.chain(names, (0.34,), at, points, taper(len(points), radius, 0.4))
    for leave in np.sort(random.uniform(0.12, 0.92, random.integers(4, 8))):
        _add_medial(growth, head, growth.on(chain, float(leave)))
    habit = Habit(
        spacing_mm=9.0, waviness=0.5, length_per_radius=(45.0, 100.0), thinnest_mm=0.18, ratio=(0.5, 0.85)
    )
    medial = tuple(k for k, draft in enumerate(growth.drafts) if draft.name == "medial frontal artery")
    sheet = Sheet(head.side * 3.5, np.array([0.0, -5.0, 5.0]))
    sprout(growth, "medial cortical twig", medial, habit, sheet, most=22)


def _add_medial(growth: Growth, head: Head, at: tuple[int, int]) -> None:
    """Add an artery over the inner face of the hemisphere to its upper edge."""
    random = growth.random
    start, _, radius = growth.place(at)
    outwards = start - np.array([start[0], -4.0, 6.0])
    outwards = outwards / np.linalg.norm(outwards) + [0.0, random.normal(0.1, 0.2), random.normal(0.0, 0.2)]
    local = (start - head.brain.centre_mm) / head.brain.half_axes_mm
    reach = max(1.0 - float(np.linalg.norm(local)), 0.2) * 72.0 * random.uniform(0.75, 1.1)
    steps = np.array([0.0, 0.2, 0.45, 0.7, 1.0])[:, None] * reach * outwards
    corners = start + steps + random.normal(0, 1.5, (5, 3)) * [[0], [1], [1], [1], [1]]
    corners[1:, 0] = head.side * random.uniform(2.0, 5.0)
    points = growth.curve(corners, head.slope + 0.15, (7.0, 35.0))
    begin = max(radius * random.uniform(0.6, 0.9), 0.42)
    growth.add("medial frontal artery", *at, points, taper(len(points), begin, 0.32))


def _add_middle(growth: Growth, head: Head, at: tuple[int, int], radius: float) -> None:
    """Add the middle cerebral artery: trunk, two or three divisions, cortical arteries and their twigs."""
    random = growth.random
    way = [(19, -15, -13), (26, -14, -12.5), (33, -11, -13)]
    trunk = add_way(growth, head, "middle cerebral artery M1", at, way, (radius, radius * 0.93))
    striate = Habit(spacing_mm=4.0, ratio=(0.18, 0.26), waviness=0.2, pull=0.1,
                    length_per_radius=(60.0, 110.0), fork_chance=0.0)  # fmt: skip
    flesh = Flesh(np.array([0.0, 0.1, 1.0]), np.array([0.0, 1.0, 0.0]))
    sprout(growth, "lenticulostriate artery", (trunk,), striate, flesh, most=6)
    upper, lower = murray(radius * 0.93, random.uniform(0.7, 1.0))
    if random.random() < 0.5:
        upper, lower = lower, upper
    cortical = (*_add_division(growth, head, growth.end(trunk), upper, True),
                *_add_division(growth, head, growth.end(trunk), lower, False))  # fmt: skip
    habit = Habit(
        spacing_mm=11.0,
        waviness=0.4,
        pull=0.02,
        length_per_radius=(45.0, 100.0),
        fork_chance=0.9,
        thinnest_mm=0.18,
        ratio=(0.6, 0.9),
    )
    first = sprout(growth, "cortical branch", cortical, habit, head.brain, most=65)
    sprout(growth, "cortical twig", first, habit, head.brain, most=60)


def _add_division(
    growth: Growth, head: Head, at: tuple[int, int], radius: float, is_upper: bool
) -> tuple[int, ...]:
    """Add an M2 division over the insula and the cortical arteries that it gives off."""
    random = growth.random
    way: Way = (
        [(37, -9, -7), (38, -8, 1), (39, -1, 8), (38, 10, 13)]
        if is_upper
        else [(37, -4, -10), (39, 6, -6), (39, 17, 0), (38, 28, 7)]
    )
    name = f"{'superior' if is_upper else 'inferior'} division M2"
    division = add_way(growth, head, name, at, way, (radius, radius * 0.6))
    n_arteries = int(random.integers(5, 9))
    leaves = np.clip(np.linspace(0.15, 1.0, n_arteries) + random.normal(0, 0.05, n_arteries), 0.1, 1.0)
    angles = np.linspace(150, 40, n_arteries) if is_upper else np.linspace(-115, 15, n_arteries)
    return tuple(
        _add_cortical(growth, head, growth.on((division,), leave), np.radians(angle + random.normal(0, 9)))
        for leave, angle in zip(leaves, angles, strict=True)
    )


def _add_cortical(growth: Growth, head: Head, at: tuple[int, int], angle: float) -> int:
    """Add an artery that climbs the insula, turns round the operculum and spreads over the brain.

    Args:
        growth: The tree.
        head: The head.
        at: Where it leaves.
        angle: Direction in the side view, from the back (0) over the top (90 deg) to the front; radians.
    """
    random = growth.random
    start, _, radius = growth.place(at)
    away = np.array([0.0, np.cos(angle), np.sin(angle)])
    reach = random.uniform(0.7, 1.1)
    distances = np.array([0.0, 9.0, 14.0, 9.0, 17.0, 32.0 * reach, 50.0 * reach, 66.0 * reach])
    outwards = np.array([0.0, 1.0, 6.0, 15.0, 20.0, 20.0, 20.0, 20.0])
    corners = start + distances[:, None] * away + outwards[:, None] * [head.side, 0.0, 0.0]
    corners[1:] += random.normal(0, 1.6, (7, 3))
    corners[4:] = head.brain.settle(corners[4:])[0]
    points = evenly(growth.curve(corners, head.slope + 0.15, (7.0, 35.0)))
    begin = max(radius * random.uniform(0.55, 0.8), 0.55)
    return growth.add("cortical artery M4", *at, points, taper(len(points), begin, 0.36))
