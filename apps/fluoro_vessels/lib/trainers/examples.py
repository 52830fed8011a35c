"""Labelled frames of real runs, put on a shelf in the form in which simulated ones lie there."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from lib.arrays import Frames
from lib.networks.stack import background_of, field_seen, quantiles_of
from lib.trainers.dataset import Shelf, open_shelf
from lib.trainers.shelf import (
    CENTRE_LINE,
    DEVICE,
    DEVICE_UNKNOWN,
    FIELD,
    GREYS,
    N_PICTURES,
    SEEN,
    SEEN_ALONE,
    VESSEL,
    Entry,
    dilated,
    put_on_shelf,
)


@dataclass(frozen=True)
class LabelledFrame:
    """A frame that a person finished.

    Attributes:
        patient: What tells patients apart; kept nowhere.
        run: What tells runs apart; frames of a run come one after the other.
        t: Which frame, zero-based.
        frames: (T, H, W) in [0, 1], vessels dark; the whole run, shared by its frames.
        vessel: (H, W) bool.
        device: (H, W) bool; None where nobody said what is a device.
    """

    patient: str
    run: str
    t: int
    frames: Frames
    vessel: NDArray[np.bool_]
    device: NDArray[np.bool_] | None


def write_examples(labelled: Iterable[LabelledFrame], folder: Path) -> int:
    """Put labelled frames on a shelf of their own; a frame that stands there already is not made again.

    Args:
        labelled: Frames, those of a run one after the other.
        folder: The shelf; `open_examples` opens it.

    Returns:
        How many frames there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n_frames = 0
    for number, (_, group) in enumerate(itertools.groupby(labelled, key=lambda frame: frame.run)):
        of_run = list(group)
        put_on_shelf(folder, *_pictures(of_run, number))
        n_frames += len(of_run)
    return n_frames


def open_examples(folder: Path) -> Shelf:
    """Open a shelf that `write_examples` has filled."""
    return open_shelf(folder, range(len(list(folder.glob("run-*.json")))))


def _pictures(labelled: list[LabelledFrame], number: int) -> tuple[NDArray[np.uint8], Entry]:
    """Return (N, H, W, 5) of the frames of a run and what is known about them."""
    frames = labelled[0].frames
    background = background_of(frames)
    pictures = np.empty((len(labelled), *background.shape, N_PICTURES), np.uint8)
    quantiles = []
    for place, one in enumerate(labelled):
        frame = frames[one.t]
        seen, alone = field_seen(frame, background), field_seen(frame, frame)
        around = (max(one.t - 1, 0), one.t, min(one.t + 1, len(frames) - 1))
        for channel, picture in enumerate([*(frames[t] for t in around), background]):
            pictures[place, ..., channel] = np.rint(picture * GREYS)
        pictures[place, ..., 4] = _bits(one) | SEEN * seen | SEEN_ALONE * alone
        both = quantiles_of(frame, background, seen), quantiles_of(frame, frame, alone)
        quantiles.append((tuple(map(float, both[0])), tuple(map(float, both[1]))))
    entry = Entry(
        number,
        "",
        is_dsa=False,
        n_picks=len(labelled),
        size=max(background.shape),
        quantiles=tuple(quantiles),
    )
    return pictures, entry


def _bits(labelled: LabelledFrame) -> NDArray[np.uint8]:
    """Return (H, W): what the person said."""
    line = dilated(skeletonize(labelled.vessel)) & labelled.vessel
    device = DEVICE_UNKNOWN if labelled.device is None else DEVICE * labelled.device
    return np.asarray(VESSEL * labelled.vessel | CENTRE_LINE * line | device | FIELD, np.uint8)
