"""Where the arteries of pelvis and leg lie in a textbook: left leg, mm below the aortic bifurcation."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from lib.phantom.model import Points

TRUNK: Final[Points] = np.array(
    [
        [0, 0, 0], [12, 3, -22], [28, 10, -50], [36, 6, -72], [46, -12, -102], [58, -32, -135],
        [64, -40, -160],
        [66, -42, -185], [67, -43, -215], [67, -38, -280], [63, -22, -345], [56, 0, -405], [52, 16, -450],
        [52, 27, -495], [54, 31, -545], [57, 30, -600],
    ],
    dtype=np.float64,
)  # fmt: skip
"""(K, 3) corners from the common iliac to the end of the popliteal artery."""

TRUNK_CUTS_MM: Final = (
    ("common iliac artery", 20.0, -50.0),
    ("external iliac artery", -50.0, -148.0),
    ("common femoral artery", -148.0, -190.0),
    ("superficial femoral artery", -190.0, -455.0),
    ("popliteal artery", -455.0, -700.0),
)
"""Name, upper and lower height of the trunk's segments."""

TRUNK_RADII: Final[Points] = np.array(
    [[0, 5.0], [45, 4.6], [55, 3.7], [145, 3.6], [180, 3.9], [195, 3.0], [430, 2.6], [480, 2.9], [600, 2.2]]
)
"""(K, 2) depth below the bifurcation and radius."""


@dataclass(frozen=True)
class SideBranch:
    """A branch of the textbook.

    Attributes:
        name: Without the side.
        leaves_mm: Height of its origin.
        way: Corners after the origin.
        radii_mm: At its beginning and end.
        chance: How often it is seen.
        extra_slope: Tortuosity beyond the patient's.
        children: Branches that leave it.
    """

    name: str
    leaves_mm: float
    way: tuple[tuple[float, float, float], ...]
    radii_mm: tuple[float, float]
    chance: float = 0.95
    extra_slope: float = 0.05
    children: tuple["SideBranch", ...] = ()


_GLUTEAL = (
    SideBranch(
        "superior gluteal artery", -78, ((46, 52, -84), (62, 62, -88), (84, 60, -82)), (1.5, 0.5), 0.9, 0.15
    ),
    SideBranch(
        "lateral sacral artery", -74, ((22, 45, -88), (14, 48, -108), (12, 46, -130)), (0.9, 0.4), 0.7, 0.2
    ),
    SideBranch(
        "obturator artery", -88, ((38, 20, -110), (44, 2, -132), (42, -12, -152)), (1.1, 0.5), 0.85, 0.15
    ),
    SideBranch(
        "internal pudendal artery",
        -94,
        ((40, 40, -120), (34, 38, -145), (24, 15, -165)),
        (1.2, 0.5),
        0.85,
        0.2,
    ),
    SideBranch(
        "uterine or vesical artery", -86, ((24, 20, -104), (14, 8, -118), (8, 6, -126)), (0.8, 0.4), 0.7, 0.35
    ),
)

_TPT = SideBranch(
    "tibioperoneal trunk",
    -598,
    ((59, 30, -615), (60, 31, -636)),
    (2.0, 1.8),
    0.97,
    0.02,
    (
        SideBranch(
            "posterior tibial artery",
            -634,
            ((56, 33, -665), (51, 36, -760), (47, 38, -860), (45, 38, -935)),
            (1.6, 1.0),
            0.92,
        ),
        SideBranch(
            "peroneal artery",
            -634,
            ((64, 31, -665), (70, 31, -760), (71, 33, -860), (69, 36, -905)),
            (1.5, 0.8),
            0.94,
        ),
    ),
)

BRANCHES: Final = (
    SideBranch(
        "internal iliac artery",
        -52,
        ((35, 24, -66), (38, 36, -82), (38, 42, -100)),
        (2.9, 1.6),
        0.93,
        0.1,
        _GLUTEAL,
    ),
    SideBranch(
        "deep circumflex iliac artery",
        -143,
        ((72, -38, -132), (88, -28, -112), (98, -8, -92)),
        (0.8, 0.4),
        0.7,
    ),
    SideBranch(
        "inferior epigastric artery",
        -140,
        ((58, -48, -138), (46, -62, -108), (40, -66, -60)),
        (0.9, 0.5),
        0.7,
    ),
    SideBranch(
        "profunda femoris artery",
        -188,
        ((72, -36, -202), (80, -20, -235), (82, -5, -300), (80, 4, -370)),
        (2.6, 0.8),
        0.95,
        0.06,
        (
            SideBranch(
                "lateral circumflex femoral artery",
                -204,
                ((92, -34, -208), (106, -22, -222), (110, -14, -262)),
                (1.5, 0.6),
                0.9,
                0.12,
            ),
            SideBranch(
                "medial circumflex femoral artery",
                -206,
                ((60, -12, -214), (52, 8, -222)),
                (1.2, 0.5),
                0.8,
                0.1,
            ),
            SideBranch(
                "perforating artery",
                -255,
                ((92, 8, -270), (98, 28, -292), (96, 36, -320)),
                (1.0, 0.5),
                0.85,
                0.1,
            ),
            SideBranch("perforating artery", -300, ((94, 14, -316), (98, 32, -345)), (0.9, 0.45), 0.8, 0.1),
        ),
    ),
    SideBranch(
        "descending genicular artery",
        -440,
        ((44, 8, -462), (36, 4, -495), (32, 2, -530)),
        (0.9, 0.45),
        0.8,
        0.2,
    ),
    SideBranch(
        "superior lateral genicular artery",
        -512,
        ((72, 20, -516), (90, 6, -520), (96, -10, -534)),
        (0.8, 0.4),
        0.8,
        0.15,
    ),
    SideBranch(
        "superior medial genicular artery",
        -514,
        ((38, 20, -514), (22, 6, -520), (16, -10, -532)),
        (0.8, 0.4),
        0.8,
        0.15,
    ),
    SideBranch("sural artery", -528, ((62, 44, -550), (68, 56, -600), (70, 58, -660)), (1.0, 0.5), 0.85, 0.1),
    SideBranch("sural artery", -530, ((44, 44, -552), (38, 54, -600), (36, 56, -655)), (1.0, 0.5), 0.85, 0.1),
    SideBranch(
        "inferior lateral genicular artery",
        -562,
        ((74, 20, -564), (92, 4, -562), (96, -10, -556)),
        (0.7, 0.35),
        0.7,
        0.15,
    ),
    SideBranch(
        "inferior medial genicular artery",
        -566,
        ((40, 22, -574), (24, 6, -578), (18, -8, -570)),
        (0.7, 0.35),
        0.7,
        0.15,
    ),
    SideBranch(
        "anterior tibial artery",
        -594,
        ((65, 24, -602), (74, 6, -618), (77, -2, -680), (74, -6, -800), (66, -14, -895), (60, -26, -940)),
        (1.7, 1.0),
        0.93,
    ),
    _TPT,
)
