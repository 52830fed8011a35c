"""Vertebrae: bodies with end plates, pedicles, processes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.phantom.anatomy.solids import Solid, Triple, bone, rotated, triple


@dataclass(frozen=True)
class Make:
    """What the vertebrae of one spine share.

    Attributes:
        size: Factor on the sizes of a thoracic vertebra.
        hard_per_mm: Attenuation of cortex above soft tissue's.
        soft_per_mm: Attenuation of spongy bone above soft tissue's.
        posterior: How hard arch and processes are beside the body, 0 to 1.
        has_long_processes: Whether it is lumbar.
    """

    size: float
    hard_per_mm: float
    soft_per_mm: float
    posterior: float
    has_long_processes: bool


def spine(
    middle_mm: Triple,
    heights_mm: tuple[float, float],
    is_lumbar: bool,
    strength: float,
    random: np.random.Generator,
) -> list[Solid]:
    """Return the vertebrae between two heights.

    Args:
        middle_mm: Middle of the bodies at z = 0 of that point.
        heights_mm: Lowest and highest z.
        is_lumbar: Larger bodies, long transverse processes, no ribs.
        strength: Factor on the attenuation of bone; old bones are faint.
        random: Where the patient comes from.
    """
    step = random.uniform(31, 37) if is_lumbar else random.uniform(23, 28)
    bow, side, phase = random.normal(0, 1.0), random.normal(0, 0.7), random.uniform(0, 6)
    disc = random.uniform(0.12, 0.3)
    make = Make(
        1.25 if is_lumbar else 1.0, 0.045 * strength, 0.0075 * strength, random.uniform(0.1, 0.5), is_lumbar
    )
    solids: list[Solid] = []
    for z in np.arange(heights_mm[0], heights_mm[1], step) + random.uniform(0, step):
        u = z / 100
        centre = np.add(middle_mm, (8 * side * np.sin(u + phase), 12 * bow * u**2, z))
        tilt = np.array([0.08 * side * np.cos(u + phase), 0.24 * bow * u, 1.0])
        solids += _vertebra(centre, _axes(tilt), step * (1 - disc), make, random)
    return solids


def _axes(up: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vertebra's axes: left, back, up."""
    up = up / np.linalg.norm(up)
    left = np.cross([0.0, 1.0, 0.0], up)
    left /= np.linalg.norm(left)
    return np.stack([left, np.cross(up, left), up])


def _vertebra(
    centre: NDArray[np.float64],
    axes: NDArray[np.float64],
    height: float,
    make: Make,
    random: np.random.Generator,
) -> list[Solid]:
    """Return one vertebra; sizes in mm as of an adult."""
    size = make.size * random.uniform(0.95, 1.05)
    hard, soft, less = make.hard_per_mm, make.soft_per_mm, make.posterior * random.uniform(0.8, 1.2)
    rows = triple(axes[0]), triple(axes[1]), triple(axes[2])

    def solid(place: Triple, radii: Triple, attenuation: float) -> Solid:
        scaled = triple(size * np.array(radii) * random.uniform(0.8, 1.25, 3))
        place = triple(np.array(place) + random.normal(0, 0.7, 3))
        return Solid(triple(centre + size * rotated(axes, place)), scaled, attenuation, rows)

    body = Solid(
        triple(centre), (16 * size, 12.5 * size, height / 2), hard, rows, "column", random.uniform(0.1, 0.35)
    )
    parts = bone(body, random.uniform(0.5, 0.9), soft)
    reach = random.uniform(13, 18) if make.has_long_processes else random.uniform(9, 13)
    for side in (-1.0, 1.0):
        parts += bone(solid((side * 11, 16, 4), (3.6, 7, 5.5), less * hard), 0.9, 1.2 * soft)
        parts += bone(
            solid((side * (11 + reach), 21, 3), (reach, 3.5, 3.8), 0.6 * less * hard), 0.7, 0.6 * soft
        )
        parts += bone(solid((side * 12, 23, -4), (4.5, 4, 11), 0.7 * less * hard), 0.8, soft)
    parts += bone(solid((0, 34, -8), (3, 12, 8), 0.8 * less * hard), 0.8, 0.6 * soft)
    parts.append(solid((0, 25, -3), (9, 2.5, 8), 0.5 * hard))
    return parts
