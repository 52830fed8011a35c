"""Three simple ways to have masks for a run, which a propagation must be better than."""

from collections.abc import Callable
from typing import Final

import numpy as np

from lib.arrays import Frames
from lib.evaluation.metrics import MaskImage
from lib.propagation.evidence import Evidence
from lib.propagation.motion import dense_flow, warped
from lib.propagation.plane import Plane

NETWORK_THRESHOLD: Final = 0.85
"""Probability from which on the network alone calls a pixel vessel: what its infer task has as default."""


def copied(key: MaskImage) -> Callable[[int], MaskImage]:
    """Return the way that shows the key's mask, (H, W), on every frame."""
    return lambda _: key


def flowed(frames: Frames, key_t: int, key: MaskImage) -> Callable[[int], MaskImage]:
    """Return the way that bends the key's mask from frame to frame by dense optical flow."""
    masks = {key_t: key}
    for path in (range(key_t - 1, -1, -1), range(key_t + 1, len(frames))):
        plane: Plane = key.astype(np.float32)
        for t in path:
            plane = warped(plane, dense_flow(frames[t], frames[t - path.step]))
            masks[t] = plane >= 0.5
    return lambda t: masks[t]


def unled(evidence: Evidence) -> Callable[[int], MaskImage]:
    """Return the way that asks the network about every frame and knows no key."""
    return lambda t: np.asarray(evidence.vessel(t) >= NETWORK_THRESHOLD, np.bool_)
