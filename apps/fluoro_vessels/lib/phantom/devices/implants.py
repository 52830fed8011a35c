"""Metal that is no tool of the examination: wires, clips, leads, coils and stents."""

from collections.abc import Callable

import numpy as np

from lib.phantom.model import Device, Points
from lib.phantom.trees.curves import evenly, meander, through


def implants(territory: str, random: np.random.Generator) -> tuple[Device, ...]:
    """Draw what lies in and on the patient; nothing in 60 %."""
    if random.random() < 0.6:
        return ()
    found: list[Device] = []
    while not found:
        for chance, draw in _CATALOGUE[territory]:
            if random.random() < chance:
                found += draw(random)
    return tuple(found)


def _sternal_wires(random: np.random.Generator) -> list[Device]:
    """Draw four to seven loops round the breastbone, each with a twisted end."""
    radius = float(random.uniform(0.3, 0.5))
    attenuation = float(random.uniform(0.8, 1.8)) / (2 * radius)
    middle = np.array([random.normal(-12, 8), -random.uniform(62, 85), random.uniform(-10, 25)])
    loops: list[Device] = []
    for level in range(int(random.integers(4, 8))):
        centre = middle + random.normal([0.0, 0.0, 26.0 * (level - 3)], [3.0, 0.0, 3.0])
        wire = evenly(centre + _twisted_loop(random))
        loops.append(Device("sternal wire", wire, radius, attenuation, moves_with="breath"))
    return loops


def _twisted_loop(random: np.random.Generator) -> Points:
    """Return a loop (N, 3) across the midline and the twist that closes it."""
    wide, thick = random.uniform(9, 14), random.uniform(5, 8)
    turn = np.linspace(-0.5 * np.pi, 1.5 * np.pi, 40)
    loop = np.stack(
        [wide * np.cos(turn), thick * np.sin(turn), 1.5 * np.sin(2 * turn + random.normal())], axis=1
    )
    along = np.linspace(0, random.uniform(4, 9), 24)
    lean = random.normal(0, 0.8)
    twist = np.stack(
        [0.8 * np.sin(3 * along) + lean * along, -0.3 * along, 0.8 * np.cos(3 * along) - 0.8], axis=1
    )
    return np.concatenate([loop, loop[-1] + twist])


def _leads(random: np.random.Generator) -> list[Device]:
    """Draw one to three pacemaker or defibrillator leads from the left shoulder to the heart."""
    vein = np.array(
        [[125.0, -40, 150], [85, -45, 140], [30, -30, 132], [-22, -10, 112], [-30, 2, 75], [-30, 4, 40]]
    )
    goals = [
        [[-26, 0, 5], [-12, -14, -22], [14, -36, -34], [34, -48, -38]],
        [[-34, -6, 14], [-30, -24, 8], [-22, -32, 22]],
        [[-22, 10, 2], [0, 34, -8], [32, 44, 2], [52, 24, 4]],
    ]
    found: list[Device] = []
    for goal in goals[: int(random.integers(1, 4))]:
        scatter = random.normal(0, 4.0, (len(vein) + len(goal), 3))
        way = through(np.concatenate([vein, np.array(goal)]) + scatter)
        found += _lead(way, random)
    return found


def _lead(way: Points, random: np.random.Generator) -> list[Device]:
    """Return the wire of a lead, its two electrodes and, in some, a shock coil."""
    radius = float(random.uniform(0.5, 0.9))
    depth = float(random.uniform(0.3, 0.9))
    found = [Device("lead", way, radius, depth / (2 * radius), moves_with="still", tip_moves_with="heart",
                    tip_length_mm=120.0)]  # fmt: skip
    marks = [(1, 4), (26, 32)]
    if random.random() < 0.3:
        marks.append((45, 145))
    for begin, end in marks:
        part = way[len(way) - end : len(way) - begin]
        heavy = float(random.uniform(0.9, 1.6)) / (2 * (radius + 0.35))
        found.append(Device("lead", part, radius + 0.35, heavy, moves_with="heart"))
    return found


