"""Which vessel of a frame is meant, and which frame."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import FrameNotFoundError
from lib.errors.measure_graph import NoVesselHereError, UnknownBranchError
from lib.errors.measure_out import NoSiteError
from lib.measure.anatomy import NameSuggestion, suggest_names
from lib.measure.centre_line import CentreLine
from lib.measure.contrast import best_contrast
from lib.measure.graph import VesselBranch, VesselGraph, vessel_graph
from lib.measure.material import Material
from lib.measure.path import line_through
from lib.measure.request import MeasureRequest, Point

REACH_PX: Final = 15.0
"""So far from its centre line may somebody click who means a branch."""


@dataclass(frozen=True, eq=False)
class Site:
    """The stretch of vessel that is measured.

    Attributes:
        t: Its frame.
        line: Its centre line.
        mask: (H, W) all vessels of the frame.
        branch: The branch that it is; None where it was clicked.
        name: What the branch may be called; a suggestion, never applied.
    """

    t: int
    line: CentreLine
    mask: NDArray[np.bool_]
    branch: VesselBranch | None = None
    name: NameSuggestion | None = None

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is not certain about the line, in sentences."""
        if self.branch is None or not self.branch.flags:
            return ()
        return (
            f"Vessels may lie over each other along branch {self.branch.id}. Look whether its line stays in "
            "one vessel, or click two places on the vessel that you mean.",
        )


def find_site(material: Material, request: MeasureRequest) -> Site:
    """Return what a request means.

    Raises:
        FrameNotFoundError: The run has no such frame.
        UnknownBranchError: The frame has no such branch.
        NoSiteError: Nobody said what, and the frame shows no vessel.
        NoVesselHereError: A click lies off every vessel; `line_through` has more such errors.
    """
    t = chosen_frame(material, request.t)
    mask = material.mask_of(t)
    if len(request.points) > 1:
        return Site(t, line_through(mask, request.points, material.frames[t]), mask)
    graph = vessel_graph(mask)
    branch = _clicked(graph, request.points[0]) if request.points else _branch(graph, request.branch, t)
    names = suggest_names(graph, material.view, material.labels) if material.labels else []
    name = next((name for name in names if name.branch_id == branch.id), None)
    return Site(t, branch.line, mask, branch, name)


def chosen_frame(material: Material, wanted: int | None) -> int:
    """Return the frame that is named, or the one whose vessels are filled best."""
    n_frames = len(material.frames)
    if wanted is None:
        return 0 if n_frames == 1 else best_contrast(material.frames, material.masks)
    if not 0 <= wanted < n_frames:
        raise FrameNotFoundError(material.header.sop_instance_uid or "", wanted + 1, n_frames)
    return wanted


def _branch(graph: VesselGraph, wanted: int | None, t: int) -> VesselBranch:
    if wanted is None:
        if not graph.branches:
            raise NoSiteError(t + 1)
        return max(graph.branches, key=_size)
    found = next((branch for branch in graph.branches if branch.id == wanted), None)
    if found is None:
        raise UnknownBranchError(wanted, len(graph.branches))
    return found


def _size(branch: VesselBranch) -> float:
    """Return how much of the picture a branch covers; one that cannot be told from others counts little."""
    area = branch.line.length_px * float(branch.radius_px.mean())
    return area / 4 if branch.flags else area


def _clicked(graph: VesselGraph, point: Point) -> VesselBranch:
    """Return the branch that a click means."""
    near = min(graph.branches, key=lambda branch: branch.line.distance_px(point), default=None)
    if near is None or near.line.distance_px(point) > REACH_PX:
        raise NoVesselHereError(point, REACH_PX)
    return near
