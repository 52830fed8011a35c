"""The rays of a view on a coarse grid, and how long each of them runs inside a solid."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.anatomy.solids import Solid
from lib.phantom.imaging.view import View
from lib.phantom.model import Depth

FULL_PIXELS_PER_CELL: Final = 2.5
LARGEST_GRID: Final = 320
MARGIN: Final = 0.06
"""Part of the picture's longer side that the grid covers beyond each border, for a later warp."""

Map: TypeAlias = NDArray[np.float32]
"""(h, w) on the coarse grid."""

Span: TypeAlias = tuple[Map, Map]
"""Where each ray enters and leaves, in mm along the ray; equal where it misses."""


@dataclass(frozen=True)
class Rays:
    """One ray per grid cell, from the source to the detector.

    Attributes:
        view: Where the C-arm stands.
        source_mm: (3,) focal spot, patient coordinates.
        directions: (3, h, w) unit vectors.
        cell_px: Picture pixels per grid cell.
        margin_px: Picture pixels that it covers beyond each border.
    """

    view: View
    source_mm: NDArray[np.float32]
    directions: NDArray[np.float32]
    cell_px: float
    margin_px: int

    def cells(self, yx_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return picture coordinates (N, 2) as grid coordinates."""
        return np.asarray((yx_px + 0.5 + self.margin_px) / self.cell_px - 0.5)

    @property
    def heights_mm(self) -> Map:
        """(h, 1): how far above the isocentre each row of the grid looks, at the isocentre's depth."""
        y = (np.arange(self.directions.shape[1]) + 0.5) * self.cell_px - 0.5 - self.margin_px
        above = (self.view.rows - 1) / 2 + self.view.shift_px[0] - y
        return np.asarray(above[:, None] / self.view.pixels_per_mm, np.float32)

    def empty(self) -> Map:
        """Return a map of zeros."""
        return np.zeros(self.directions.shape[1:], np.float32)


def rays_of(view: View) -> Rays:
    """Return the rays of a view."""
    longer = max(view.rows, view.columns)
    cell_px = max(FULL_PIXELS_PER_CELL, longer / LARGEST_GRID)
    margin_px = int(MARGIN * longer)
    shape = [int(np.ceil((n + 2 * margin_px) / cell_px)) for n in (view.rows, view.columns)]
    y, x = ((np.arange(n) + 0.5) * cell_px - 0.5 - margin_px for n in shape)
    y_mm = ((view.rows - 1) / 2 + view.shift_px[0] - y)[:, None] / view.pixels_per_mm
    x_mm = (x - (view.columns - 1) / 2 - view.shift_px[1])[None] / view.pixels_per_mm
    beam, right, up = (axis[:, None, None] for axis in view.axes())
    directions = beam * view.sod_mm + right * x_mm + up * y_mm
    directions /= np.sqrt((directions**2).sum(axis=0))
    source = -view.axes()[0] * view.sod_mm
    return Rays(view, source.astype(np.float32), directions.astype(np.float32), cell_px, margin_px)


def span(solid: Solid, rays: Rays, window: tuple[slice, slice] = (slice(None), slice(None))) -> Span:
    """Return where the rays of a window run inside a solid.

    Ellipsoid and column are quadrics in the solid's own axes; end planes cut it.
    """
    axes = np.asarray(solid.axes, np.float32) / np.asarray(solid.radii_mm, np.float32)[:, None]
    to_centre = np.asarray(solid.centre_mm, np.float32) - rays.source_mm
    middle = np.float32(np.linalg.norm(to_centre))
    d = np.tensordot(axes, rays.directions[:, *window], 1)
    o = d * middle - (axes @ to_centre)[:, None, None]
    third = np.float32(solid.axial_square)
    a = np.maximum(d[0] * d[0] + d[1] * d[1] + third * d[2] * d[2], np.float32(1e-9))
    b = o[0] * d[0] + o[1] * d[1] + third * o[2] * d[2]
    c = o[0] * o[0] + o[1] * o[1] + third * o[2] * o[2] - 1
    root = np.sqrt(np.maximum(b * b - a * c, 0))
    near, far = (-b - root) / a, (-b + root) / a
    if solid.planes:
        low, high = solid.planes
        along = np.where(np.abs(d[2]) < 1e-6, np.float32(1e-6), d[2])
        ends = (low - o[2]) / along, (high - o[2]) / along
        near, far = np.maximum(near, np.minimum(*ends)), np.minimum(far, np.maximum(*ends))
    return near + middle, np.maximum(near, far) + middle


def length(*spans: Span) -> Map:
    """Return how many mm of each ray lie inside all of the given spans."""
    near, far = spans[0]
    for other in spans[1:]:
        near, far = np.maximum(near, other[0]), np.minimum(far, other[1])
    return np.maximum(far - near, 0)


def depth_of(solids: list[Solid], rays: Rays) -> Map:
    """Return the optical depth of solids, each looked at only where it can be seen."""
    depth = rays.empty()
    if not solids:
        return depth
    centres, magnification = rays.view.project(np.array([solid.centre_mm for solid in solids], np.float64))
    reaches = (
        np.array([solid.reach_mm for solid in solids]) * magnification / (rays.view.pixel_mm * rays.cell_px)
    )
    for solid, centre, reach in zip(solids, rays.cells(centres), 1.1 * reaches + 2, strict=True):
        window = _window(centre, float(reach), depth.shape)
        if window is not None:
            depth[window] += np.float32(solid.attenuation_per_mm) * length(span(solid, rays, window))
    return depth


def _window(centre: NDArray[np.float64], reach: float, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """Return the part of the grid within reach of a point, None if that is outside."""
    begin = np.maximum(centre - reach, 0).astype(int)
    end = np.minimum(centre + reach + 2, shape).astype(int)
    return (slice(begin[0], end[0]), slice(begin[1], end[1])) if (begin < end).all() else None


def to_picture(depth: Map, rays: Rays) -> Depth:
    """Bring a map from the grid to the picture's size and cut the margin."""
    view, cell = rays.view, rays.cell_px
    large = cv2.resize(depth, None, fx=cell, fy=cell, interpolation=cv2.INTER_CUBIC)
    cut = rays.margin_px
    return np.ascontiguousarray(large[cut : cut + view.rows, cut : cut + view.columns])


def warped(depth: Map, aside: Map) -> Map:
    """Look aside by (h, w, 2) cells, y and x: anatomy is not made of perfect ellipsoids."""
    y, x = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in depth.shape), indexing="ij")
    return np.asarray(
        cv2.remap(
            depth, x + aside[..., 1], y + aside[..., 0], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    )
