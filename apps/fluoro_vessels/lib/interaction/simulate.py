"""A person who corrects a mask click by click, simulated from its truth.

The ritual is that of the literature: each click goes where the mask is most wrong, and how many it takes
measures the engine that answers. The hurried hand misses the centre, and what it misses is drawn from a
seeded generator, so a session can be repeated.

Paper: Sofiiuk, Petrov, Konushin 2021, Reviving Iterative Training with Mask Guidance for Interactive
Segmentation, arXiv:2102.06583.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.interaction.error_regions import ErrorRegion, error_regions, unclicked
from lib.interaction.prompts import Point, Prompt, PromptKind
from lib.interaction.rituals import ClickProtocol

SECOND_SHARE: Final = 0.2
"""How often a hurried person takes the second largest region."""

SEEN_SHARE: Final = 0.25
"""Size of the second region, as a share of the largest one's, from which anybody would take it."""

SLIP_SHARE: Final = 0.15
"""How often a hurried hand ends beside the region."""

SLIP_PX: Final = 2.0


@dataclass(frozen=True)
class Haste:
    """What chance decides about one hurried click; `place` in [0, 1)."""

    takes_second: bool
    slips: bool
    place: float


def next_click(
    mask: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    protocol: ClickProtocol,
    random: np.random.Generator,
    made: Collection[Point] = (),
) -> Prompt | None:
    """Return the click that corrects a mask most: positive on what was missed, negative on what is false.

    Args:
        mask: (H, W), what there is now.
        truth: (H, W), what the person wants.
        protocol: The point deepest inside the largest error region, or somewhere about it.
        random: Decides what a hurried hand does; three numbers a click.
        made: Clicks already made, (y, x); none is repeated.

    Returns:
        None where nothing is wrong that was not clicked yet.
    """
    haste = _draw(random) if protocol is ClickProtocol.HURRIED else None
    regions = list(islice(error_regions(mask, truth, made), 2))
    if not regions:
        return None
    if haste is None:
        return _click(_deepest(regions[0]), regions[0])
    region = regions[-1] if haste.takes_second and _is_seen(regions) else regions[0]
    about = _about(region, mask != truth) & unclicked(mask.shape, made)
    weights = about if haste.slips and about.any() else region.depth()
    return _click(_drawn(weights, haste.place), region)


def _draw(random: np.random.Generator) -> Haste:
    second, slip, place = random.random(3).tolist()
    return Haste(second < SECOND_SHARE, slip < SLIP_SHARE, place)


def _is_seen(regions: list[ErrorRegion]) -> bool:
    """Tell whether the last of a few regions is large enough beside the first."""
    return regions[-1].area >= SEEN_SHARE * regions[0].area


def _deepest(region: ErrorRegion) -> int:
    """Return the place, row by row, of the free pixel deepest inside; the first of equals."""
    return int(region.depth().argmax())


def _about(region: ErrorRegion, errors: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (H, W), the pixels just outside a region that are nearer to it than to any other error."""
    near, others = _distance_to(region.pixels), errors & ~region.pixels
    is_nearest = near < _distance_to(others) if others.any() else True
    return np.asarray((near > 0) & (near <= SLIP_PX) & is_nearest)


def _distance_to(pixels: NDArray[np.bool_]) -> NDArray[np.float32]:
    background = (~pixels).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(background, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)


def _drawn(weights: NDArray[Any], place: float) -> int:
    """Return the place, row by row, of the pixel that a share of the summed weights falls on."""
    places = np.flatnonzero(weights)
    sums = np.cumsum(weights.ravel()[places], dtype=np.float64)
    return int(places[min(int((sums <= place * sums[-1]).sum()), len(places) - 1)])


def _click(place: int, region: ErrorRegion) -> Prompt:
    y, x = divmod(place, region.pixels.shape[1])
    return Prompt(PromptKind.POINT, ((float(y), float(x)),), region.is_missed)
