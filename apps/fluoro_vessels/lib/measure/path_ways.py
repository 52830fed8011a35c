"""The cheapest way through a mask: in the middle of a vessel every step costs the same, wide or thin."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from lib.arrays import Frame
from lib.measure.graph_walls import Wall
from lib.ridges.contrast import attenuation
from lib.ridges.filter import levels_for, ridge_depth
from lib.ridges.skeleton import Skeleton, trace

AT_WALL: Final = 0.1
"""Share of the speed in the middle that is left at the wall."""

GAP_COST: Final = 6.0
"""What a step outside of the mask costs on a line as dark as the vessel; a step in the middle costs 1."""


Pixel = tuple[int, int]
"""y and x."""


@dataclass(frozen=True)
class Ways:
    """A mask made ready for ways through it.

    Attributes:
        mask: (H, W).
        wall: (H, W) distance to the wall.
        skeleton: Its centre lines.
        cost: (H, W) what a step costs; negative where none may lead.
    """

    mask: NDArray[np.bool_]
    wall: Wall
    skeleton: Skeleton
    cost: NDArray[np.float64]

    @classmethod
    def through(cls, mask: NDArray[np.bool_], wall: Wall) -> "Ways":
        """Return the ways inside a mask, (H, W)."""
        skeleton = trace(mask)
        middle = wall / np.maximum(skeleton.spread(wall), 0.5)
        cost = 1.0 / (AT_WALL + (1.0 - AT_WALL) * np.clip(middle, 0.0, 1.0) ** 2)
        return cls(mask, wall, skeleton, np.where(mask, cost, -1.0))

    def over_gaps(self, frame: Frame) -> "Ways":
        """Return the same with ways outside of the mask, where a frame, (H, W), shows a dark line."""
        widest = 2 * float(np.percentile(self.wall[self.skeleton.lines], 90))
        depth = ridge_depth(attenuation(frame, (frame.shape[0], frame.shape[1])), levels_for(widest))
        usual = float(np.median(depth[self.skeleton.lines]))
        line = np.clip(depth / max(usual, 1e-6), 0.05, 1.0)
        return replace(self, cost=np.where(self.mask, self.cost, GAP_COST / line))

    def middle_at(self, pixel: Pixel) -> Pixel:
        """Return the pixel in the middle of the vessel that is nearest to one."""
        rows, columns = self.skeleton.pixels
        number = int(self.skeleton.nearest[pixel])
        return int(rows[number]), int(columns[number])

    def cheapest(self, start: Pixel, end: Pixel) -> NDArray[np.float64] | None:
        """Return (N, 2): the pixels of the cheapest way; None where there is none."""
        search = MCP_Geometric(self.cost)
        costs, _ = search.find_costs([start], [end])
        if not np.isfinite(costs[end]):
            return None
        return np.array(search.traceback(end), np.float64)

    def without(self, place: NDArray[np.float64], radius_px: float) -> "Ways":
        """Return the ways that keep so far away from a place (y, x)."""
        rows, columns = np.indices(self.mask.shape, sparse=True)
        is_near = (rows - place[0]) ** 2 + (columns - place[1]) ** 2 <= radius_px**2
        return replace(self, cost=np.where(is_near, -1.0, self.cost))
