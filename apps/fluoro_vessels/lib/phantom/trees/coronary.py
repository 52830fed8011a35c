"""Coronary arteries: the left or the right, on the surface of a heart, three to four generations.

Names of the segments are those of the label table (SYNTAX); the rest has plain names.
"""

from dataclasses import dataclass

import numpy as np

from lib.phantom.model import Points, Tree
from lib.phantom.trees.curves import evenly, meander, rounded
from lib.phantom.trees.growth import Growth, murray, rest_of, taper
from lib.phantom.trees.heart_surface import Heart, Septum, draw_heart
from lib.phantom.trees.lesions import LesionPlan, with_lesions
from lib.phantom.trees.septals import add_septals
from lib.phantom.trees.twigs import Habit, sprout


@dataclass(frozen=True)
class Patient:
    """What is drawn once for a patient.

    Attributes:
        heart: Where the arteries run.
        slope: Tortuosity of the epicardial arteries.
        dominance: Which side feeds the back wall: "right" or "left".
        richness: How many small branches are seen, 0.7 few to 1.7 many.
    """

    heart: Heart
    slope: float
    dominance: str
    richness: float


def grow_coronary(random: np.random.Generator) -> Tree:
    """Grow the left (60 %) or the right coronary artery."""
    patient = Patient(
        heart=draw_heart(random),
        slope=float(np.clip(random.gamma(2.5, 0.11), 0.06, 0.8)),
        dominance="right" if random.random() < 0.85 else "left",
        richness=float(random.uniform(0.7, 1.7)),
    )
    growth = Growth("coronary", random)
    if random.random() < 0.6:
        _grow_left(growth, patient)
    else:
        _grow_right(growth, patient)
    _add_twigs(growth, patient)
    return with_lesions(growth.tree(), LesionPlan.coronary(), random)


def _epicardial(
    growth: Growth, patient: Patient, places_deg: Points, start_mm: Points | None = None
) -> Points:
    """Return a tortuous curve over the heart through places (latitude, clock angle)."""
    random = growth.random
    jitter = random.normal(0.0, 2.5, places_deg.shape)
    jitter[0] = 0.0
    corners = patient.heart.at(places_deg + jitter)
    if start_mm is not None:
        corners[0] = start_mm
    points = meander(rounded(corners), patient.slope, random, wave_mm=(9.0, 55.0))
    settled, normals = patient.heart.settle(points)
    along = np.arange(len(points)) * 0.45
    rooted = np.minimum(along / 15.0, 1.0)[:, None]
    depth = np.sin(2 * np.pi * along / random.uniform(20, 50) + random.uniform(0, 6.28)) * patient.slope * 3.0
    return evenly(points + rooted * (settled - points + depth[:, None] * normals))


def _grow_left(growth: Growth, patient: Patient) -> None:
    random = growth.random
    fork = np.array([-22.0 + random.normal(0, 3), 18.0 + random.normal(0, 6)])
    end = patient.heart.at(fork[None])[0]
    ostium = patient.heart.at(fork[None] + [[-14.0, -10.0]])[0] * random.uniform(0.68, 0.9)
    stem_radius = float(np.clip(random.normal(2.2, 0.25), 1.6, 2.9))
    middle = (ostium + end) / 2 + random.normal(0, 1.2, 3)
    stem = growth.curve(np.stack([ostium, middle, end]), 0.05)
    root = growth.add("left main", None, 0, stem, taper(len(stem), stem_radius, stem_radius * 0.96))
    radii = list(murray(stem_radius * 0.96, random.uniform(0.68, 1.05)))
    if random.random() < 0.25:
        radii[1], ramus_radius = murray(radii[1], random.uniform(0.5, 0.9))
        _add_ramus(growth, patient, fork, root, ramus_radius)
    _add_descending(growth, patient, fork, root, radii[0])
    _add_circumflex(growth, patient, fork, root, radii[1])


def _add_ramus(growth: Growth, patient: Patient, fork: Points, root: int, radius: float) -> None:
    reach = growth.random.uniform(0.6, 1.0)
    places = fork + reach * np.array([[0, 0], [10, 12], [28, 26], [50, 33], [68, 36]])
    points = _epicardial(growth, patient, places)
    growth.add("intermediate artery", *growth.end(root), points, taper(len(points), radius, 0.4))


