"""A person who draws along a branch, simulated from the truth."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric
from skimage.morphology import skeletonize

from lib.interaction.error_regions import ErrorRegion, error_regions
from lib.interaction.prompts import MOST_POINTS, Point, Prompt, PromptKind
from lib.interaction.rituals import ClickProtocol
from lib.interaction.simulate import next_click

Way = NDArray[np.int64]
"""(n, 2), pixels (y, x) one after the other."""

STEP_PX: Final = 4
"""Pixels of the line from one point of a stroke to the next."""

LEAST_PX: Final = 3
"""Pixels of a line that is worth a stroke."""

MOST_LEFT_OUT: Final = 0.25
"""Share of the line that a hurried hand leaves out at either end, at the most."""


def next_scribble(
    mask: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    protocol: ClickProtocol,
    random: np.random.Generator,
) -> Prompt | None:
    """Return a stroke along the centre line of the largest error region, positive on a missed branch.

    A hurried stroke begins late, ends early and wavers, but not beyond the region. A region too short
    for a line gets a click.

    Args:
        mask: (H, W), what there is now.
        truth: (H, W), what the person wants.
        protocol: The whole line, or what a hurried hand makes of it.
        random: Decides what a hurried hand does.

    Returns:
        None where nothing is wrong.
    """
    region = next(error_regions(mask, truth), None)
    if region is None:
        return None
    way = _longest_way(skeletonize(region.pixels))
    if len(way) < LEAST_PX:
        return next_click(mask, truth, protocol, random)
    if protocol is ClickProtocol.HURRIED:
        way = _hurried(way, region, random)
    return Prompt(PromptKind.SCRIBBLE, _stroke(way), region.is_missed)


def _longest_way(lines: NDArray[np.bool_]) -> Way:
    """Return the longest of the shortest ways along lines, (H, W): exact where they have no loops."""
    if not lines.any():
        return np.zeros((0, 2), np.int64)
    end = _far_end(lines, tuple(np.argwhere(lines)[0]))[-1]
    return _far_end(lines, tuple(end))


def _far_end(lines: NDArray[np.bool_], start: tuple[int, ...]) -> Way:
    """Return the way from a pixel of the lines to the one farthest from it along them."""
    paths = MCP_Geometric(np.where(lines, 1.0, -1.0))
    costs, _ = paths.find_costs([start])
    far = np.unravel_index(np.where(np.isfinite(costs), costs, -1.0).argmax(), lines.shape)
    return np.array(paths.traceback(far), np.int64)


def _hurried(way: Way, region: ErrorRegion, random: np.random.Generator) -> Way:
    """Return the middle part of a way, each pixel moved by less than the way to the region's border."""
    late, early = (random.random(2) * MOST_LEFT_OUT * len(way)).astype(int)
    kept = way[late : len(way) - early]
    depth = region.depth()[kept[:, 0], kept[:, 1]]
    angle, share = random.random((2, len(kept)))
    aside = (depth - 1) * share * (np.sin(2 * np.pi * angle), np.cos(2 * np.pi * angle))
    return np.asarray(kept + aside.T.round(), np.int64)


def _stroke(way: Way) -> tuple[Point, ...]:
    """Return a way's points, some pixels apart, its two ends among them."""
    n_points = min(max(len(way) // STEP_PX, 2), MOST_POINTS)
    places = np.linspace(0, len(way) - 1, n_points).round().astype(int)
    return tuple((float(y), float(x)) for y, x in way[places])
