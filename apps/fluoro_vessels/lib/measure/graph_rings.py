"""Which pieces of a web are part of a ring; a tree has none, so somewhere two vessels lie over each other."""

from collections.abc import Iterator

from lib.measure.graph_web import Arm, Web


def ring_pieces(web: Web) -> list[bool]:
    """Return for each piece whether another way leads from its one end to the other.

    Paper: Tarjan 1974, "A note on finding the bridges of a graph", doi:10.1016/0020-0190(74)90003-9.
    """
    search = _Search(web)
    for joint in search.arms:
        if joint not in search.entered:
            search.from_joint(joint)
    return search.in_ring


class _Search:
    """Goes through a web depth first, and keeps how far back each joint's ways lead."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.arms = web.arms()
        self.in_ring = [True] * len(web.pieces)
        self.entered: dict[int, int] = {}
        self._lowest: dict[int, int] = {}

    def from_joint(self, root: int) -> None:
        """Visit everything that is connected to a joint."""
        stack: list[tuple[int, int, Iterator[Arm]]] = [self._enter(root, -1)]
        while stack:
            joint, way_in, rest = stack[-1]
            arm = next(rest, None)
            if arm is None:
                stack.pop()
                if stack:
                    self._leave(joint, way_in, stack[-1][0])
            elif arm[0] != way_in:
                other = self.web.outward(arm).end
                if other in self.entered:
                    self._lowest[joint] = min(self._lowest[joint], self.entered[other])
                else:
                    stack.append(self._enter(other, arm[0]))

    def _enter(self, joint: int, way_in: int) -> tuple[int, int, Iterator[Arm]]:
        self.entered[joint] = self._lowest[joint] = len(self.entered)
        return joint, way_in, iter(self.arms[joint])

    def _leave(self, joint: int, way_in: int, before: int) -> None:
        """Go back along the piece that led here: it is in a ring if a way leads back at least so far."""
        self._lowest[before] = min(self._lowest[before], self._lowest[joint])
        self.in_ring[way_in] = self._lowest[joint] <= self.entered[before]
