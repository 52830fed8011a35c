"""May this be measured? A verdict, and a sentence that says what would help next time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lib.measure.quality import FrameQuality

Word: TypeAlias = Literal["measured", "warning", "refused"]

REFUSED_CNR: Final = 2.0
WARNED_CNR: Final = 4.0
"""Contrast in standard deviations of the noise; an eye needs 3 to 5."""

BLUR_RADII: Final = 0.8
BLUR_PX: Final = 2.2
"""Blur that is too much: in radii, because the walls run into each other, and in pixels, because no detector
blurs so much, so that the vessel moved."""

WARNED_BLUR: Final = 1.0
REFUSED_BLUR: Final = 3.2
"""Times of that."""

WARNED_BORDER: Final = 0.02
REFUSED_BORDER: Final = 0.3
"""Share of the line at a border."""

WARNED_OVERLAP: Final = 0.15
REFUSED_OVERLAP: Final = 0.6
"""Share of the line beside or under another vessel."""


@dataclass(frozen=True)
class Verdict:
    """What the quality allows.

    Attributes:
        word: Measured, measured with a warning, or refused.
        sentence: Why, and what would help next time.
    """

    word: Word
    sentence: str


@dataclass(frozen=True)
class _Rule:
    """A number, what it may be, and what to say where it is too high."""

    number: Callable[[FrameQuality], float]
    warned: float
    refused: float
    why: str
    help: str


def _blur(quality: FrameQuality) -> float:
    """Return how many times too blurred the walls are."""
    blur_px = quality.blur_px or 0.0
    return max(blur_px / (BLUR_RADII * quality.radius_px), blur_px / BLUR_PX)


RULES: Final = (
    _Rule(
        lambda quality: quality.collimation,
        WARNED_BORDER,
        REFUSED_BORDER,
        "part of the vessel lies at the collimator or the edge of the picture",
        "open the collimator or move the table so that the whole lesion and a healthy stretch on both sides "
        "are in the picture",
    ),
    _Rule(
        lambda quality: 1 / max(quality.contrast_to_noise, 1e-6),
        1 / WARNED_CNR,
        1 / REFUSED_CNR,
        "the vessel hardly stands out from the noise",
        "choose a frame with more contrast medium, inject faster, or film with a higher dose",
    ),
    _Rule(
        _blur,
        WARNED_BLUR,
        REFUSED_BLUR,
        "the walls are blurred",
        "choose an end-diastolic frame, film with shorter pulses, or magnify",
    ),
    _Rule(
        lambda quality: quality.overlap,
        WARNED_OVERLAP,
        REFUSED_OVERLAP,
        "another vessel touches or crosses this one",
        "turn the C-arm until the vessels part, or measure a stretch beside the crossing",
    ),
)


def gate(quality: FrameQuality) -> Verdict:
    """Return the verdict on a measurement in a frame of this quality; the worst number speaks first."""
    refused = [rule for rule in RULES if rule.number(quality) > rule.refused]
    warned = [rule for rule in RULES if rule.number(quality) > rule.warned and rule not in refused]
    if refused:
        return Verdict("refused", f"Not measured: {_because(refused)}. Next time: {refused[0].help}.")
    if warned:
        return Verdict("warning", f"Measured with caution: {_because(warned)}. Next time: {warned[0].help}.")
    if quality.is_cut:
        return Verdict(
            "warning",
            "Measured, but the vessel goes on beyond the picture, so the reference may lie outside. Next "
            "time: open the collimator or move the table.",
        )
    return Verdict(
        "measured",
        f"Measured: the vessel stands out {quality.contrast_to_noise:.0f} times from the noise, and nothing "
        "overlaps it.",
    )


def _because(rules: list[_Rule]) -> str:
    return ", and ".join(rule.why for rule in rules)
