"""Our own tracker: the network looks at every frame, dense motion brings the key there, both decide."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numpy as np

from lib.arrays import Frames
from lib.propagation.confidence import expected_dice
from lib.propagation.contrast import depth_along, filling
from lib.propagation.evidence import Evidence, Look, gather
from lib.propagation.fusion import known_of, scored
from lib.propagation.key_shape import KeyShape, shape_of
from lib.propagation.motion import Field, Motion, warped
from lib.propagation.plane import Plane, halved
from lib.propagation.tracker import Guess, MaskImage, Watch


class FlowTracker:
    """Follows a mask by the motion between vessel maps, and draws its walls where each frame shows them."""

    name: ClassVar[str] = "flow"
    version: ClassVar[str] = "2"

    def __init__(self, look: Look) -> None:
        """Take what finds vessels in a run, such as the vessel network."""
        self._look = look

    def study(self, frames: Frames, times: range, watch: Watch) -> "FlowStudy":  # noqa: ARG002
        """Look for vessels in every frame, once for all keys; see `Tracker.study`."""
        return FlowStudy(gather(frames, self._look, watch))


class FlowStudy:
    """A run with the vessels that its own frames show; see `Study`."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def follow(self, t: int, key: MaskImage, path: range) -> Iterator[Guess]:
        """Follow a mask in one direction; see `Study.follow`."""
        if not key.any():
            yield from (Guess(other, np.zeros(key.shape, np.float32), 1.0) for other in path)
            return
        evidence = self._evidence
        shape, motion = shape_of(key, evidence.vessel(t)), Motion(evidence.small_vessel(t))
        key_depth, known = self._depth(shape, t), known_of(shape, evidence.vessel(t))
        for other, field in self._fields(motion, path):
            moved = shape.moved(field)
            full = filling(self._depth(moved, other), warped(key_depth, field))
            score = scored(moved, evidence.vessel(other), full, warped(known, field))
            yield Guess(other, score, expected_dice(score))

    def _fields(self, motion: Motion, path: range) -> Iterator[tuple[int, Field]]:
        """Yield the motion to each frame; the next one is sought while the caller works on this one."""
        small = self._evidence.small_vessel
        with ThreadPoolExecutor(max_workers=1) as pool:
            sought = pool.submit(motion.to, small(path[0]), None)
            for t in path:
                field = sought.result()
                if t != path[-1]:
                    sought = pool.submit(motion.to, small(t + path.step), field)
                yield t, field

    def _depth(self, shape: KeyShape, t: int) -> Plane:
        """Return, at half size, how dark contrast medium makes the shape in a frame."""
        return depth_along(self._evidence.small_added(t), halved(shape.inside) > 0)
