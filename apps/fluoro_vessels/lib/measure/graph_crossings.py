"""Tells vessels that lie over each other from vessels that part: straight on is the same vessel."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from lib.measure.centre_line import Path
from lib.measure.graph_meetings import PAIRINGS, Meeting, Pair, meetings
from lib.measure.graph_prune import dissolved, pruned
from lib.measure.graph_walls import Wall
from lib.measure.graph_web import Arm, Piece, Web

BEND_DEG: Final = 32.0
"""A vessel turns at most so much where it crosses another one."""

RING_BEND_DEG: Final = 60.0
"""The same where the crossing closes a ring, which no tree has."""

LONG_BEND_DEG: Final = 35.0
"""The same where they share a line for long: then less tells which of the arms belong together."""

LIKE: Final = 0.45
"""Both arms of one vessel differ at most so much in width."""

STRAIGHT_DEG: Final = 20.0
"""A vessel that turns less goes straight from arm to arm; others follow the line that they share."""

ALIKE: Final = 0.7
"""Arms less alike in width than this have to be straighter."""

BRIDGE_RADII: Final = 5.5
RING_BRIDGE_RADII: Final = 8.0
"""Two vessels share a line for at most so many radii."""

LONGEST_PX: Final = 120.0
ROUNDS: Final = 6


@dataclass(frozen=True)
class Crossing:
    """A meeting and which of its arms are one vessel."""

    meeting: Meeting
    pairs: tuple[Pair, Pair]
    bend_deg: float

    @property
    def is_touch(self) -> bool:
        """Whether two vessels lie side by side, and the bridge between them is none."""
        return self.meeting.bridge is not None and self.pairs == PAIRINGS[0]


def uncrossed(web: Web, wall: Wall) -> Web:
    """Return a web in which vessels go straight on where they cross."""
    for _ in range(ROUNDS):
        chosen = _apart(_crossings(web, wall))
        if not chosen:
            break
        for crossing in chosen:
            web = _opened(web, crossing)
        gone = [crossing.meeting.bridge for crossing in chosen if crossing.meeting.bridge is not None]
        web = pruned(dissolved(web.with_pieces(gone, ())), wall)
    return web


def _crossings(web: Web, wall: Wall) -> list[Crossing]:
    """Return all that look like crossings, the straightest first."""
    found = []
    for meeting in meetings(web, wall, LONGEST_PX):
        if meeting.bridge_px > RING_BRIDGE_RADII * meeting.radius + 2:
            continue
        likely = [
            crossing
            for pairs in PAIRINGS
            if _is_crossing(crossing := Crossing(meeting, pairs, max(map(meeting.bend_deg, pairs))))
        ]
        if likely:
            found.append(min(likely, key=lambda crossing: crossing.bend_deg))
    return sorted(found, key=lambda crossing: crossing.bend_deg)


def _is_crossing(crossing: Crossing) -> bool:
    meeting, (one, other) = crossing.meeting, crossing.pairs
    like = min(map(meeting.likeness, crossing.pairs))
    if crossing.bend_deg > RING_BEND_DEG * min(like / ALIKE, 1.0) or like < LIKE:
        return False
    is_short = meeting.bridge_px <= BRIDGE_RADII * meeting.radius + 2
    if not meeting.is_ring(one, other):
        return is_short and not crossing.is_touch and crossing.bend_deg <= BEND_DEG
    if crossing.is_touch:
        return meeting.bridge_px <= 2 * meeting.radius + 2
    return is_short or crossing.bend_deg <= LONG_BEND_DEG


def _apart(crossings: list[Crossing]) -> list[Crossing]:
    """Leave out crossings that share a joint with a straighter one."""
    taken: set[int] = set()
    kept = []
    for crossing in crossings:
        if taken.isdisjoint(crossing.meeting.joints):
            taken.update(crossing.meeting.joints)
            kept.append(crossing)
    return kept


def _opened(web: Web, crossing: Crossing) -> Web:
    """Return a web in which each pair of arms meets at a joint of its own; the bridge stays for now."""
    middles = [_middle(crossing, pair) for pair in crossing.pairs]
    joints, pieces = [*web.joints, np.mean(middles, axis=0)], list(web.pieces)
    crossings = web.crossings if crossing.is_touch else (*web.crossings, len(joints) - 1)
    for pair, middle in zip(crossing.pairs, middles, strict=True):
        joints.append(middle)
        for arm in pair:
            way = np.concatenate([middle[None], _inner(crossing, arm)])
            number = crossing.meeting.arms[arm]
            pieces[number[0]] = _moved(
                pieces[number[0]], number, len(joints) - 1, way, crossing.meeting.reaches[arm].cut_px
            )
    return Web(np.array(joints), tuple(pieces), crossings)


def _middle(crossing: Crossing, pair: Pair) -> Path:
    """Return where a pair's new joint lies: on a long bridge its middle, else between the arms."""
    meeting = crossing.meeting
    if _follows_bridge(crossing) and meeting.bridge is not None:
        path = meeting.web.pieces[meeting.bridge].path
        return np.asarray(path[len(path) // 2])
    one, other = (meeting.reaches[arm].begin for arm in pair)
    return np.asarray((one + other) / 2)


def _inner(crossing: Crossing, arm: int) -> Path:
    """Return (N, 2) the way from the new joint to where the arm leaves the lumen, without both."""
    meeting = crossing.meeting
    if not _follows_bridge(crossing) or meeting.bridge is None:
        return np.empty((0, 2))
    path = meeting.web.pieces[meeting.bridge].path
    half = path[len(path) // 2 + 1 :] if arm > 1 else path[: len(path) // 2][::-1]
    room = np.linalg.norm(half - half[-1], axis=1) if len(half) else np.empty(0)
    return np.asarray(half[room > meeting.radius])


def _follows_bridge(crossing: Crossing) -> bool:
    is_bent = crossing.bend_deg > STRAIGHT_DEG
    return is_bent and not crossing.is_touch and crossing.meeting.bridge_px > 3 * crossing.meeting.radius


def _moved(piece: Piece, arm: Arm, joint: int, way: Path, cut_px: float) -> Piece:
    """Return a piece whose one end is led over a new way to a new joint."""
    outward = piece if arm[1] else piece.turned()
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(outward.path, axis=0), axis=1))])
    path = np.concatenate([way, outward.path[along >= min(cut_px, 0.5 * along[-1])]])
    moved = replace(outward, start=joint, path=path, overlaps=True)
    return moved if arm[1] else moved.turned()
