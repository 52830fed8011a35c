"""Errors of finding a vessel's lines: centre lines, the graph of a mask, the way between two clicks."""

from lib.errors.kinds import InvalidInputError, NotFoundError


class ShortLineError(InvalidInputError):
    """A line has no two different places, so it has no direction and nothing can be measured along it."""

    def __init__(self, n_points: int) -> None:
        super().__init__(
            f"A line of {n_points} point{'' if n_points == 1 else 's'} at one place has no length. "
            "Mark two places apart on the vessel."
        )


class NoVesselHereError(NotFoundError):
    """A click lies on no vessel of the mask, nor near one."""

    def __init__(self, yx: tuple[float, float], reach_px: float) -> None:
        super().__init__(
            f"There is no vessel at x={yx[1]:.0f}, y={yx[0]:.0f}, nor within {reach_px:g} pixels of it. "
            "Click on a vessel, or segment it first."
        )


class NotJoinedError(NotFoundError):
    """No vessel leads from one click to the other."""

    def __init__(self, gap_px: float | None = None) -> None:
        gap = "" if gap_px is None else f"; the best way leaves the vessels for {gap_px:.0f} pixels"
        super().__init__(
            f"No vessel of the mask leads from the one point to the other{gap}. Choose two points on one "
            "vessel, or close the gap in the mask."
        )


class TwoWaysError(InvalidInputError):
    """Two ways that differ lead from one click to the other, because vessels lie over each other."""

    def __init__(self, lengths_px: tuple[float, float]) -> None:
        short, long = lengths_px
        super().__init__(
            f"Two ways lead from the one point to the other, {short:.0f} and {long:.0f} pixels long, because "
            "vessels lie over each other. Set a point between them on the vessel that you mean."
        )


class UnknownBranchError(NotFoundError):
    """A graph has no branch of that number."""

    def __init__(self, branch_id: int, n_branches: int) -> None:
        there = f"it has {n_branches}, numbered from 0" if n_branches else "it has none"
        super().__init__(f"The vessels of this frame have no branch {branch_id}; {there}.")
