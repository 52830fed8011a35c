"""Straight tubes of known diameter behind the phantom's detector, measured as vessels are.

Core laboratories test themselves so: with drilled plexiglass instead of a drawing.

Paper:
    Keane et al. 1995, doi:10.1002/ccd.1810360110 (comparison of ten coronary measurement systems on drilled
    phantoms).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.measure.centre_line import CentreLine
from lib.measure.diameter import DiameterProfile, diameters
from lib.phantom.imaging.detector import Detector, expose
from lib.phantom.imaging.raster import Tubes, draw_tubes

DIAMETERS_MM: Final = (0.5, 0.7, 1.0, 1.4, 1.9, 2.5, 3.0, 3.5, 4.0, 5.0)
QUANTA: Final = (200.0, 600.0, 2000.0, 6000.0)
"""Mean count for each pixel: fluoroscopy, poor, usual and good cine."""

PIXEL_MM: Final = 0.2
IODINE_PER_MM: Final = 0.3
BODY: Final = 2.0
SIZE: Final = 192
STEP_PX: Final = 0.4
TILT_DEG: Final = 23.0
WINDOW: Final = 2.6
"""Optical depth from white to black."""


@dataclass(frozen=True, eq=False)
class Tube:
    """A filmed tube: its frame (H, W), its silhouette (H, W), its middle, and its diameter in pixels."""

    frame: Frame
    mask: NDArray[np.bool_]
    line: CentreLine
    diameter_px: float


def film_tube(
    diameter_mm: float, quanta: float, seed: int = 0, narrowing: float = 0.0, neck_mm: float = 8.0
) -> Tube:
    """Film a straight tube.

    Args:
        diameter_mm: Its diameter.
        quanta: Mean count for each pixel.
        seed: Of the noise.
        narrowing: Part of the diameter that a neck in its middle takes away.
        neck_mm: Length of that neck.
    """
    random = np.random.default_rng([seed, round(1000 * diameter_mm), round(quanta)])
    along = np.arange(-SIZE, SIZE, STEP_PX)
    angle = np.radians(TILT_DEG)
    middle = SIZE / 2 + random.uniform(-2, 2)
    yx = middle + along[:, None] * np.array([np.sin(angle), np.cos(angle)])
    neck = np.clip(np.abs(along) * PIXEL_MM / (neck_mm / 2), 0, 1)
    radius = diameter_mm / 2 / PIXEL_MM * (1 - narrowing * np.cos(np.pi / 2 * neck) ** 2)
    weights = np.full(len(along), IODINE_PER_MM * STEP_PX * PIXEL_MM)
    depth, mask = draw_tubes(Tubes(yx, radius, weights, np.ones(len(along), np.bool_)), (SIZE, SIZE))
    place = np.linspace(-1, 1, SIZE, dtype=np.float32)
    depth += np.float32(BODY) + 0.2 * place[None] + 0.1 * place[:, None] ** 2
    detector = Detector(quanta, 0.2, 40.0, 0.02, 0.8, 0.6, 3.0, 0.02)
    light = np.log(expose(depth, detector, random) / quanta)
    frame = np.clip(0.65 + light / WINDOW, 0, 1).astype(np.float32)
    inside = np.all((yx > 12) & (yx < SIZE - 13), axis=1)
    return Tube(frame, mask, CentreLine.of(yx[inside]), diameter_mm / PIXEL_MM)


def measure_tube(tube: Tube) -> DiameterProfile:
    """Measure a tube as a vessel with a known mask."""
    return diameters(tube.frame, tube.line, tube.mask)


def tube_error_mm(diameter_mm: float, quanta: float, seeds: int = 3) -> tuple[float, float]:
    """Return bias and SD in mm over all points of some films of a tube."""
    found = [
        (measure_tube(tube).diameter_px - tube.diameter_px) * PIXEL_MM
        for tube in (film_tube(diameter_mm, quanta, seed) for seed in range(seeds))
    ]
    error = np.concatenate(found)
    return float(error.mean()), float(error.std())
