"""Takes out of a web what no vessel is: spurs towards bumps of the wall, and joints that nothing meets at."""

from typing import Final

from lib.measure.graph_walls import Wall, at
from lib.measure.graph_web import Piece, Web

SPUR_PX: Final = 3.0
"""A side branch reaches at least so far out of the vessel that it leaves."""

SPUR_SHARE: Final = 0.6
"""And at least this share of that vessel's radius, which a corner of its blunt end does not."""

SHORTEST_PX: Final = 6.0
"""A vessel that touches no other is at least so long, and as long as wide."""

ROUNDS: Final = 8


def pruned(web: Web, wall: Wall) -> Web:
    """Return a web without spurs, and without joints where one line goes on."""
    web = dissolved(web)
    for _ in range(ROUNDS):
        spurs = _spurs(web, wall)
        if not spurs:
            break
        web = dissolved(web.with_pieces(spurs, ()))
    return web.with_pieces(_crumbs(web, wall), ())


def dissolved(web: Web) -> Web:
    """Return a web in which lines go on where only two pieces meet."""
    while True:
        plain = [arms for arms in web.arms().values() if len(arms) == 2 and arms[0][0] != arms[1][0]]
        if not plain:
            return web
        busy: set[int] = set()
        new: list[Piece] = []
        for one, other in plain:
            if busy.isdisjoint((one[0], other[0])):
                busy |= {one[0], other[0]}
                new.append(web.outward(one).turned().then(web.outward(other)))
        web = web.with_pieces(busy, new)


def _spurs(web: Web, wall: Wall) -> list[int]:
    """Return the pieces that end free and hardly leave the vessel that they hang on."""
    arms = web.arms()
    found = []
    for number, piece in enumerate(web.pieces):
        free = [joint for joint in (piece.start, piece.end) if len(arms[joint]) == 1]
        if len(free) == 1:
            held = piece.start if free[0] == piece.end else piece.end
            radius = at(wall, web.joints[held])
            beyond = piece.length + at(wall, web.joints[free[0]]) - radius
            if beyond < max(SPUR_PX, SPUR_SHARE * radius):
                found.append(number)
        elif piece.start == piece.end and piece.length < 4 * at(wall, web.joints[piece.start]):
            found.append(number)
    return found


def _crumbs(web: Web, wall: Wall) -> list[int]:
    """Return the pieces that hang on nothing and are no longer than wide."""
    arms = web.arms()
    return [
        number
        for number, piece in enumerate(web.pieces)
        if piece.start != piece.end
        and len(arms[piece.start]) == len(arms[piece.end]) == 1
        and piece.length < max(SHORTEST_PX, 2 * at(wall, piece.path[len(piece.path) // 2]))
    ]
