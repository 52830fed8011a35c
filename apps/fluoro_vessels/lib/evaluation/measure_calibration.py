"""The scale that a catheter gives, beside the true one of its place.

It is taken from the first frame, before contrast medium comes, as in a laboratory: an empty catheter shows
its wall, and no vessel lies over it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.errors import FluoroError
from lib.evaluation.measure_truth import TrueFrame, TrueTool
from lib.measure.centre_line import CentreLine
from lib.measure.scale import Scale, scale_by_catheter

PIECES_PX: Final = (40.0, 120.0)
"""Shortest and longest piece of a shaft that a person would mark."""

MARGIN_PX: Final = 10.0
CLICK_PX: Final = 0.5
"""A drawn line runs so far off the shaft, a standard deviation."""

SEED: Final = 8


def calibration_errors(
    frame: Frame, field: NDArray[np.bool_], truth: TrueFrame, header: Scale | None
) -> tuple[list[float], int]:
    """Return the errors of the scale by the longest free piece of each catheter, in %, and the refusals.

    Args:
        frame: (H, W) in [0, 1].
        field: (H, W), where it shows anything.
        truth: Of the frame.
        header: The scale of the run's header, which refuses what contradicts it.
    """
    errors: list[float] = []
    n_refused = 0
    for tool in truth.tools:
        piece = None if tool.french is None else _free_piece(frame, field, truth, tool)
        if piece is None or tool.french is None:
            continue
        drawn = tool.yx[piece] + np.random.default_rng(SEED).normal(0, CLICK_PX, (len(piece), 2))
        try:
            scale = scale_by_catheter(frame, CentreLine.of(drawn), tool.french, header=header)
        except FluoroError:
            n_refused += 1
            continue
        true_mm = tool.french / 3 / float(np.mean(tool.width_px[piece]))
        errors.append(100 * (scale.mean_mm / true_mm - 1))
    return errors, n_refused


def _free_piece(
    frame: Frame, field: NDArray[np.bool_], truth: TrueFrame, tool: TrueTool
) -> NDArray[np.int64] | None:
    """Return indices of the longest piece that is in sight and on which nothing else lies."""
    last = np.array(frame.shape) - 1
    free = np.all((tool.yx >= MARGIN_PX) & (tool.yx <= last - MARGIN_PX), axis=1)
    rows, columns = np.clip(np.rint(tool.yx), 0, last).astype(np.int64).T
    free &= field[rows, columns] & (truth.gap_px(tool.yx, tool.width_px / 2, tool) > tool.width_px / 2)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(tool.yx, axis=0), axis=1))])
    runs = np.split(np.arange(len(free)), np.flatnonzero(np.diff(free.astype(np.int8))) + 1)
    runs = [run for run in runs if free[run[0]] and along[run[-1]] - along[run[0]] >= PIECES_PX[0]]
    if not runs:
        return None
    longest = max(runs, key=lambda run: along[run[-1]] - along[run[0]])
    middle = (along[longest[0]] + along[longest[-1]]) / 2
    return np.asarray(longest[np.abs(along[longest] - middle) <= PIECES_PX[1] / 2])
