"""The lines of a whole run: how deep they are, and how much of that the contrast agent added."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.ridges.borders import distance_to_border, field_mask
from lib.ridges.contrast import attenuation, noise_depth, run_strength, still_background, strengths
from lib.ridges.filter import Image, Level, LineMeans, depth_of, halve, line_means, without
from lib.ridges.grid import Grid
from lib.ridges.workers import each

FEWEST_FRAMES: Final = 8
"""Shorter runs have no background that is still and free of contrast."""

FIELD_SAMPLES: Final = 8


@dataclass(frozen=True)
class RunLines:
    """Everything that the frames of a run tell about each other, on the coarse grid.

    Attributes:
        coarse: (T, H, W) attenuation; outside the field it is as dark as the darkest pixel.
        depth: (T, H, W) line depth of each frame by itself.
        added: (T, H, W) line depth that is not there in the still background; equals `depth`
            where there is no background.
        to_border: (H, W) pixels to the border of the field.
        per_frame: (T,) strength of the contrast in each frame.
        strength: That of the fullest moment.
    """

    coarse: NDArray[np.float32]
    depth: NDArray[np.float32]
    added: NDArray[np.float32]
    to_border: Image
    per_frame: NDArray[np.float64]
    strength: float

    @property
    def has_background(self) -> bool:
        """Whether lines that never change were taken out."""
        return self.added is not self.depth


def run_lines(frames: Frames, grid: Grid, levels: tuple[Level, ...], use_background: bool) -> RunLines:
    """Search the lines of every frame.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        grid: The grid to work on.
        levels: Widths to look for.
        use_background: Take out what stays through the run, where it has frames enough.
    """
    coarse = np.stack(each(lambda frame: halve(attenuation(frame, grid.fine)), frames))
    field = field_mask(list(coarse[:: max(len(coarse) // FIELD_SAMPLES, 1)]))
    for image in coarse:
        image[~field] = image.max()
    background = line_means(still_background(coarse), levels) if _is_long(coarse, use_background) else None
    pairs = each(lambda image: _depths(image, levels, field, background), coarse)
    depth = np.stack([both[0] for both in pairs])
    added = depth if background is None else np.stack([both[1] for both in pairs])
    per_frame = strengths(added)
    strength = run_strength(per_frame, noise_depth(added))
    return RunLines(coarse, depth, added, distance_to_border(field), per_frame, strength)


def _is_long(coarse: NDArray[np.float32], use_background: bool) -> bool:
    return use_background and len(coarse) >= FEWEST_FRAMES


def _depths(
    image: Image, levels: tuple[Level, ...], field: NDArray[np.bool_], background: LineMeans | None
) -> tuple[Image, Image]:
    """Return the line depth of a frame, and what of it is not in the background."""
    means = line_means(image, levels)
    depth = depth_of(means, image.shape) * field
    if background is None:
        return depth, depth
    return depth, np.minimum(depth, depth_of(without(means, background), image.shape))
