"""Runs a network on a single frame of a run, with the same result as when the whole run is segmented."""

import numpy as np

from lib.arrays import FrameSource
from lib.networks.runtime import LEAST_RANGE, N_CLASSES, Engine, Probabilities
from lib.networks.sizes import working_size
from lib.networks.stack import background_of, background_times, stack_at


def probabilities_at(frames: FrameSource, t: int, engine: Engine) -> Probabilities:
    """Return (2, h, w) float32 in [0, 1] of vessel and device in frame t, on the working size.

    Only the frame, its neighbours and those that decide about the background are looked at.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark; sides of 64 to 2048 pixels.
        t: Which frame, from 0.
        engine: Runs the network.

    Raises:
        ImageSizeError: A side is too short or too long.
    """
    size = working_size(*frames.shape[1:])
    seen = size.to_working(frames[background_times(len(frames))])
    first = max(t - 1, 0)
    around = size.to_working(frames[first : t + 2])
    if float(np.ptp(seen)) < LEAST_RANGE and float(np.ptp(around)) < LEAST_RANGE:
        return np.zeros((N_CLASSES, *size.working), np.float32)
    stack = size.pad(stack_at(around, t - first, background_of(seen)))
    rows, columns = size.working
    return np.ascontiguousarray(engine.probabilities(stack[np.newaxis])[0, :, :rows, :columns])
