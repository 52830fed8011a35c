"""A figure for people: the worst cases on the left and the median ones on the right."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from lib.arrays import Picture
from lib.evaluation.cases import VESSEL, Case
from lib.evaluation.evaluate import Evaluation, Method, ScoredFrame, SeenFrame, look
from lib.evaluation.metrics import MaskImage
from lib.evaluation.report import by_dice
from lib.labels import LabelTable
from lib.pictures.overlay import overlay

N_SHOWN: Final = 4
TILE_PX: Final = 320
TITLE_PX: Final = 22
GAP_PX: Final = 12
INK: Final = (32, 32, 32)


def draw_figure(evaluation: Evaluation, cases: Sequence[Case], method: Method) -> Picture:
    """Return the worst and the median cases: image, truth and result of each, with name and Dice.

    They are segmented once more, because no picture of the many others was kept.
    """
    frames = by_dice(evaluation.frames)
    middle = max((len(frames) - N_SHOWN) // 2, 0)
    chosen = {"worst": frames[:N_SHOWN], "median": frames[middle : middle + N_SHOWN]}
    strips = _strips({frame.place for group in chosen.values() for frame in group}, cases, method)
    columns = [
        np.vstack([_titled(strips[frame.place], f"{group}: {_title(frame)}") for frame in chosen[group]])
        for group in chosen
    ]
    gap = np.full((columns[0].shape[0], GAP_PX, 3), 255, np.uint8)
    return np.hstack([columns[0], gap, columns[1]])


def _strips(
    places: set[tuple[int, int]], cases: Sequence[Case], method: Method
) -> dict[tuple[int, int], Picture]:
    """Return image, truth and result of each place, side by side; a run is segmented once for all of its."""
    strips: dict[tuple[int, int], Picture] = {}
    for number in sorted({case for case, _ in places}):
        for seen in look(cases[number], method)[0]:
            if (number, seen.t) in places:
                strips[number, seen.t] = _strip(seen, method.table)
    return strips


def _strip(seen: SeenFrame, table: LabelTable) -> Picture:
    nothing = np.zeros_like(seen.truth)
    return np.hstack([_tile(seen, mask, table) for mask in (nothing, seen.truth, seen.result)])


def _tile(seen: SeenFrame, mask: MaskImage, table: LabelTable) -> Picture:
    """Return a square tile; a frame of another shape gets white margins."""
    label_map = mask.astype(np.uint8) * np.uint8(table.by_name(VESSEL).index)
    picture = overlay(seen.frame, label_map, table, has_legend=False)
    height, width = picture.shape[:2]
    scale = TILE_PX / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    tile = np.full((TILE_PX, TILE_PX, 3), 255, np.uint8)
    tile[: size[1], : size[0]] = small
    return tile


def _titled(strip: Picture, title: str) -> Picture:
    bar = np.full((TITLE_PX, strip.shape[1], 3), 255, np.uint8)
    text = title.encode("ascii", "replace").decode("ascii")
    cv2.putText(bar, text, (4, TITLE_PX - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)
    return np.vstack([bar, strip])


def _title(frame: ScoredFrame) -> str:
    return f"{frame.name}  Dice {frame.score.overlap.dice:.2f} (image, truth, result)"
