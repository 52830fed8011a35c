"""Opens a tracker by its name."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lib.errors import TrackerUnavailableError, UnknownModelError
from lib.propagation.evidence import Look
from lib.propagation.flow_tracker import FlowTracker
from lib.propagation.network_look import network_look
from lib.propagation.tracker import Tracker
from lib.registry import model_for
from lib.settings import PropagationSettings

if TYPE_CHECKING:
    from lib.networks.runtime import Engine
    from lib.propagation.sam2_tracker import Sam2Files

TASK: Final = "vessels"
KIND: Final = "vessel-net"
"""The model whose answers our own tracker follows."""


class TrackerName(StrEnum):
    """The trackers that there are."""

    FLOW = "flow"
    SAM2 = "sam2"


def open_tracker(name: TrackerName = TrackerName.FLOW, sam2: "Sam2Files | None" = None) -> Tracker:
    """Return a tracker; networks are opened when a run is looked at, and shared by all of this process.

    Args:
        name: Which one.
        sam2: Where the weights of SAM 2 lie; they are never downloaded.

    Raises:
        TrackerUnavailableError: SAM 2 was asked for, and its package or its weights are not here.
    """
    if name is TrackerName.FLOW:
        return FlowTracker(vessel_look())
    if sam2 is None:
        raise TrackerUnavailableError(name, "no weights are named in the settings")
    from lib.propagation.sam2_tracker import open_sam2

    return open_sam2(sam2)


def tracker_opener(chosen: PropagationSettings) -> Callable[[TrackerName], Tracker]:
    """Return `open_tracker` with the weights that the settings name."""

    def opener(name: TrackerName) -> Tracker:
        if chosen.sam2_weights is None:
            return open_tracker(name)
        from lib.propagation.sam2_tracker import Sam2Files

        return open_tracker(name, Sam2Files(chosen.sam2_weights, chosen.sam2_config))

    return opener


def vessel_look() -> Look:
    """Return what finds vessels in a run: the model that serves `vessels`, opened when it is first used.

    Its look raises UnknownModelError where no model is installed.
    """
    return network_look(_vessel_engine)


def _vessel_engine() -> "Engine":
    from lib.networks.runtime import ENGINES

    model = model_for(TASK, KIND)
    if model is None:
        raise UnknownModelError(TASK, [])
    return ENGINES.of(model)
