"""Where a line went between two frames: dense motion between maps, made whole by what lies around.

Along a vessel nothing changes, so motion in that direction cannot be seen on the vessel itself. The branches
around it run in other directions and show it: a smooth motion of the whole neighbourhood is fitted to what
each edge says across itself, and the line takes from it what it does not know.

Papers: Kroeger et al. 2016, doi:10.1007/978-3-319-46493-0_29; Lucas and Kanade 1981 for motion across edges.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.measure.follow_map import Plane

Yx = NDArray[np.float64]
"""(N, 2), y and x in pixels of the maps."""

Field = NDArray[np.float32]
"""(h, w, 2), x and y of the way from each pixel of one frame to another."""

HALF_WIDTH: Final = 14
"""Pixels to each side of the line that are compared between frames."""

NEAR_PX: Final = 60.0
"""Edges count less the farther they are from the line: standard deviation of their weights."""

STRONG: Final = 0.8
"""Edges below this quantile of all slopes do not count."""

UNIT_PX: Final = 40.0
"""Unit of length in the fit, so that all of its terms have one size."""

BEND: Final = 0.01
"""Share of the weight that holds against stretching and turning."""

ROUNDS: Final = 4
ODD_PX: Final = 1.0
"""Edges that move so much differently count half, in each round of the fit."""

ALONG_PX: Final = 4.0
"""Motion is averaged over such a stretch of the line."""


@dataclass(frozen=True, eq=False)
class KeySite:
    """The line in the frame where it was drawn, and its surroundings.

    Attributes:
        plane: (h, w) map of that frame.
        yx: (N, 2) the line.
        normals: (N, 2) unit vectors across it.
        ribbon: (N, 2 HALF_WIDTH + 1) the surroundings, straightened.
        edges: (E, 2) pixels y, x of edges around it.
        across: (E, 2) unit vectors across them, y and x.
        weights: (E,) how much each counts.
    """

    plane: Plane
    yx: Yx
    normals: Yx
    ribbon: NDArray[np.float32]
    edges: NDArray[np.int64]
    across: Yx
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, plane: Plane, yx: Yx) -> "KeySite":
        """Take the map of a frame and a line in it."""
        slope_y, slope_x = np.gradient(cv2.GaussianBlur(plane.astype(np.float32), (0, 0), 1.0))
        slope = np.hypot(slope_y, slope_x)
        far = _distance(plane.shape, yx)
        chosen = (slope > np.quantile(slope, STRONG)) & (far < 2.2 * NEAR_PX)
        strength = np.minimum(slope[chosen] / max(float(np.quantile(slope, 0.98)), 1e-6), 1.0)
        return cls(
            plane=plane,
            yx=yx,
            normals=normals(yx),
            ribbon=ribbon(plane, yx),
            edges=np.argwhere(chosen),
            across=np.stack([slope_y[chosen], slope_x[chosen]], axis=1) / slope[chosen][:, None],
            weights=strength * np.exp(-0.5 * (far[chosen] / NEAR_PX) ** 2),
        )

    def moved(self, plane: Plane, begin: Field | None) -> tuple[Yx, Field]:
        """Return the line in another frame, and the dense motion that led there.

        Args:
            plane: Map of that frame.
            begin: A motion to begin the search with; None for rest.
        """
        search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        field = search.calc(self.plane, plane, None if begin is None else begin.copy())
        own = _at(field, self.yx)
        common = self._common(field)
        across = np.sum((own - common) * self.normals, axis=1, keepdims=True)
        return self.yx + _averaged(common + across * self.normals), field

    def likeness(self, plane: Plane, yx: Yx) -> float:
        """Return the correlation of the surroundings here and there, -1 to 1."""
        first = self.ribbon - self.ribbon.mean()
        second = ribbon(plane, yx)
        second -= second.mean()
        size = float(np.sqrt(np.sum(first**2) * np.sum(second**2)))
        return float(np.sum(first * second)) / max(size, 1e-9)

    def _common(self, field: Field) -> Yx:
        """Return, at the line, the affine motion that agrees best with all edges across themselves."""
        seen = field[self.edges[:, 0], self.edges[:, 1]][:, ::-1]
        wanted = np.sum(self.across * seen, axis=1)
        middle = self.yx.mean(axis=0)
        terms = _terms(self.edges - middle, self.across)
        hold = np.diag([0.0, 1, 1, 0, 1, 1]) * BEND * self.weights.sum() + 1e-6 * np.eye(6)
        weights = self.weights
        for _ in range(ROUNDS):
            weighted = terms * weights[:, np.newaxis]
            motion = np.linalg.solve(weighted.T @ terms + hold, weighted.T @ wanted)
            weights = self.weights / (1 + ((terms @ motion - wanted) / ODD_PX) ** 2)
        away = (self.yx - middle) / UNIT_PX
        return np.stack([motion[0] + away @ motion[1:3], motion[3] + away @ motion[4:6]], axis=1)


def normals(yx: Yx) -> Yx:
    """Return (N, 2) unit vectors across a line."""
    along = np.gradient(yx, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return np.stack([-along[:, 1], along[:, 0]], axis=1)


def ribbon(plane: Plane, yx: Yx) -> NDArray[np.float32]:
    """Return (N, 2 HALF_WIDTH + 1) the map along the normals of a line; 0 outside."""
    offsets = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    grid = yx[:, np.newaxis] + offsets[:, np.newaxis] * normals(yx)[:, np.newaxis]
    y, x = (np.ascontiguousarray(grid[..., axis], np.float32) for axis in (0, 1))
    return np.asarray(cv2.remap(plane.astype(np.float32), x, y, cv2.INTER_LINEAR), np.float32)


def _terms(places: NDArray[np.float64], across: Yx) -> NDArray[np.float64]:
    """Return (E, 6) what each term of an affine motion moves each edge across itself."""
    y, x = (places / UNIT_PX).T
    ones = np.ones_like(y)
    down, right = across[:, :1], across[:, 1:]
    basis = np.stack([ones, y, x], axis=1)
    return np.concatenate([down * basis, right * basis], axis=1)


def _distance(shape: tuple[int, ...], yx: Yx) -> NDArray[np.float32]:
    """Return (h, w) the distance of each pixel from a line."""
    drawn = np.ones(shape, np.uint8)
    points = np.rint(yx[:, ::-1]).astype(np.int32)
    cv2.polylines(drawn, [points[:, np.newaxis]], False, 0)
    return np.asarray(cv2.distanceTransform(drawn, cv2.DIST_L2, 3), np.float32)


def _at(field: Field, yx: Yx) -> Yx:
    """Return (N, 2) a dense motion at places, y and x."""
    x, y = (np.ascontiguousarray(yx[:, axis : axis + 1], np.float32) for axis in (1, 0))
    found = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found[:, 0, ::-1], np.float64)


def _averaged(values: Yx) -> Yx:
    """Return values averaged along the line."""
    reach = min(int(3 * ALONG_PX), len(values) - 1)
    size = (1, 2 * reach + 1)
    smooth = cv2.GaussianBlur(
        values.reshape(len(values), 1, 2), size, 1.0, sigmaY=ALONG_PX, borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(smooth.reshape(len(values), 2), np.float64)
