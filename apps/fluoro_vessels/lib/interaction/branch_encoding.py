"""What the clicks of one frame share: its over-complete graph of branches, and the automatic mask."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.interaction.branch_graph import BranchGraph
from lib.interaction.vessel_map import VesselMap


@dataclass(frozen=True)
class BranchEncoding:
    """One frame as `BranchClicker` sees it; all but `shape` and `automatic` in working pixels.

    Attributes:
        shape: Height and width of the frame.
        seen: What might be vessel.
        graph: All branches that might be; None on an empty frame.
        evidence: (n,) of each line pixel of the graph, averaged along the line.
        automatic: The mask before the first click, of the frame's shape.
    """

    shape: tuple[int, int]
    seen: VesselMap
    graph: BranchGraph | None
    evidence: NDArray[np.float64]
    automatic: NDArray[np.bool_]

    @property
    def working_shape(self) -> tuple[int, int]:
        """Height and width that the network works on."""
        rows, columns = self.seen.lumen.shape
        return rows, columns

    @property
    def nbytes(self) -> int:
        """Memory that it holds."""
        seen = self.seen.evidence.nbytes + self.seen.lumen.nbytes + self.seen.depth.nbytes
        return seen + self.automatic.nbytes + (0 if self.graph is None else self.graph.nbytes)
