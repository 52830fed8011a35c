"""How much a row of glyphs is like text: facts about the row, weighed by a small fitted network.

The weights in likeness.json were fitted by scripts/fit_text_lines.py on simulated runs with planted text;
no real picture taught them.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.privacy.pixels.glyphs import Glyphs, Numbers
from lib.privacy.pixels.look import Look

WEIGHTS: Final = Path(__file__).with_name("likeness.json")
FACTS: Final = (
    *("count", "contrast_to_noise", "contrast", "contrast_spread", "stroke_spread"),
    *("foot_median", "foot_mean", "head_median", "height_spread", "fill", "sharpness", "value_spread"),
    *("height", "length", "width_spread", "width", "gap_spread", "gap", "ink_around", "ink_between"),
    *("to_the_end", "stroke", "stacking", "peak_spread", "peak_to_noise"),
)
"""What is known of a row, in the order of the weights."""

Facts = NDArray[np.float64]
"""(25,), in the order of FACTS."""


def likeness(facts: Facts) -> float:
    """Return how sure it is that a row is text, 0 to 1."""
    mean, scale, hidden, hidden_bias, out, out_bias = _weights()
    inner = np.maximum(((facts - mean) / scale) @ hidden + hidden_bias, 0)
    return float(1 / (1 + np.exp(-np.clip(inner @ out + out_bias, -40, 40))))


def row_facts(look: Look, glyphs: Glyphs, members: Numbers, ink: NDArray[np.bool_]) -> Facts:
    """Return what tells a row of text from anatomy.

    Writing has letters of one height on one line, strokes of one width, one value without noise, edges of one
    pixel, and nothing of its kind above and below.

    Args:
        look: The picture.
        glyphs: All glyphs in it.
        members: Indices of those in the row.
        ink: (H, W), all that stands out as far.
    """
    top, left = int(glyphs.top[members].min()), int(glyphs.left[members].min())
    bottom, right = int(glyphs.bottom[members].max()), int(glyphs.right[members].max())
    box = (slice(top, bottom), slice(left, right))
    own = np.isin(glyphs.numbers[box], members + 1)
    typical = float(np.median((glyphs.bottom - glyphs.top)[members]))
    shape = _shape_facts(glyphs, members, typical)
    shade = _shade_facts(look, box, own)
    return np.array(
        [
            np.log(len(members)),
            *shade[:2],
            *shape[:6],
            float(own.mean()),
            *shade[2:4],
            np.log(typical),
            np.log(own.shape[1] / own.shape[0]),
            *shape[6:10],
            _ink_around(ink, box, typical),
            float((ink[box] & ~own).mean()),
            shade[4],
            shape[10],
            own.shape[0] / typical,
            *_peak_facts(look, box, glyphs.numbers[box], own),
        ]
    )


def _shape_facts(glyphs: Glyphs, members: Numbers, typical: float) -> list[float]:
    """Return facts about places and sizes, in heights of a letter."""
    top, bottom = glyphs.top[members], glyphs.bottom[members]
    left, right = glyphs.left[members], glyphs.right[members]
    foot, head = np.abs(bottom - np.median(bottom)), np.abs(top - np.median(top))
    order = np.argsort(left)
    gaps = (left[order][1:] - right[order][:-1]) / typical if len(members) > 1 else np.zeros(1)
    return [
        _spread(glyphs.contrast[members]),
        _spread(glyphs.stroke[members]),
        float(np.median(foot)) / typical,
        float(np.mean(foot)) / typical,
        float(np.median(head)) / typical,
        float(np.abs(bottom - top - typical).mean()) / typical,
        _spread((right - left).astype(np.float64)),
        float(np.median(right - left)) / typical,
        float(np.abs(gaps - np.median(gaps)).mean()),
        float(np.median(gaps)),
        float(np.median(glyphs.stroke[members])) / typical,
    ]


def _shade_facts(look: Look, box: tuple[slice, slice], own: NDArray[np.bool_]) -> list[float]:
    """Return facts about values and edges."""
    contrast = max(float(look.high[box][own].mean()), 1e-3)
    core = cv2.erode(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    values = look.still[box][core if core.sum() > 8 else own]
    low, middle, high = np.percentile(values, (25, 50, 75))
    rim = own & ~core
    step = float(look.edge[box][rim].mean()) if rim.any() else 0.0
    return [
        float(np.log(contrast / (float(look.noise[box].mean()) + 1))),
        float(np.log(contrast)),
        float(np.log(step / max(contrast, 1) + 0.05)),
        float(high - low) / max(contrast, 1),
        float(255 - middle if look.is_bright else middle) / 255,
    ]


def _peak_facts(
    look: Look, box: tuple[slice, slice], numbers: Numbers, own: NDArray[np.bool_]
) -> list[float]:
    """Return how much the strongest values of the glyphs differ: ink that covers has one on any ground."""
    order = np.argsort(numbers[own], kind="stable")
    begins = np.flatnonzero(np.diff(numbers[own][order], prepend=0))
    strongest = np.maximum if look.is_bright else np.minimum
    peaks = strongest.reduceat(look.still[box][own][order], begins)
    low, high = np.percentile(peaks, (20, 80))
    contrast, noise = float(look.high[box][own].mean()), float(look.noise[box].mean())
    return [float(high - low) / max(contrast, 1), float(np.log((high - low + 1) / (noise + 1)))]


def _ink_around(ink: NDArray[np.bool_], box: tuple[slice, slice], typical: float) -> float:
    """Return the share of ink in the strips above and below."""
    rows, columns = box
    reach = max(2, round(0.4 * typical))
    strips = (
        ink[max(0, rows.start - reach) : rows.start, columns],
        ink[rows.stop : rows.stop + reach, columns],
    )
    around = np.concatenate([strip.ravel() for strip in strips])
    return float(around.mean()) if around.size else 0.0


def _spread(values: NDArray[np.float64]) -> float:
    return float(values.std() / max(values.mean(), 1e-6))


@cache
def _weights() -> tuple[NDArray[np.float64], ...]:
    """Return mean, scale, hidden weights and biases, output weights and bias."""
    stored: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    names = ("mean", "scale", "hidden", "hidden_bias", "out", "out_bias")
    return tuple(np.asarray(stored[name], np.float64) for name in names)
