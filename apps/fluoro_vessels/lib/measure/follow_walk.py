"""How a line is looked for from frame to frame."""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, Mask
from lib.measure.centre_line import STEP_PX, CentreLine
from lib.measure.follow_map import Plane, SiteMaps, site_maps
from lib.measure.follow_motion import Field, KeySite, Yx
from lib.measure.follow_snap import Filling, filling_along, half_width_px, middle_offsets

Loss: TypeAlias = Literal["no contrast", "outside the picture", "lost"]
"""Why a frame has no line: nothing fills the vessel, it left the picture, or nothing like it was found."""

LEAST_LIKENESS: Final = 0.55
"""Correlation with the frame where the line was drawn, below which the surroundings are others."""

LEAST_INSIDE: Final = 0.8
"""Share of the line that has to lie in the picture."""

LEAST_MARKED: Final = 0.4
"""Share of the line that has to lie in the mask, where there are masks: a wire alone is no filled vessel."""

LEAST_DARKER: Final = 0.6
LEAST_DEPTH: Final = 0.12
"""Share of the line that is darker than both sides, and share of the depth in the frame where the line was
drawn; a vessel with less is not filled."""

CHAINED_DEPTH: Final = 0.3
"""The same where only the frame before was alike: still anatomy is so as well."""

LEAST_AROUND: Final = 0.6
"""Darkness of the surroundings that still shows vessels, as a share of that where the line was drawn."""

CERTAIN: Final = 0.9
"""From this likeness on no other beginning of the search is tried."""

SURE: Final = 0.75
"""From this likeness on the frame before is not asked."""

NEIGHBOUR: Final = 0.85
"""What likeness to the frame before is worth: it is always more alike, and errors add up that way."""

MOST_APART: Final = 3
"""A frame so many before the present one still helps."""


@dataclass(frozen=True)
class Found:
    """What one frame shows of the line; likeness is 0 without one."""

    line: CentreLine | None
    loss: Loss | None
    likeness: float


@dataclass(frozen=True, eq=False)
class _Trail:
    """What is known from the frames before: the last line, its frame, and a motion to begin with."""

    line: CentreLine | None
    t: int
    begin: Field | None


@dataclass(frozen=True, eq=False)
class Study:
    """All that is known of a site before it is followed."""

    frames: Frames
    masks: Mask | None
    maps: SiteMaps
    key: KeySite
    radius_px: float
    full: Filling
    own_offsets: NDArray[np.float64]

    @classmethod
    def of(cls, frames: Frames, line: CentreLine, t0: int, masks: Mask | None) -> "Study":
        """Look at the line in the frame where it was drawn."""
        maps = site_maps(frames, masks, line)
        every = max(round(0.5 / (STEP_PX * maps.scale)), 1)
        radius_px = half_width_px(frames[t0], line)
        return cls(
            frames=frames,
            masks=masks,
            maps=maps,
            key=KeySite.of(maps.planes[t0], maps.inside(line.yx)[::every]),
            radius_px=radius_px,
            full=filling_along(frames[t0], line, radius_px),
            own_offsets=middle_offsets(frames[t0], line, radius_px),
        )

    def walk(self, path: range) -> dict[int, Found]:
        """Follow the line in one direction, frame by frame."""
        found: dict[int, Found] = {}
        trail = _Trail(None, path.start, None)
        for t in path:
            likeness, yx, field = self._sought(t, trail)
            least = LEAST_DEPTH if field is not None else CHAINED_DEPTH
            found[t] = self._judged(t, yx, likeness, least)
            line = found[t].line
            begin = field if field is not None and likeness >= LEAST_LIKENESS else trail.begin
            trail = replace(trail, begin=begin)
            if line is not None:
                trail = _Trail(line, t, begin)
        return found

    def _sought(self, t: int, trail: "_Trail") -> tuple[float, Yx, Field | None]:
        """Return the best line in a frame: likeness, points, and the motion from the key that led there.

        The frame is compared with the one where the line was drawn, so that errors do not add up. Only where
        the heart has changed too much for that, it is compared with the frame before.
        """
        plane = self.maps.planes[t]
        likeness, yx, field = self._from_key(plane, trail.begin)
        if likeness < CERTAIN and trail.begin is not None:
            likeness, yx, field = max(
                (likeness, yx, field), self._from_key(plane, None), key=lambda one: one[0]
            )
        if likeness >= SURE or trail.line is None or abs(t - trail.t) > MOST_APART:
            return likeness, yx, field
        before = self._site(trail.t, trail.line)
        step, _ = before.moved(plane, None)
        near = NEIGHBOUR * before.likeness(plane, step)
        return (near, step, None) if near > likeness else (likeness, yx, field)

    def _from_key(self, plane: Plane, begin: Field | None) -> tuple[float, Yx, Field]:
        yx, field = self.key.moved(plane, begin)
        return self.key.likeness(plane, yx), yx, field

    def _site(self, t: int, line: CentreLine) -> KeySite:
        """Return the line in a frame as one to compare the next with."""
        shares = np.linspace(0, len(line) - 1, len(self.key.yx))
        even = np.stack(
            [np.interp(shares, np.arange(len(line)), line.yx[:, axis]) for axis in (0, 1)], axis=1
        )
        return KeySite.of(self.maps.planes[t], self.maps.inside(even))

    def _judged(self, t: int, yx: Yx, likeness: float, least_depth: float) -> Found:
        """Return the line on the vessel's middle, or why there is none."""
        moved = self.maps.outside(yx)
        if np.mean(is_inside(moved, self.frames.shape)) < LEAST_INSIDE:
            return Found(None, "outside the picture", 0.0)
        line = self._snapped(t, CentreLine.of(moved))
        is_filled = self._is_filled(t, line, least_depth)
        if not is_filled and (likeness >= LEAST_LIKENESS or not self._shows_vessels(t)):
            return Found(None, "no contrast", 0.0)
        if not is_filled or likeness < LEAST_LIKENESS:
            return Found(None, "lost", 0.0)
        return Found(line, None, likeness)

    def _is_filled(self, t: int, line: CentreLine, least_depth: float) -> bool:
        """Return whether the frame shows contrast medium along a line."""
        if self.masks is not None and np.mean(_marked(self.masks[t], line)) < LEAST_MARKED:
            return False
        seen = filling_along(self.frames[t], line, self.radius_px)
        return seen.darker >= LEAST_DARKER and seen.depth >= least_depth * self.full.depth

    def _shows_vessels(self, t: int) -> bool:
        """Return whether the surroundings are about as full as in the frame where the line was drawn."""
        full = float(self.key.plane.mean())
        return float(self.maps.planes[t].mean()) >= LEAST_AROUND * full

    def _snapped(self, t: int, line: CentreLine) -> CentreLine:
        """Return a line as far beside the darkest way as the one that was drawn lies beside its own."""
        shares = np.linspace(0, 1, len(line)), np.linspace(0, 1, len(self.own_offsets))
        own = np.interp(*shares, self.own_offsets)
        return line.shifted(middle_offsets(self.frames[t], line, self.radius_px) - own)


def is_inside(yx: Yx, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return (N,) whether places lie in a picture of (..., H, W)."""
    return np.asarray(((yx >= -0.5) & (yx <= np.array(shape[-2:]) - 0.5)).all(axis=1))


def _marked(mask: NDArray[np.bool_], line: CentreLine) -> NDArray[np.bool_]:
    """Return (N,) whether each sample lies in a mask."""
    y, x = np.clip(np.rint(line.yx), 0, np.array(mask.shape) - 1).astype(np.int64).T
    return np.asarray(mask[y, x])
