"""The vessel network as what looks for vessels in a run."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lib.arrays import Frames
from lib.propagation.evidence import Look
from lib.propagation.plane import Plane

if TYPE_CHECKING:
    from lib.networks.runtime import Engine

VESSEL = 0
"""Place of the class among the network's."""


def network_look(open_engine: "Callable[[], Engine]") -> Look:
    """Return a look with a network; its engine is asked for when a run is looked at."""

    def look(frames: Frames, is_cancelled: Callable[[], bool]) -> Iterator[tuple[int, Plane]]:
        from lib.networks.runtime import segment_run

        for t, probabilities in segment_run(frames, open_engine(), is_cancelled=is_cancelled):
            yield t, probabilities[VESSEL]

    return look
