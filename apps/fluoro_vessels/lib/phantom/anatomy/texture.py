"""Random fields: correlated texture, smooth warps, shading."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Depth


def cloud(
    shape: tuple[int, int],
    coarsest_px: float,
    finest_px: float,
    power: float,
    random: np.random.Generator,
    stretch: float = 1.0,
) -> Depth:
    """Return a field with mean 0 and standard deviation 1 whose power falls with frequency as f**power.

    Octaves of noise, from coarse to fine; each doubles what there is and adds its own.

    Args:
        shape: Rows and columns.
        coarsest_px: Size of the largest structure.
        finest_px: Size of the smallest.
        power: About -3 for an X-ray picture's background; an octave's variance is f**(power + 2).
        random: Where the noise comes from.
        stretch: How much longer than high its structures are.
    """
    field = np.zeros((1, 1), np.float32)
    size = coarsest_px
    while size >= finest_px:
        cells = [int(np.ceil(n / s)) + 3 for n, s in zip(shape, (size, size * stretch), strict=True)]
        doubled = cv2.resize(field, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        noise = random.standard_normal(cells, dtype=np.float32) * np.float32(size ** (-(power + 2) / 2))
        field = noise + (doubled[: cells[0], : cells[1]] if min(field.shape) > 1 else 0)
        size /= 2
    field = _enlarge(field, shape, (2 * size, 2 * size * stretch))
    field -= field.mean()
    return np.asarray(field / (field.std() + np.float32(1e-6)))


def _enlarge(field: NDArray[np.float32], shape: tuple[int, int], cell_px: tuple[float, float]) -> Depth:
    """Enlarge by cubic interpolation so that one cell covers `cell_px`, and cut what is too much."""
    whole = [max(1, round(n * s)) for n, s in zip(field.shape, cell_px, strict=True)]
    large = cv2.resize(field, (whole[1], whole[0]), interpolation=cv2.INTER_CUBIC)
    top, left = round(0.5 * cell_px[0]), round(0.5 * cell_px[1])
    return np.ascontiguousarray(large[top : top + shape[0], left : left + shape[1]])


def turned_cloud(
    shape: tuple[int, int],
    sizes_px: tuple[float, float],
    stretch: float,
    angle_deg: float,
    random: np.random.Generator,
) -> Depth:
    """Return a cloud of streaks that run at an angle, standard deviation 1."""
    side = int(np.hypot(*shape)) // 2 + 2
    flat = cloud((side, side), sizes_px[0] / 2, sizes_px[1] / 2, -2.8, random, stretch)
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle_deg, 2.0)
    matrix[:, 2] += (shape[1] / 2 - side / 2, shape[0] / 2 - side / 2)
    return np.asarray(cv2.warpAffine(flat, matrix, (shape[1], shape[0]), flags=cv2.INTER_LINEAR))


def warp_field(
    shape: tuple[int, int], size_px: float, amplitude: float, random: np.random.Generator
) -> Depth:
    """Return (H, W, 2): a smooth displacement of given typical size, y and x."""
    fields = [cloud(shape, size_px, size_px / 4, -4.5, random) for _ in range(2)]
    return np.float32(amplitude) * np.stack(fields, axis=2)


def shading(shape: tuple[int, int], random: np.random.Generator) -> Depth:
    """Return a slow ramp and bow over the picture, about -1 to 1: filters, heel effect, the body's slope."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None]
    a, b, c, d = random.normal(0, 0.5, 4).astype(np.float32)
    return np.asarray(a * x + b * y + c * x * y + d * (x * x + y * y - 1) / 2)
