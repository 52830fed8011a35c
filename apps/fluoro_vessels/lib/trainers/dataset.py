"""Examples from the shelf: crops for training, whole frames for validation.

Every example is drawn from the recipe's seed, its step and its place in the batch, so that a training that
was stopped goes on with the same examples.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.networks.stack import Levels, assemble, levels_from
from lib.trainers.augment import Change, draw_change, placement, rearrange, retouch
from lib.trainers.recipe import Recipe
from lib.trainers.shelf import (
    CENTRE_LINE,
    DEVICE,
    DEVICE_UNKNOWN,
    FIELD,
    GREYS,
    N_BITS,
    SEEN,
    SEEN_ALONE,
    VESSEL,
    Entry,
    entry_file,
    picture_file,
)

BATCHES_AHEAD: Final = 2
TRUTH_BITS: Final = (VESSEL, DEVICE, CENTRE_LINE)
MASK_MIDDLE: Final = 127
BITS_AT_A_TIME: Final = 3
"""A picture of three channels is turned as fast as one of one."""


@dataclass(frozen=True)
class Example:
    """What the network sees and what it should answer.

    Attributes:
        stack: (5, H, W) float32.
        truth: (2, H, W) bool, vessel and device.
        centre_line: (H, W) bool, three pixels wide.
        asked: (2, H, W) bool, where the answer counts. What the network sees beside the real field counts,
            or else it dreams there; devices do not where nobody said what is one.
    """

    stack: NDArray[np.float32]
    truth: NDArray[np.bool_]
    centre_line: NDArray[np.bool_]
    asked: NDArray[np.bool_]


@dataclass(frozen=True)
class Batch:
    """Examples side by side: each array with an axis (N, ...) in front."""

    stack: NDArray[np.float32]
    truth: NDArray[np.bool_]
    centre_line: NDArray[np.bool_]
    asked: NDArray[np.bool_]


@dataclass(frozen=True)
class Shelf:
    """The runs of a folder, in the order of their seeds."""

    folder: Path
    entries: tuple[Entry, ...]

    def pictures(self, entry: Entry) -> NDArray[np.uint8]:
        """Return (N, H, W, 5) uint8; only what is looked at is read from the disk."""
        pictures: NDArray[np.uint8] = np.load(picture_file(self.folder, entry.seed), mmap_mode="r")
        return pictures

    def draw(self, random: np.random.Generator) -> tuple["Shelf", Entry]:
        """Draw a run; each has the same chance."""
        return self, self.entries[random.integers(len(self.entries))]


def open_shelf(folder: Path, seeds: range) -> Shelf:
    """Open the shelf that `make_shelf` has filled with these seeds."""
    texts = (entry_file(folder, seed).read_text(encoding="utf-8") for seed in seeds)
    return Shelf(folder, tuple(Entry(**json.loads(text)) for text in texts))


class Source(Protocol):
    """Where examples are drawn from."""

    def draw(self, random: np.random.Generator) -> tuple[Shelf, Entry]:
        """Draw a run, and say on which shelf it is."""
        ...


@dataclass(frozen=True)
class Mixture:
    """Two shelves; an example comes from the first one with probability `share`."""

    first: Shelf
    second: Shelf
    share: float

    def draw(self, random: np.random.Generator) -> tuple[Shelf, Entry]:
        """Draw a shelf, and then a run of it."""
        return (self.first if random.uniform() < self.share else self.second).draw(random)


def batches(source: Source, recipe: Recipe, first_step: int = 0, rank: int = 0) -> Iterator[Batch]:
    """Yield the batches of all steps from `first_step`, made ahead in one thread.

    Args:
        source: Where examples are drawn from.
        recipe: How.
        first_step: Where a training goes on.
        rank: Of several processes, each of which has batches of its own.
    """
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(1, thread_name_prefix="examples") as maker:
        ahead = [maker.submit(batch_at, source, recipe, first_step + i, rank) for i in range(BATCHES_AHEAD)]
        for step in range(first_step, recipe.steps):
            ahead.append(maker.submit(batch_at, source, recipe, step + BATCHES_AHEAD, rank))
            yield ahead.pop(0).result()


def batch_at(source: Source, recipe: Recipe, step: int, rank: int = 0) -> Batch:
    """Return the batch of one step for one of several processes."""
    examples = [
        draw_example(source, recipe, np.random.default_rng([recipe.seed, step, place]))
        for place in range(rank * recipe.batch, (rank + 1) * recipe.batch)
    ]
    return Batch(
        np.stack([example.stack for example in examples]),
        np.stack([example.truth for example in examples]),
        np.stack([example.centre_line for example in examples]),
        np.stack([example.asked for example in examples]),
    )


def draw_example(source: Source, recipe: Recipe, random: np.random.Generator) -> Example:
    """Draw a run, a frame, a place and a change."""
    shelf, entry = source.draw(random)
    pick = int(random.integers(entry.n_picks))
    is_alone = bool(random.uniform() < recipe.single_share)
    change = draw_change(random)
    pictures = shelf.pictures(entry)[pick]
    is_on_vessel = bool(random.uniform() < recipe.vessel_crop_share)
    centre = _centre(pictures[..., 4], is_on_vessel, recipe.crop_px / change.scale, random)
    crop = _cut(pictures, placement(change, centre, recipe.crop_px), recipe.crop_px)
    return _example(crop, entry, pick, is_alone, change, random)


def whole_example(shelf: Shelf, entry: Entry, pick: int, *, is_alone: bool) -> Example:
    """Return a whole frame, unchanged."""
    pictures = np.ascontiguousarray(shelf.pictures(entry)[pick])
    crop = _Crop(pictures[..., :4], pictures[..., 4])
    return _example(crop, entry, pick, is_alone, Change(), np.random.default_rng(0))


@dataclass(frozen=True)
class _Crop:
    """(H, W, 4) uint8 pictures and (H, W) uint8 bits."""

    pictures: NDArray[np.uint8]
    bits: NDArray[np.uint8]


def _centre(
    bits: NDArray[np.uint8], is_on_vessel: bool, reach_px: float, random: np.random.Generator
) -> tuple[float, float]:
    """Draw (y, x): a vessel's or device's pixel, or a place whose crop lies inside the picture."""
    chosen = np.flatnonzero(bits & (VESSEL | DEVICE)) if is_on_vessel else np.empty(0, np.int64)
    height, width = bits.shape
    if len(chosen):
        y, x = divmod(int(chosen[random.integers(len(chosen))]), width)
        jitter = random.uniform(-reach_px / 3, reach_px / 3, size=2)
        return y + float(jitter[0]), x + float(jitter[1])
    margins = min(reach_px / 2, height / 2), min(reach_px / 2, width / 2)
    return (
        float(random.uniform(margins[0], height - margins[0])),
        float(random.uniform(margins[1], width - margins[1])),
    )


def _cut(pictures: NDArray[np.uint8], place: NDArray[np.float64], size: int) -> _Crop:
    """Cut a turned and scaled square out of (H, W, 5); what lies beside the picture is no field."""
    corners = place @ np.array([[0, size, 0, size], [0, 0, size, size], [1, 1, 1, 1]])
    height, width = pictures.shape[:2]
    left, top = np.clip(np.floor(corners.min(1)) - 2, 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.maximum(np.ceil(corners.max(1)) + 3, (left + 1, top + 1)).astype(int)
    near = np.ascontiguousarray(pictures[top:bottom, left:right])
    shifted = place - np.array([[0, 0, left], [0, 0, top]])
    return _Crop(_warp(near[..., :4], shifted, size), _cut_bits(near[..., 4], shifted, size))


def _cut_bits(bits: NDArray[np.uint8], place: NDArray[np.float64], size: int) -> NDArray[np.uint8]:
    """Cut masks with edges between pixels: each bit as a picture of its own, halved at the middle."""
    cut = np.zeros((size, size), np.uint8)
    for first in range(0, N_BITS, BITS_AT_A_TIME):
        group = tuple(1 << bit for bit in range(first, min(first + BITS_AT_A_TIME, N_BITS)))
        warped = _warp(
            np.dstack([np.where(bits & bit, 255, 0).astype(np.uint8) for bit in group]), place, size
        )
        for channel, bit in enumerate(group):
            cut |= np.uint8(bit) * (np.atleast_3d(warped)[..., channel] > MASK_MIDDLE)
    return np.asarray(cut, np.uint8)


def _warp(picture: NDArray[np.uint8], place: NDArray[np.float64], size: int) -> NDArray[np.uint8]:
    """Return (size, size, C), 0 beside the picture."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    source = np.ascontiguousarray(picture)
    warped = cv2.warpAffine(source, place, (size, size), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(warped, np.uint8)


def _example(
    crop: _Crop, entry: Entry, pick: int, is_alone: bool, change: Change, random: np.random.Generator
) -> Example:
    """Return the network's input and its answer."""
    shown = crop.pictures[..., 1:2] if is_alone else crop.pictures
    planes = np.ascontiguousarray(shown.transpose(2, 0, 1)).astype(np.float32) / np.float32(GREYS)
    planes = rearrange(retouch(planes, change, random), change)
    quantiles = np.array(entry.quantiles[pick][int(is_alone)], np.float32) ** np.float32(change.gamma)
    levels = levels_from(quantiles)
    levels = Levels(levels.middle + change.shift * levels.spread, levels.spread * change.stretch)
    seen = (crop.bits & (SEEN_ALONE if is_alone else SEEN)) > 0
    vessel, device, line = ((crop.bits & bit) > 0 for bit in TRUTH_BITS)
    asked = ((crop.bits & FIELD) > 0) | seen
    stack = assemble(planes, seen, levels, entry.size)
    return Example(
        stack,
        np.stack([vessel, device]),
        line,
        np.stack([asked, asked & ((crop.bits & DEVICE_UNKNOWN) == 0)]),
    )