def _add_descending(growth: Growth, patient: Patient, fork: Points, root: int, radius: float) -> None:
    """Add the LAD down the front groove, round the apex in most, with diagonals and septals."""
    random = growth.random
    last = random.choice([74.0, 92.0, 112.0, 125.0], p=[0.15, 0.3, 0.35, 0.2])
    latitudes = np.linspace(fork[0], last, 7)
    clocks = np.interp(latitudes, [fork[0], -8, 15, 50, 130], [fork[1], 4.0, -6.0, -12.0, -8.0])
    points = _epicardial(growth, patient, np.stack([latitudes, clocks], axis=1))
    cuts = (random.uniform(0.16, 0.28), random.uniform(0.48, 0.6))
    names = ("first diagonal", "second diagonal", "third diagonal")[: random.integers(1, 4)]
    leaves = np.sort(np.clip(random.normal([cuts[0] * 0.85, cuts[1] * 0.8, 0.72], 0.03), 0.08, 0.85))
    ratios = random.uniform(0.45, 0.85, 3) * [1.0, 0.9, 0.8]
    radii = _stepped(len(points), radius, 0.45, tuple(leaves[: len(names)]), tuple(ratios))
    chain = growth.chain(("LAD proximal", "LAD mid", "LAD apical"), cuts, growth.end(root), points, radii)
    for name, leave, ratio in zip(names, leaves, ratios, strict=False):
        _add_diagonal(growth, patient, name, growth.on(chain, leave), ratio)
    add_septals(
        growth, chain, Septum(-0.85 * patient.heart.frame[1] + 0.4 * patient.heart.frame[0]), patient.richness
    )


def _stepped(
    n_points: int, begin_mm: float, end_mm: float, leaves: tuple[float, ...], ratios: tuple[float, ...]
) -> Points:
    """Return radii that taper and step down by Murray's law at each branch that leaves."""
    shares = np.ones(n_points)
    along = np.linspace(0.0, 1.0, n_points)
    for leave, ratio in zip(leaves, ratios, strict=False):
        ramp = np.clip((along - leave) * n_points / 8.0, 0.0, 1.0)
        shares *= 1 - (1 - rest_of(1.0, ratio)) * ramp
    slope = (end_mm / (begin_mm * shares[-1])) if begin_mm * shares[-1] > end_mm else 1.0
    return begin_mm * shares * taper(n_points, 1.0, slope, 1.6)


def _add_diagonal(growth: Growth, patient: Patient, name: str, at: tuple[int, int], ratio: float) -> None:
    reach = growth.random.uniform(0.55, 1.05)
    steps = np.array([[0, 0], [7, 13], [22, 28], [40, 38], [56, 42]])
    _add_over(growth, patient, name, at, ratio, reach * steps)


def _add_over(
    growth: Growth,
    patient: Patient,
    name: str,
    at: tuple[int, int],
    ratio: float,
    steps_deg: Points,
) -> int:
    """Add a branch that leaves a point of another and goes by steps of latitude and clock angle."""
    point, _, radius = growth.place(at)
    here = _place_of(patient.heart, point)
    points = _epicardial(growth, patient, here + steps_deg, start_mm=point)
    begin = radius * ratio
    return growth.add(name, *at, points, taper(len(points), begin, max(0.3, 0.35 * begin)))


def _place_of(heart: Heart, point_mm: Points) -> Points:
    """Return latitude and clock angle (2,) in degrees of a point on the heart."""
    local = (heart.frame @ point_mm) / heart.half_axes_mm
    latitude = np.arctan2(local[0], np.hypot(local[1], local[2]))
    return np.asarray(np.degrees([latitude, np.arctan2(local[2], local[1])]))


def _add_circumflex(growth: Growth, patient: Patient, fork: Points, root: int, radius: float) -> None:
    """Add the LCX along the left valve groove with marginals; in left dominance on to the back."""
    random = growth.random
    is_left = patient.dominance == "left"
    last = random.uniform(165, 180) if is_left else random.uniform(85, 150)
    clocks = np.linspace(fork[1], last, 6)
    latitudes = fork[0] + np.interp(clocks, [fork[1], 60, 180], [0.0, random.normal(0, 3), 6.0])
    points = _epicardial(growth, patient, np.stack([latitudes, clocks], axis=1))
    n_marginals = random.integers(1, 4)
    leaves = np.sort(random.uniform(0.18, 0.85, n_marginals))
    ratios = random.uniform(0.5, 0.95, n_marginals)
    end = 0.9 if is_left else 0.45
    radii = _stepped(len(points), radius, end, tuple(leaves), tuple(ratios))
    chain = growth.chain(
        ("circumflex proximal", "circumflex distal"), (leaves[0],), growth.end(root), points, radii
    )
    names = ("obtuse marginal a", "obtuse marginal b", "left posterolateral")
    for name, leave, ratio in zip(names, leaves, ratios, strict=False):
        reach = random.uniform(0.6, 1.05)
        steps = reach * np.array([[0, 0], [10, 7], [30, 10], [52, 8], [72, 4]])
        _add_over(growth, patient, name, growth.on(chain, leave), ratio, steps)
    if is_left:
        steps = np.array([[0, 0], [10, 5], [35, 6], [60, 4]]) * random.uniform(0.8, 1.1)
        _add_over(growth, patient, "posterior descending from circumflex", growth.end(chain[-1]), 0.9, steps)


