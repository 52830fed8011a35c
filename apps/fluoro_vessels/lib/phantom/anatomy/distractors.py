"""What every territory may show: gas, soft shadows, lines that are no vessels."""

import numpy as np
from numpy.typing import ArrayLike

from lib.phantom.anatomy.solids import Solid, axes_along, triple
from lib.phantom.anatomy.strokes import Area, Stroke, draw, wandering
from lib.phantom.model import Depth


def gas(middle_mm: ArrayLike, spread_mm: float, random: np.random.Generator) -> list[Solid]:
    """Return a row of gas bubbles as in stomach and bowel: bright, round, overlapping."""
    n = int(random.integers(1, 8))
    steps = np.cumsum(random.normal(0, spread_mm / 2, (n, 3)), axis=0)
    radii = random.uniform(0.2, 0.8, n) * spread_mm
    return [
        Solid(
            triple(np.asarray(middle_mm) + step),
            triple(radius * random.uniform(0.6, 1.3, 3)),
            -random.uniform(0.004, 0.014),
            axes_along(random.normal(0, 1, 3)),
        )
        for step, radius in zip(steps, radii, strict=True)
    ]


def soft_edges(random: np.random.Generator, middle_mm: tuple[float, float, float]) -> list[Solid]:
    """Return large shapes a little denser or lighter than the rest: breast, muscle, fat, an arm."""
    return [
        Solid(
            triple(np.asarray(middle_mm) + random.normal(0, 70, 3)),
            triple(random.uniform(25, 110, 3)),
            random.normal(0, 0.0022),
            axes_along(random.normal(0, 1, 3)),
        )
        for _ in range(int(random.integers(0, 6)))
    ]


def lines(
    shape: tuple[int, int], pixels_per_mm: float, strength: float, random: np.random.Generator
) -> Depth:
    """Return folds, fasciae and pleural lines: long, smooth, faint, dark or bright, (H, W)."""
    total = np.zeros(shape, np.float32)
    for sign in (1, -1):
        strokes: list[Stroke | Area] = [
            Stroke(
                wandering(shape, random),
                random.uniform(0.4, 2.5) * pixels_per_mm,
                strength * random.uniform(0.2, 1.0),
            )
            for _ in range(int(random.integers(0, 6)))
        ]
        total += np.float32(sign) * draw(strokes, shape, random.uniform(0.3, 1.0) * pixels_per_mm)
    return total
