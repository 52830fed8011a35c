"""Where a mask does not tell whether vessels part or lie over each other: both look alike there.

Two vessels that run side by side for a while and then part look like a bifurcation, and a crossing whose arms
bend looks like two of them. Such branches are not resolved; they are named, so that a person looks.
"""

from typing import Final

from lib.measure.graph_crossings import LIKE, LONGEST_PX, RING_BEND_DEG, RING_BRIDGE_RADII
from lib.measure.graph_meetings import PAIRINGS, Meeting, angle_deg, meetings, reach_of
from lib.measure.graph_walls import Wall, at
from lib.measure.graph_web import Arm, Web

FORK_DEG: Final = 30.0
"""Branches of one vessel part by more than this; what parts by less may be two that lay over each other."""


def crowded_pieces(web: Web, wall: Wall) -> set[int]:
    """Return the numbers of the pieces that lead to a place where vessels may lie over each other.

    Args:
        web: Whose crossings were resolved as far as they can be.
        wall: Distance to the wall.
    """
    found: set[int] = set()
    for joint, met in web.arms().items():
        if len(met) == 3 and _is_narrow_fork(web, wall, joint, met):
            found |= {arm[0] for arm in met}
    for meeting in meetings(web, wall, LONGEST_PX):
        if _may_be_crossing(meeting):
            found |= {arm[0] for arm in meeting.arms}
            found |= set() if meeting.bridge is None else {meeting.bridge}
    return found


def _is_narrow_fork(web: Web, wall: Wall, joint: int, met: list[Arm]) -> bool:
    """Tell whether two arms of about one width leave a joint in nearly one direction."""
    radius = at(wall, web.joints[joint])
    reaches = [reach_of(web, wall, arm, radius) for arm in met]
    return any(
        angle_deg(one.direction, other.direction) < FORK_DEG
        and min(one.radius, other.radius) > LIKE * max(one.radius, other.radius)
        for number, one in enumerate(reaches)
        for other in reaches[:number]
    )


def _may_be_crossing(meeting: Meeting) -> bool:
    """Tell whether two vessels could go on over a short bridge."""
    if meeting.bridge_px > RING_BRIDGE_RADII * meeting.radius + 2:
        return False
    return any(
        max(map(meeting.bend_deg, pairs)) <= RING_BEND_DEG and min(map(meeting.likeness, pairs)) >= LIKE
        for pairs in (PAIRINGS if meeting.bridge is None else PAIRINGS[1:])
    )
