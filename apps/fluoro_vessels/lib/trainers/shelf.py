"""Films the runs to learn from and keeps some of their frames in a folder.

A run is one `.npy` with its pictures and one `.json` that says what it is and, because it is written last,
that the run is complete. Seeds decide everything, so a shelf can be made in parts, and again.
"""

import json
import logging
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.networks.stack import background_of, field_seen, quantiles_of
from lib.phantom import VERSION, PhantomRun, Scenario, draw_scenario, simulate
from lib.phantom.model import CentreLine

logger = logging.getLogger(__name__)

TRAINING_SEED: Final = 0
VALIDATION_SEED: Final = 1_000_000
"""Seeds from 2 000 000 are for tests and are never trained on."""

SIZES: Final = (384, 512, 640, 768)
SIZE_SHARES: Final = (0.10, 0.66, 0.12, 0.12)

GAPLESS_SHARE: Final = 0.3
"""Part of the runs that are filmed as one row of frames: only there a frame leaves a trace in the next."""

N_BITS: Final = 7
VESSEL, DEVICE, CENTRE_LINE, SEEN, SEEN_ALONE, FIELD, DEVICE_UNKNOWN = (1 << bit for bit in range(N_BITS))
"""Bits of the fifth picture: the truth; what `field_seen` finds with the run, and in the frame alone; the
real field; where nobody said what is a device."""

N_PICTURES: Final = 5
"""Before, frame, after, background, bits."""

GREYS: Final = 255


@dataclass(frozen=True)
class Entry:
    """What is known about a run on the shelf.

    Attributes:
        seed: Of its scenario; the place on the shelf where no scenario was.
        territory: Which vessels; empty where nobody said it.
        is_dsa: Whether it is subtracted.
        n_picks: Frames that were kept.
        size: Rows and columns.
        quantiles: Per pick, those of the frame with its run and of the frame alone.
    """

    seed: int
    territory: str
    is_dsa: bool
    n_picks: int
    size: int
    quantiles: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]


def make_shelf(
    folder: Path, seeds: Sequence[int], n_picks: int, on_run: Callable[[], None] = lambda: None
) -> None:
    """Film the runs that the shelf does not have yet, two at a time where there are two cores.

    Args:
        folder: The shelf.
        seeds: The runs.
        n_picks: Frames to keep of each.
        on_run: Called after each run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [seed for seed in seeds if not entry_file(folder, seed).exists()]
    if not missing:
        return
    logger.info("films %d runs of phantom version %s", len(missing), VERSION)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count() or 1, context, initializer=_use_one_thread) as pool:
        films = [pool.submit(partial(shelve, folder, seed, n_picks)) for seed in missing]
        for film in as_completed(films):
            film.result()
            on_run()


def shelve(folder: Path, seed: int, n_picks: int) -> None:
    """Film one run and put some of its frames on the shelf, whole or not at all."""
    random = np.random.default_rng([seed, 77])
    scenario = draw_scenario(seed, size=int(random.choice(SIZES, p=SIZE_SHARES)))
    picks, filmed = pick_frames(scenario.n_frames, n_picks, random)
    run = simulate(scenario, filmed)
    put_on_shelf(folder, *_pictures(scenario, run, picks))


def put_on_shelf(folder: Path, pictures: NDArray[np.uint8], entry: Entry) -> None:
    """Keep the pictures of a run, (N, H, W, 5), and what is known about them."""
    _write(picture_file(folder, entry.seed), partial(_save, pictures))
    _write(entry_file(folder, entry.seed), partial(_describe, entry))


def pick_frames(
    n_frames: int, n_picks: int, random: np.random.Generator
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Draw which frames are kept and which are filmed for them: neighbours, and some for the background."""
    if random.uniform() < GAPLESS_SHARE:
        length = min(n_picks + 2, n_frames)
        first = int(random.integers(0, n_frames - length + 1))
        row = tuple(range(first, first + length))
        return row[1 : 1 + n_picks] if length > n_picks else row, row
    picks = tuple(sorted({int(t) for t in random.integers(0, n_frames, size=n_picks)}))
    wanted = {0, n_frames - 1} | {t + step for t in picks for step in (-1, 0, 1)}
    return picks, tuple(sorted(t for t in wanted if 0 <= t < n_frames))


def entry_file(folder: Path, seed: int) -> Path:
    """Return the file that says what a run is."""
    return folder / f"run-{seed:07d}.json"


def picture_file(folder: Path, seed: int) -> Path:
    """Return the file with (N, H, W, 5) uint8."""
    return folder / f"run-{seed:07d}.npy"


def _pictures(scenario: Scenario, run: PhantomRun, picks: Sequence[int]) -> tuple[NDArray[np.uint8], Entry]:
    """Return (N, H, W, 5) and what is known about them."""
    frames = run.display()
    background = background_of(frames)
    pictures = np.empty((len(picks), *background.shape, N_PICTURES), np.uint8)
    quantiles = []
    for number, pick in enumerate(picks):
        t = run.frame_numbers.index(pick)
        seen, alone = field_seen(frames[t], background), field_seen(frames[t], frames[t])
        around = (max(t - 1, 0), t, min(t + 1, len(frames) - 1))
        for channel, picture in enumerate([*(frames[u] for u in around), background]):
            pictures[number, ..., channel] = np.rint(picture * GREYS)
        pictures[number, ..., 4] = _bits(run, t) | SEEN * seen | SEEN_ALONE * alone | FIELD * run.field
        both = quantiles_of(frames[t], background, seen), quantiles_of(frames[t], frames[t], alone)
        quantiles.append((tuple(map(float, both[0])), tuple(map(float, both[1]))))
    size = max(background.shape)
    return pictures, Entry(
        scenario.seed, scenario.territory, scenario.is_dsa, len(picks), size, tuple(quantiles)
    )


def _bits(run: PhantomRun, t: int) -> NDArray[np.uint8]:
    """Return (H, W) with the truth of one frame; centre lines are three pixels wide."""
    truth = run.truth
    device = truth.catheter[t] | truth.guidewire[t] | truth.implant[t]
    lines = centre_line_raster(truth.centre_lines[t], device.shape)
    bits = VESSEL * truth.vessel[t] | DEVICE * device | CENTRE_LINE * (lines & truth.vessel[t])
    return np.asarray(bits, np.uint8)


def centre_line_raster(lines: Sequence[CentreLine], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Draw centre lines, three pixels wide; where points were left out the line has a gap."""
    raster = np.zeros(shape, np.uint8)
    for line in lines:
        rows, columns = np.rint(line.yx).astype(np.int64).T
        inside = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
        raster[rows[inside], columns[inside]] = 1
    return dilated(raster)


def dilated(lines: NDArray[np.bool_] | NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return lines of one pixel, (H, W), as lines of three."""
    return np.asarray(cv2.dilate(lines.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _write(path: Path, write: Callable[[Path], None]) -> None:
    """Let a file appear only when it is whole."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        write(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _describe(entry: Entry, path: Path) -> None:
    path.write_text(json.dumps(asdict(entry)), encoding="utf-8")


def _save(pictures: NDArray[np.uint8], path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, pictures)


def _use_one_thread() -> None:
    cv2.setNumThreads(1)
