"""How contrast medium passes places along a vessel: time-density curves and its arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames
from lib.errors.measure_run import CurveLengthError, NoArrivalError, NoValueInRunError
from lib.measure.follow import Followed
from lib.measure.through_run import known_times
from lib.ridges.workers import each

INNER: Final = 0.7
"""Share of the radius within which the vessel is looked at."""

BESIDE_PX: Final = (3.0, 9.0)
"""So far outside its wall lies what it is compared with."""

BRIGHT_SHARE: Final = 0.35
"""Quantile of the darkness there: the vessel itself and its branches are darker and do not count."""

RISE: Final = 0.5
"""Contrast medium has arrived when so much of its rise is over."""

ABOVE_NOISE: Final = 5.0
"""A rise is at least so many times what neighbouring frames differ by."""

LEAST_RISE: Final = 0.03
"""And at least so much attenuation."""

DARKEST: Final = 0.1
"""Brightness added before the logarithm, so that black stays finite."""


@dataclass(frozen=True, eq=False)
class Place:
    """A place on a vessel that moves.

    Attributes:
        name: For people, such as "12 px along the line".
        yx: (T, 2) where it lies in each frame; NaN where it is unknown.
        radius_px: Radius of the vessel there.
    """

    name: str
    yx: NDArray[np.float64]
    radius_px: float


@dataclass(frozen=True, eq=False)
class DensityCurve:
    """How much contrast medium passes a place.

    Attributes:
        place: Where.
        density: (T,) attenuation of the vessel over that of what lies beside it, as a natural logarithm; no
            absolute amount, as a picture says nothing about its own calibration.
        times_ms: (T,) start of each frame; None where the header does not say.
    """

    place: Place
    density: NDArray[np.float64]
    times_ms: NDArray[np.float64] | None


@dataclass(frozen=True)
class Arrival:
    """When contrast medium comes to a place: half of its rise is over.

    Attributes:
        frame: As a fraction, from 0.
        time_ms: From the first frame; None where the header does not say.
        words: The same as a sentence.
    """

    frame: float
    time_ms: float | None
    words: str


def places_along(followed: Followed, radius_px: float, count: int = 5) -> tuple[Place, ...]:
    """Return places evenly spaced along a line that was followed, from its beginning to its end.

    Args:
        followed: The line through the run.
        radius_px: Of the vessel.
        count: How many, at least 2.
    """
    drawn = followed.lines[followed.t0]
    length_px = 0.0 if drawn is None else drawn.length_px
    shares = np.linspace(0, 1, max(count, 2))
    return tuple(
        Place(f"{share * length_px:.0f} px along the line", followed.places(share), radius_px)
        for share in shares
    )


def time_density(
    frames: Frames, places: Sequence[Place], times_ms: Sequence[float] | None = None
) -> tuple[DensityCurve, ...]:
    """Return the curve of each place.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        places: Where to look; a place that is unknown in a frame is sought where it lay in the nearest one.
        times_ms: Start of each frame; None or all 0 where the header does not say.

    Raises:
        NoValueInRunError: A place is known in no frame.
        CurveLengthError: There are not as many times or positions as frames.
    """
    times = known_times(times_ms, len(frames))
    return tuple(DensityCurve(place, _density(frames, place), times) for place in places)


def arrival(curve: DensityCurve) -> Arrival:
    """Return when contrast medium comes to a place.

    Raises:
        NoArrivalError: It is there from the beginning, or it never comes.
    """
    name, smooth = curve.place.name, _smooth(curve.density)
    top = int(np.argmax(smooth))
    highest = float(np.percentile(smooth, 90)) if len(smooth) > 5 else float(smooth[top])
    lowest = float(smooth[: top + 1].min())
    rise = highest - lowest
    noise = float(np.median(np.abs(np.diff(curve.density)))) if len(smooth) > 1 else 0.0
    if rise < max(LEAST_RISE, ABOVE_NOISE * noise * 0.5) or rise < RISE * highest:
        begun = top == 0 or lowest > RISE * highest > LEAST_RISE
        reason = "it is there in the first frame already" if begun else "the curve does not rise"
        raise NoArrivalError(name, reason)
    frame = _crossing(smooth, lowest + RISE * rise, top)
    time_ms = (
        None
        if curve.times_ms is None
        else float(np.interp(frame, np.arange(len(smooth)), curve.times_ms) - curve.times_ms[0])
    )
    when = "" if time_ms is None else f", {time_ms / 1000:.2f} s after the first"
    words = f"Contrast medium arrives {name} in frame {frame + 1:.1f}{when}: half of its rise is over there."
    return Arrival(frame, time_ms, words)


def _crossing(smooth: NDArray[np.float64], level: float, top: int) -> float:
    """Return where a curve first rises through a level and stays above for two frames, as a fraction."""
    above = smooth[: top + 1] >= level
    stays = above & np.append(above[1:], True)
    after = max(int(np.argmax(stays)), 1)
    step = smooth[after] - smooth[after - 1]
    return after - 1 + float(np.clip((level - smooth[after - 1]) / max(step, 1e-9), 0, 1))


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(values, 1, mode="edge")
    return np.asarray((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4)


def _density(frames: Frames, place: Place) -> NDArray[np.float64]:
    yx = _filled_in(place.yx, len(frames))
    return np.array(each(partial(_depth, frames, yx, place.radius_px), range(len(frames))))


def _filled_in(yx: NDArray[np.float64], n_frames: int) -> NDArray[np.float64]:
    """Give frames without a position that of the nearest frame."""
    if len(yx) != n_frames:
        raise CurveLengthError(len(yx), n_frames)
    known = np.flatnonzero(np.isfinite(yx).all(axis=1))
    if not len(known):
        raise NoValueInRunError
    nearest = np.abs(np.arange(n_frames)[:, np.newaxis] - known).argmin(axis=1)
    return np.asarray(yx[known[nearest]])


def _depth(frames: Frames, yx: NDArray[np.float64], radius_px: float, t: int) -> float:
    """Return how much darker a disc is than the ring around it."""
    reach = int(np.ceil(radius_px + BESIDE_PX[1]))
    patch = _patch(frames[t], yx[t], reach)
    steps = np.arange(-reach, reach + 1)
    far = np.hypot(steps[:, np.newaxis], steps)
    inside = far <= max(INNER * radius_px, 1.0)
    ring = (far >= radius_px + BESIDE_PX[0]) & (far <= reach)
    return float(patch[inside].mean() - np.quantile(patch[ring], BRIGHT_SHARE))


def _patch(frame: Frame, yx: NDArray[np.float64], reach: int) -> NDArray[np.float32]:
    """Return the attenuation around a place, sampled between pixels; the picture's edge goes on outside."""
    size = (2 * reach + 1, 2 * reach + 1)
    middle = (float(yx[1]), float(yx[0]))
    seen = cv2.getRectSubPix(frame, size, middle)
    return np.asarray(-np.log(np.maximum(seen, 0) + np.float32(DARKEST)), np.float32)