def _grow_right(growth: Growth, patient: Patient) -> None:
    """Add the RCA along the right valve groove to the crux, with its branches."""
    random = growth.random
    groove = -22.0 + random.normal(0, 3)
    is_right = patient.dominance == "right"
    last = -random.uniform(172, 184) if is_right else -random.uniform(100, 140)
    clocks = np.linspace(-42.0, last, 7)
    latitudes = groove + np.interp(-clocks, [40, 90, 130, 180], [0.0, -3.0, 3.0, 2.0])
    ostium = patient.heart.at(np.array([[groove - 12.0, -22.0]]))[0] * random.uniform(0.62, 0.76)
    places = np.concatenate([[[groove - 6.0, -30.0]], np.stack([latitudes, clocks], axis=1)])
    points = _epicardial(growth, patient, places, start_mm=ostium)
    radius = float(np.clip(random.normal(1.9, 0.3), 1.2, 2.6)) * (1.0 if is_right else 0.65)
    leaves = (0.06, 0.1, random.uniform(0.3, 0.45), random.uniform(0.6, 0.72))
    ratios = (0.35, 0.33, random.uniform(0.3, 0.55), random.uniform(0.4, 0.65))
    radii = _stepped(len(points), radius, radius * (0.72 if is_right else 0.4), leaves, ratios)
    cuts = (random.uniform(0.3, 0.36), leaves[3])
    chain = growth.chain(("RCA proximal", "RCA mid", "RCA distal"), cuts, None, points, radii)
    _add_right_side(growth, patient, chain, leaves, ratios)
    if is_right:
        _add_crux(growth, patient, chain[-1])


def _add_right_side(
    growth: Growth,
    patient: Patient,
    chain: tuple[int, ...],
    leaves: tuple[float, ...],
    ratios: tuple[float, ...],
) -> None:
    """Add conus, sinus node, right ventricular and acute marginal branches."""
    random = growth.random
    ways = {
        "conus branch": [[0, 0], [8, 8], [20, 14], [32, 10]],
        "sinus node branch": [[0, 0], [-8, -8], [-25, -14], [-42, -2]],
        "right ventricular branch": [[0, 0], [12, 8], [30, 16], [46, 20]],
        "acute marginal": [[0, 0], [12, -3], [32, -2], [58, 6]],
    }
    for (name, steps), leave, ratio in zip(ways.items(), leaves, ratios, strict=True):
        if random.random() < 0.8:
            reach = random.uniform(0.55, 1.1)
            at = growth.on(chain, leave)
            _add_over(growth, patient, name, at, ratio, reach * np.array(steps, dtype=np.float64))


def _add_crux(growth: Growth, patient: Patient, distal: int) -> None:
    """Add the posterior descending and the posterolateral arteries behind the crux."""
    random = growth.random
    at = growth.end(distal)
    wide, narrow = murray(1.0, random.uniform(0.65, 1.0))
    pda, pl = (wide, narrow) if random.random() < 0.5 else (narrow, wide)
    steps = np.array([[0, 0], [10, 3], [32, 4], [55, 2], [70, 2]]) * random.uniform(0.6, 1.05)
    _add_over(growth, patient, "posterior descending from RCA", at, pda, steps)
    around = np.array([[0, 0], [-3, -10], [1, -28], [4, -50]]) * random.uniform(0.6, 1.1)
    lateral = _add_over(growth, patient, "posterolateral from RCA", at, pl, around)
    for letter, leave in zip("abc"[: random.integers(1, 4)], (0.3, 0.6, 0.85), strict=False):
        down = np.array([[0, 0], [12, -3], [30, -5], [48, -4]]) * random.uniform(0.5, 1.1)
        name = f"posterolateral from RCA {letter}"
        _add_over(growth, patient, name, growth.on((lateral,), leave), random.uniform(0.6, 0.9), down)


def _add_twigs(growth: Growth, patient: Patient) -> None:
    """Add two generations of small branches on everything that lies on the surface."""
    stems = tuple(
        index
        for index, draft in enumerate(growth.drafts)
        if draft.name != "left main" and not draft.name.startswith("septal")
    )
    habit = Habit(
        spacing_mm=16.0 / patient.richness,
        length_per_radius=(25.0, 65.0),
        waviness=float(np.clip(0.2 + patient.slope, 0.2, 0.55)),
        pull=0.02,
    )
    first = sprout(growth, "twig", stems, habit, patient.heart, most=45)
    sprout(growth, "small twig", first, habit, patient.heart, most=45)
