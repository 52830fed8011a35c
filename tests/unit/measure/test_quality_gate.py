"""Verdicts: what is measured, what with a warning, what not, and what would help next time."""

from dataclasses import replace

import pytest

from lib.measure.quality import FrameQuality
from lib.measure.quality_gate import gate

GOOD = FrameQuality(
    contrast=0.4, noise=0.02, blur_px=0.9, radius_px=5, collimation=0, is_cut=False, overlap=0, score=0.8
)


def test_a_good_frame_is_measured() -> None:
    verdict = gate(GOOD)

    assert verdict.word == "measured"
    assert "20 times" in verdict.sentence


@pytest.mark.parametrize(
    ("change", "word", "why", "help_"),
    [
        ({"noise": 0.13}, "warning", "hardly stands out", "contrast medium"),
        ({"noise": 0.3}, "refused", "hardly stands out", "higher dose"),
        ({"contrast": -0.1}, "refused", "hardly stands out", "contrast medium"),
        ({"blur_px": 3.0}, "warning", "blurred", "end-diastolic"),
        ({"blur_px": 2.8, "radius_px": 1.0}, "refused", "blurred", "shorter pulses"),
        ({"collimation": 0.1}, "warning", "collimator", "open the collimator"),
        ({"collimation": 0.5}, "refused", "collimator", "move the table"),
        ({"overlap": 0.3}, "warning", "touches or crosses", "turn the C-arm"),
        ({"overlap": 0.7}, "refused", "touches or crosses", "beside the crossing"),
        ({"is_cut": True}, "warning", "beyond the picture", "open the collimator"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_help(
    change: dict[str, float], word: str, why: str, help_: str
) -> None:
    verdict = gate(replace(GOOD, **change))

    assert verdict.word == word
    assert why in verdict.sentence
    assert help_ in verdict.sentence.split("Next time: ")[1]


def test_all_reasons_of_a_refusal_are_named() -> None:
    sentence = gate(replace(GOOD, noise=0.3, overlap=0.7)).sentence

    assert "hardly stands out" in sentence
    assert "touches or crosses" in sentence


def test_walls_that_nobody_could_judge_do_not_count_as_blurred() -> None:
    assert gate(replace(GOOD, blur_px=None)).word == "measured"
