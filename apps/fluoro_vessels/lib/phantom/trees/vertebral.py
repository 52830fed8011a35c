"""What a vertebral injection shows: vertebral, basilar, cerebellar and posterior cerebral arteries."""

from dataclasses import replace

import numpy as np

from lib.phantom.trees.body_surfaces import Ellipsoid
from lib.phantom.trees.growth import Growth, murray
from lib.phantom.trees.head import Head, add_posterior, add_way
from lib.phantom.trees.twigs import Habit, sprout

VERTEBRAL = [
    (26, 10, -130), (25, 7, -110), (27, 5, -92), (33, 9, -81),
    (30, 20, -75), (19, 23, -72), (10, 14, -64), (1, 1, -53),
]  # fmt: skip
BASILAR = [(0.5, -3, -45), (-0.5, -7, -36), (0, -8, -29), (0, -6, -23)]


def grow_vertebral(growth: Growth, head: Head) -> None:
    """Grow one vertebral artery and what it feeds on both sides."""
    random = growth.random
    corners = head.corners(VERTEBRAL, random)
    corners[:3] += random.normal(0, 8 * head.slope, (3, 3))
    points = growth.curve(corners, 0.5 * head.slope, (15.0, 60.0))
    radius = float(np.clip(random.normal(1.75, 0.25), 1.2, 2.3))
    radii = radius * np.linspace(1.0, 0.9, len(points))
    chain = growth.chain(("vertebral artery", "intracranial vertebral artery"), (0.82,), None, points, radii)
    basilar_radii = (radius * 0.95, radius * 0.85)
    basilar = add_way(growth, head, "basilar artery", growth.end(chain[-1]), BASILAR, basilar_radii)
    small = _add_cerebellar(growth, head, chain[-1], basilar)
    pair = murray(basilar_radii[1] * 0.9, random.uniform(0.75, 1.0))
    for each, posterior in zip((head, replace(head, side=-head.side)), pair, strict=True):
        if random.random() < 0.88:
            add_posterior(growth, each, growth.end(basilar), posterior)
    habit = Habit(spacing_mm=9.0, waviness=0.5, pull=0.015, length_per_radius=(40.0, 95.0), thinnest_mm=0.2)
    cerebellum = Ellipsoid(
        np.array([0.0, 40.0, -42.0]), np.array([50.0, 36.0, 24.0]) * head.scale, np.array([0.0, 10.0, -40.0])
    )
    first = sprout(growth, "cerebellar branch", small, habit, cerebellum, most=36)
    sprout(growth, "cerebellar twig", first, habit, cerebellum, most=36)


def _add_cerebellar(growth: Growth, head: Head, vertebral: int, basilar: int) -> tuple[int, ...]:
    """Add PICA on the injected side, AICA and superior cerebellar arteries on both."""
    random = growth.random
    other = replace(head, side=-head.side)
    pica = [(13, 20, -62), (14, 27, -68), (9, 33, -64), (8, 36, -55), (5, 44, -60), (4, 56, -66)]
    aica = [(10, 0, -42), (22, 8, -41), (30, 12, -44), (36, 24, -46)]
    superior = [(8, -4, -24), (17, 6, -26), (24, 18, -27), (20, 32, -24), (12, 46, -22)]
    plans = [("posterior inferior cerebellar artery", head, growth.on((vertebral,), 0.45), pica, 0.75)]
    for each in (head, other):
        plans.append(("anterior inferior cerebellar artery", each, growth.on((basilar,), 0.35), aica, 0.5))
        plans.append(("superior cerebellar artery", each, growth.on((basilar,), 0.88), superior, 0.7))
    return tuple(
        add_way(growth, each, name, at, way, (radius * random.uniform(0.85, 1.15), 0.3))
        for name, each, at, way, radius in plans
        if random.random() < 0.85
    )
