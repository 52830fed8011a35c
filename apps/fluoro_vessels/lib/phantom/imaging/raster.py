"""Tubes seen by a cone beam: how much of each lies in the beam of a pixel, and where they are.

A tube is a row of flat discs that face the detector, each as thick as the step along the middle line.
Where discs overlap their thicknesses add up, and the sum is the length of the beam's way through the
tube, foreshortening included: a tube that runs towards the detector has its discs on one spot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Depth

LEAST_RADIUS_PX: Final = 0.6
"""Radius that the silhouette of a thinner tube gets, so that it is an unbroken line."""

CHUNK: Final = 400_000
"""Pixels of discs that are worked on at a time."""


@dataclass(frozen=True)
class Tubes:
    """Points of tubes in a picture.

    Attributes:
        yx: (N, 2) pixels.
        radii_px: (N,) radius in pixels.
        weights: (N,) optical depth that each disc adds: attenuation per mm times its thickness in mm.
        is_shown: (N,) whether the point belongs to the silhouette.
    """

    yx: NDArray[np.float64]
    radii_px: NDArray[np.float64]
    weights: NDArray[np.float64]
    is_shown: NDArray[np.bool_]


def join_tubes(parts: Sequence[Tubes]) -> Tubes:
    """Return several tubes as one, so that they are drawn at once."""
    return Tubes(
        np.concatenate([part.yx for part in parts]),
        np.concatenate([part.radii_px for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.is_shown for part in parts]),
    )


def draw_tubes(tubes: Tubes, shape: tuple[int, int]) -> tuple[Depth, NDArray[np.bool_]]:
    """Return the optical depth of tubes, (H, W), and their silhouette, (H, W) bool."""
    height, width = shape
    reaches = np.ceil(np.maximum(tubes.radii_px, LEAST_RADIUS_PX) + 0.5).astype(np.int32)
    y, x = tubes.yx.T
    in_sight = (y > -reaches) & (x > -reaches) & (y < height + reaches) & (x < width + reaches)
    in_sight &= (tubes.weights != 0) | tubes.is_shown
    if not in_sight.any():
        return np.zeros(shape, np.float32), np.zeros(shape, np.bool_)
    margin = 2 * int(reaches[in_sight].max()) + 1
    wide = (height + 2 * margin, width + 2 * margin)
    depth = np.zeros(wide[0] * wide[1], np.float64)
    mask = np.zeros(wide[0] * wide[1], np.bool_)
    for reach in np.unique(reaches[in_sight]):
        chosen = np.flatnonzero(in_sight & (reaches == reach))
        n_at_once = max(int(CHUNK / (2 * reach + 1) ** 2), 1)
        for begin in range(0, len(chosen), n_at_once):
            discs = _discs(tubes, chosen[begin : begin + n_at_once], int(reach), margin, wide[1])
            _add(discs, depth, mask)
    inner = np.s_[margin : margin + height, margin : margin + width]
    return depth.reshape(wide)[inner].astype(np.float32), mask.reshape(wide)[inner]


@dataclass(frozen=True)
class _Discs:
    """Discs of one size: (N, K, K) flat places in the canvas, depth that they add, and silhouette."""

    places: NDArray[np.int32]
    depths: NDArray[np.float32]
    shown: NDArray[np.bool_]


def _discs(tubes: Tubes, chosen: NDArray[np.int64], reach: int, margin: int, stride: int) -> _Discs:
    """Draw discs; the rim is as dark as the part of its pixels that it covers."""
    yx = tubes.yx[chosen].astype(np.float32)
    radii = tubes.radii_px[chosen].astype(np.float32)[:, None, None]
    corners = np.rint(yx).astype(np.int32)
    offsets = np.arange(-reach, reach + 1, dtype=np.int32)
    off = (yx - corners)[:, :, None]
    dy, dx = (offsets - off[:, 0]) ** 2, (offsets - off[:, 1]) ** 2
    distances = np.sqrt(dy[:, :, None] + dx[:, None, :])
    covered = np.clip(radii + np.float32(0.5) - distances, 0, 1)
    areas = np.maximum(covered.sum(axis=(1, 2), keepdims=True), np.float32(1e-6))
    covered *= tubes.weights[chosen].astype(np.float32)[:, None, None] * np.float32(np.pi) * radii**2 / areas
    shown = distances <= np.maximum(radii, np.float32(LEAST_RADIUS_PX))
    shown &= tubes.is_shown[chosen][:, None, None]
    first = (corners[:, 0] + margin) * np.int32(stride) + corners[:, 1] + np.int32(margin)
    kernel = offsets[:, None] * np.int32(stride) + offsets
    return _Discs(first[:, None, None] + kernel, covered, shown)


def _add(discs: _Discs, depth: NDArray[np.float64], mask: NDArray[np.bool_]) -> None:
    """Add discs to the flat canvas."""
    lowest = int(discs.places.min())
    added = np.bincount((discs.places - np.int32(lowest)).ravel(), weights=discs.depths.ravel())
    depth[lowest : lowest + added.size] += added
    mask[discs.places[discs.shown]] = True
