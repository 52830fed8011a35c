"""From optical depth to what the detector counts: scatter, glare, blur and quanta.

The ranges were set so that noise level and noise correlation of public coronary pictures lie inside:
high-passed at 2 px, flat places there have a standard deviation of 0.8 to 4 grey levels of 256 and a
correlation of 0.07 to 0.55 between neighbouring pixels.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.view import View
from lib.phantom.model import Depth

COARSE: Final = 8
"""Scatter and glare are smooth: they are drawn on a grid that is so many times coarser."""
ELECTRONIC_SHIFT: Final = (-37, 101)
"""Rows and columns between the noise of the quanta and the same numbers used as electronic noise: to draw
them is what costs most, and nothing looks so far."""
REFERENCE_ROWS: Final = 512
"""Widths in pixels are drawn for a picture of this height and grow with it."""


@dataclass(frozen=True)
class Detector:
    """How the beam is counted.

    Attributes:
        quanta: Mean count per pixel at the median of the picture; the exposure control sees to it.
        scatter_fraction: Part of all quanta that were scattered.
        scatter_sigma_px: Width of the scattered light around its origin.
        glare: Part of the light that spreads over the whole picture inside an intensifier.
        blur_sigma_px: Point spread of focal spot and screen.
        noise_sigma_px: Blur that the noise of the quanta shares, because it comes before the screen.
        electronic_noise: Standard deviation in quanta, white, added after the blur.
        vignetting: Part of the light that is lost in the corners.
    """

    quanta: float
    scatter_fraction: float
    scatter_sigma_px: float
    glare: float
    blur_sigma_px: float
    noise_sigma_px: float
    electronic_noise: float
    vignetting: float


def draw_detector(view: View, is_dsa: bool, random: np.random.Generator) -> Detector:
    """Draw a detector: a flat panel, or in a third of the runs an image intensifier.

    Args:
        view: Gives the size of the picture.
        is_dsa: Subtraction is filmed with many more quanta.
        random: Source of randomness.
    """
    is_intensifier = random.random() < 0.33
    is_fluoroscopy = random.random() < 0.08
    lowest, highest = (2500, 16000) if is_dsa else (150, 400) if is_fluoroscopy else (500, 6000)
    quanta = float(np.exp(random.uniform(np.log(lowest), np.log(highest))))
    blur = random.uniform(0.7, 1.2) if is_intensifier else random.uniform(0.45, 0.95)
    return Detector(
        quanta=quanta,
        scatter_fraction=random.uniform(0.05, 0.4),
        scatter_sigma_px=random.uniform(30, 90) * view.rows / REFERENCE_ROWS,
        glare=random.uniform(0.03, 0.15) if is_intensifier else random.uniform(0.0, 0.03),
        blur_sigma_px=blur,
        noise_sigma_px=blur * random.uniform(0.55, 1.0),
        electronic_noise=random.uniform(0.5, 5.0),
        vignetting=random.uniform(0.05, 0.3) if is_intensifier else random.uniform(0.0, 0.04),
    )


def expose(depth: Depth, detector: Detector, random: np.random.Generator) -> NDArray[np.float32]:
    """Count the quanta behind a patient.

    Beer and Lambert: what lies in the beam multiplies. Exposure control brings the median of the
    transmitted beam to the wanted count. Counts are Poisson's, drawn as a normal number.

    Args:
        depth: (H, W) optical depth.
        detector: What counts.
        random: Source of the noise.

    Returns:
        (H, W), float32, quanta, above 0.
    """
    noise = random.standard_normal(depth.shape, dtype=np.float32)
    electronic = np.float32(detector.electronic_noise) * np.roll(noise, ELECTRONIC_SHIFT, (0, 1))
    light = _light(depth, detector)
    noise *= np.sqrt(light)
    light += _blurred(noise, detector.noise_sigma_px)
    light += electronic
    return np.maximum(light, np.float32(0.5), out=light)


def _light(depth: Depth, detector: Detector) -> NDArray[np.float32]:
    """Return the expected count, (H, W): primary beam, scatter and glare."""
    primary = np.exp(-depth)
    level = float(np.median(primary[::COARSE, ::COARSE]))
    primary *= np.float32(detector.quanta / max(level, 1e-12))
    smooth = _scatter_and_glare(primary, detector)
    light = _blurred(primary, detector.blur_sigma_px)
    light *= np.float32((1 - detector.scatter_fraction) * (1 - detector.glare))
    light += smooth
    light *= _shading(light.shape, detector.vignetting)
    return light


def _scatter_and_glare(primary: NDArray[np.float32], detector: Detector) -> NDArray[np.float32]:
    """Return the smooth light, (H, W), with the mean that its fractions give it."""
    rows, columns = primary.shape
    size = (max(columns // COARSE, 1), max(rows // COARSE, 1))
    coarse = cv2.resize(primary, size, interpolation=cv2.INTER_AREA)
    spread = cv2.GaussianBlur(
        coarse, (0, 0), detector.scatter_sigma_px / COARSE, borderType=cv2.BORDER_REFLECT
    )
    scattered = detector.scatter_fraction * spread
    direct = (1 - detector.scatter_fraction) * coarse
    smooth = (1 - detector.glare) * scattered + detector.glare * float((scattered + direct).mean())
    return np.asarray(cv2.resize(smooth, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)


def _shading(shape: tuple[int, ...], vignetting: float) -> NDArray[np.float32]:
    """Return the part of the light that is left at each place, 1 in the middle, (H, W)."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None] ** 2
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :] ** 2
    return np.asarray(1 - np.float32(vignetting / 2) * (y + x), np.float32)


def _blurred(picture: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    width = 2 * math.ceil(3 * sigma_px) + 1
    blurred = cv2.GaussianBlur(picture, (width, width), max(sigma_px, 0.05), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32)
