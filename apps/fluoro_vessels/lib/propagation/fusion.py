"""Puts together what the key expects of a frame and what the frame shows.

The odds of a pixel are a sum: how deep inside the moved key it lies, what the network says about it and about
the vessel along there, and how full of contrast medium the vessel is. The last two drop a branch that has no
contrast yet, or no more, and hold one together that the network sees with gaps. The weights were fitted on
simulated runs of validation seeds. Of what a person drew on the key and the network does not see there, its
silence elsewhere says nothing.
"""

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.propagation.key_shape import KeyShape
from lib.propagation.plane import Plane, halved

PIXEL_WEIGHT: Final = 0.31
ALONG_WEIGHT: Final = 0.26
DEPTH_WEIGHT: Final = 0.62
"""For each pixel of depth inside the key's mask."""

FILLING_WEIGHT: Final = 9.0
FULLEST: Final = 0.35
"""What is so full is surely there; more says no more."""

OFFSET: Final = -4.1
LEAST_CHANCE: Final = 0.004
"""Probabilities nearer to 0 or 1 than this are not believed."""

ALONG_PX: Final = 2.5
"""Standard deviation, at half size, of the stretch of vessel that is looked at together."""

KNOWN: Final = 0.5
"""Probability along the key's vessel from which on the network is fully believed about it."""

UNSEEN: Final = 0.95
"""Odds in place of the network's where it is not believed: a full vessel ends where the moved key does."""

LEAST_ODDS: Final = math.log(0.65 / 0.35)
"""A connected piece needs a pixel with such odds, or it is noise that happens to lie in the right place."""

LEAST_AREA_PX: Final = 20


def known_of(shape: KeyShape, probability: Plane) -> Plane:
    """Return, at half size, how far the network is believed about a key: it sees there what was drawn.

    Args:
        shape: Of the key.
        probability: (H, W) in [0, 1], of the same frame.
    """
    seen = _mean_along(halved(probability), halved(shape.inside))
    return np.asarray(np.clip(seen / np.float32(KNOWN), 0, 1), np.float32)


def scored(shape: KeyShape, probability: Plane, full: Plane, known: Plane) -> Plane:
    """Return (H, W) in [0, 1]: the probability that a pixel belongs to what the key shows.

    Args:
        shape: Of the key, moved to this frame.
        probability: (H, W) in [0, 1], the frame's own.
        full: At half size, how full the vessel is, 1 as in the key; see `contrast.filling`.
        known: At half size, moved to this frame; see `known_of`.
    """
    possible = shape.may_be()
    odds = DEPTH_WEIGHT * shape.inside + OFFSET
    odds += PIXEL_WEIGHT * _odds(probability) * cv2.resize(known, odds.shape[::-1])
    along = ALONG_WEIGHT * _odds(_mean_along(halved(probability), halved(shape.inside))) * known
    along += UNSEEN * (1 - known)
    along += FILLING_WEIGHT * np.clip(full, 0, FULLEST)
    odds += cv2.resize(along, odds.shape[::-1])
    score = 1 / (1 + np.exp(-odds))
    return np.asarray(np.where(possible & ~_is_noise((odds >= 0) & possible, odds), score, 0), np.float32)


def _mean_along(probability: Plane, inside: Plane) -> Plane:
    """Return the mean probability of the part of the moved mask that is near each pixel; all at half size."""
    weight = np.clip(inside + np.float32(0.5), 0, 1)
    sums = cv2.GaussianBlur(np.dstack([probability * weight, weight]), (0, 0), ALONG_PX)
    return np.asarray(sums[..., 0] / (sums[..., 1] + np.float32(LEAST_CHANCE)), np.float32)


def _odds(chance: Plane) -> Plane:
    chance = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return np.asarray(np.log(chance / (1 - chance)), np.float32)


def _is_noise(mask: NDArray[np.bool_], odds: Plane) -> NDArray[np.bool_]:
    """Return the connected pieces of a mask that are too small or too unsure."""
    n_parts, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    is_sure = np.zeros(n_parts, np.bool_)
    is_sure[parts[mask & (odds >= LEAST_ODDS)]] = True
    is_noise = ~is_sure | (stats[:, cv2.CC_STAT_AREA] < LEAST_AREA_PX)
    is_noise[0] = False
    return np.asarray(is_noise[parts], np.bool_)
