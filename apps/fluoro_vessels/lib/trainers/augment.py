"""Changes that an example may undergo and stay true: drawn first, applied second.

Paper:
    Isensee et al. 2021, doi:10.1038/s41592-020-01008-z: which changes help a segmentation network.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float32]
"""(C, H, W) in [0, 1]: before, frame, after, background; or the frame alone."""

SCALES: Final = (0.6, 1.5)
TURNS_DEG: Final = (0, 90, 180, 270)
TURN_SHARES: Final = (0.85, 0.05, 0.05, 0.05)
"""Patients mostly have their head above; a network that may rely on it learns bones faster."""

NEIGHBOUR_CHANNELS: Final = (0, 2, 3)
SHADE_GRID: Final = 4
HALF_NOISE_CHANNEL: Final = 3
"""The background: the lightest of many frames has less noise."""


@dataclass(frozen=True)
class Change:
    """What happens to one example; the defaults change nothing.

    Attributes:
        angle_deg: Turned by.
        scale: Enlarged by.
        is_mirrored: Left and right swapped.
        gamma: Brightness to this power.
        shift: Added to the middle of the levels, in spreads.
        stretch: Factor for the spread of the levels.
        shade: Amplitude of a slowly varying brightness, at the (4, 4) knots of `shade_knots`.
        shade_knots: In [-1, 1].
        blur_px: Sigma of a blur.
        sharpen: How much of what a blur takes away is added.
        noise: Standard deviation.
        noise_px: Sigma of the blur of the noise, which correlates it.
        shrink: Size at which the picture is kept for a moment; fine detail is lost.
        jpeg_quality: Of a lossy compression; None for none.
        is_reversed: Before and after swapped.
        dropped: Channels that show the frame itself.
    """

    angle_deg: float = 0.0
    scale: float = 1.0
    is_mirrored: bool = False
    gamma: float = 1.0
    shift: float = 0.0
    stretch: float = 1.0
    shade: float = 0.0
    shade_knots: tuple[float, ...] = (0.0,) * SHADE_GRID**2
    blur_px: float = 0.0
    sharpen: float = 0.0
    noise: float = 0.0
    noise_px: float = 0.0
    shrink: float = 1.0
    jpeg_quality: int | None = None
    is_reversed: bool = False
    dropped: tuple[int, ...] = ()


def draw_change(random: np.random.Generator) -> Change:
    """Draw a change; most of its parts happen to a minority of the examples."""

    def sometimes(share: float, low: float, high: float, otherwise: float) -> float:
        value = float(random.uniform(low, high))
        return value if random.uniform() < share else otherwise

    return Change(
        angle_deg=sometimes(0.6, -25, 25, 0)
        + float(random.choice([0, 90, 180, 270], p=[0.85, 0.05, 0.05, 0.05])),
        scale=float(np.exp(random.uniform(*np.log(SCALES)))),
        is_mirrored=bool(random.uniform() < 0.5),
        gamma=float(np.exp(sometimes(0.5, -0.5, 0.5, 0))),
        shift=sometimes(0.5, -0.3, 0.3, 0),
        stretch=float(np.exp(sometimes(0.5, -0.3, 0.3, 0))),
        shade=sometimes(0.25, 0.02, 0.15, 0),
        shade_knots=tuple(random.uniform(-1, 1, SHADE_GRID**2)),
        blur_px=sometimes(0.2, 0.4, 1.5, 0),
        sharpen=sometimes(0.2, 0.2, 1.5, 0),
        noise=sometimes(0.3, 0.005, 0.06, 0),
        noise_px=sometimes(0.5, 0.4, 1.5, 0),
        shrink=sometimes(0.12, 0.5, 0.9, 1),
        jpeg_quality=int(random.integers(25, 90)) if random.uniform() < 0.12 else None,
        is_reversed=bool(random.uniform() < 0.3),
        dropped=tuple(channel for channel in NEIGHBOUR_CHANNELS if random.uniform() < 0.1),
    )


def placement(change: Change, centre: tuple[float, float], size: int) -> NDArray[np.float64]:
    """Return (2, 3), which takes x, y in a crop of `size` to x, y in the picture around (y, x) `centre`."""
    turn = np.radians(change.angle_deg)
    cosine, sine = np.cos(turn) / change.scale, np.sin(turn) / change.scale
    linear = np.array([[cosine, -sine], [sine, cosine]])
    if change.is_mirrored:
        linear[:, 0] *= -1
    middle = (size - 1) / 2
    offset = np.array([centre[1], centre[0]]) - linear @ [middle, middle]
    return np.column_stack([linear, offset])


def retouch(planes: Planes, change: Change, random: np.random.Generator) -> Planes:
    """Return the planes with other brightness, sharpness and noise."""
    if change.gamma != 1:
        planes = np.power(planes, np.float32(change.gamma))
    if change.shade:
        planes = planes + change.shade * _shade(change, planes.shape[1:])
    changed = np.stack([_degrade(plane, change, random, c) for c, plane in enumerate(planes)])
    return np.asarray(np.clip(changed, 0, 1, out=changed), np.float32)


def rearrange(planes: Planes, change: Change) -> Planes:
    """Return the four planes with neighbours swapped or hidden behind the frame; one alone becomes four."""
    if len(planes) == 1:
        return np.repeat(planes, 4, axis=0)
    order = [2, 1, 0, 3] if change.is_reversed else [0, 1, 2, 3]
    return planes[[1 if channel in change.dropped else order[channel] for channel in range(4)]]


def _degrade(
    plane: NDArray[np.float32], change: Change, random: np.random.Generator, channel: int
) -> NDArray[np.float32]:
    """Blur, sharpen, add noise, and lose detail, in the order of a detector, a processor and an archive."""
    height, width = plane.shape
    if change.blur_px:
        plane = cv2.GaussianBlur(plane, (0, 0), change.blur_px)
    if change.noise:
        amount = change.noise * (0.5 if channel == HALF_NOISE_CHANNEL else 1.0)
        plane = plane + _noise(plane.shape, amount, change.noise_px, random)
    if change.sharpen:
        plane = plane + np.float32(change.sharpen) * (plane - cv2.GaussianBlur(plane, (0, 0), 2.0))
    if change.shrink != 1:
        small = cv2.resize(plane, None, fx=change.shrink, fy=change.shrink, interpolation=cv2.INTER_AREA)
        plane = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return plane if change.jpeg_quality is None else _compress(plane, change.jpeg_quality)


def _noise(
    shape: tuple[int, ...], amount: float, blur_px: float, random: np.random.Generator
) -> NDArray[np.float32]:
    """Return noise of the wanted standard deviation, correlated over `blur_px`."""
    noise = random.standard_normal(shape, dtype=np.float32)
    if blur_px:
        noise = cv2.GaussianBlur(noise, (0, 0), blur_px)
        noise /= noise.std()
    return np.float32(amount) * noise


def _shade(change: Change, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return (H, W) in [-1, 1] between knots, smooth."""
    knots = np.array(change.shade_knots, np.float32).reshape(SHADE_GRID, SHADE_GRID)
    return np.asarray(cv2.resize(knots, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def _compress(plane: NDArray[np.float32], quality: int) -> NDArray[np.float32]:
    """Return what a JPEG file leaves of a picture."""
    stored = np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8)
    _, code = cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.float32) / np.float32(255)