def _cables(random: np.random.Generator) -> list[Device]:
    """Draw one to three ECG cables on the skin, some with a snap at the end."""
    found: list[Device] = []
    for _ in range(int(random.integers(1, 4))):
        skin = -float(random.uniform(95, 130)) if random.random() < 0.8 else float(random.uniform(90, 120))
        angle = random.uniform(0, 2 * np.pi)
        ahead = np.array([np.cos(angle), 0, np.sin(angle)])
        aside = np.array([-ahead[2], 0, ahead[0]])
        offset = random.uniform(-70, 70)
        along = np.linspace(-170, 170 if random.random() < 0.5 else random.uniform(-60, 60), 7)
        bends = np.cumsum(random.normal(0, 9, 7))
        corners = along[:, None] * ahead + (offset + bends)[:, None] * aside + [0, skin, 0]
        radius = float(random.uniform(0.5, 1.3))
        depth = float(random.uniform(0.12, 0.6))
        found.append(Device("lead", through(corners), radius, depth / (2 * radius), moves_with="breath"))
        if random.random() < 0.5:
            snap = through(
                corners[-1] + np.array([[0, 0, -2.5], [0, 0, 2.5]]) + random.normal(0, 0.5, (2, 3))
            )
            found.append(Device("lead", snap, 4.0, depth / 8.0, moves_with="breath"))
    return found


def _clips(random: np.random.Generator) -> list[Device]:
    """Draw a row or a heap of surgical clips: short bars and small Vs."""
    n_clips = int(random.integers(2, 12))
    begin = random.normal(0, 45, 3)
    end = begin + random.normal(0, 40, 3) * [1, 0.5, 1]
    places = begin + np.linspace(0, 1, n_clips)[:, None] * (end - begin) + random.normal(0, 4, (n_clips, 3))
    is_v = random.random() < 0.5
    depth = float(random.uniform(1.0, 2.0))
    return [
        Device("clip", evenly(place + _clip(random, is_v)), 0.45, depth / 0.9, moves_with="breath")
        for place in places
    ]


def _clip(random: np.random.Generator, is_v: bool) -> Points:
    length = random.uniform(2.5, 6.0)
    towards = random.normal(0, 1, 3)
    towards /= np.linalg.norm(towards)
    if not is_v:
        return np.array([-0.5, 0.0, 0.5])[:, None] * length * towards
    other = towards + random.normal(0, 0.35, 3)
    return np.stack([length * towards, np.zeros(3), length * other / np.linalg.norm(other)])


def _coil(random: np.random.Generator) -> list[Device]:
    """Draw a ball of fine platinum wire, as left in an aneurysm or a bleeding artery."""
    n_points = int(random.integers(250, 700))
    size = random.uniform(1.8, 4.5)
    turns = np.linspace(0, random.uniform(18, 40), n_points)
    tilt = turns * random.uniform(0.13, 0.31)
    ball = np.stack([np.cos(turns) * np.cos(tilt), np.sin(turns), np.cos(turns) * np.sin(tilt)], axis=1)
    centre = random.normal(0, 22, 3)
    wire = evenly(centre + size * ball * random.uniform(0.85, 1.0), 0.4)
    return [Device("coil", wire, 0.15, float(random.uniform(0.5, 1.2)) / 0.3)]


def _stent(random: np.random.Generator) -> list[Device]:
    """Draw a stent as its two walls: zigzags on opposite sides of a curved tube."""
    length, radius = random.uniform(15, 60), random.uniform(1.4, 4.0)
    begin = random.normal(0, 35, 3)
    ahead = random.normal(0, 1, 3) * [0.7, 0.4, 1.0]
    ahead /= np.linalg.norm(ahead)
    axis = meander(through(np.stack([begin, begin + ahead * length])), 0.15, random, (30.0, 90.0))
    aside = np.cross(ahead, [0.2, 0.9, 0.3])
    upright = np.cross(ahead, aside / np.linalg.norm(aside))
    depth = float(random.uniform(0.05, 0.25))
    along = np.arange(len(axis)) * 0.45
    found: list[Device] = []
    for phase in np.linspace(0, 2 * np.pi, 4, endpoint=False):
        angle = phase + 0.9 * np.abs((along / (1.6 * radius)) % 2.0 - 1.0)
        ring = np.cos(angle)[:, None] * aside / np.linalg.norm(aside) + np.sin(angle)[:, None] * upright
        found.append(Device("stent", evenly(axis + radius * ring), 0.1, depth / 0.2))
    return found


Maker = Callable[[np.random.Generator], list[Device]]

_CATALOGUE: dict[str, tuple[tuple[float, Maker], ...]] = {
    "coronary": ((0.35, _sternal_wires), (0.3, _leads), (0.4, _cables), (0.25, _clips), (0.1, _stent)),
    "cerebral": ((0.35, _coil), (0.35, _clips), (0.15, _stent), (0.2, _cables)),
    "peripheral": ((0.4, _clips), (0.4, _stent), (0.15, _coil), (0.15, _cables)),
    "renal": ((0.4, _clips), (0.25, _stent), (0.15, _coil), (0.25, _cables)),
}
