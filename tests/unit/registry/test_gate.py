import random
from collections.abc import Mapping, Sequence

import pytest

from lib.errors import GateScoreError
from lib.registry import GateFrame, Verdict, judge

UNEVEN = [0.3 * step / 17 % 0.2 - 0.05 for step in range(15)]


def frames_of(
    gains: Sequence[float], slices: Mapping[str, str] | None = None, n_frames: int = 3, name: str = "P"
) -> list[GateFrame]:
    """Return frames of one patient for each gain."""
    return [
        GateFrame(f"{name}-{patient}", f"1.2.{patient}", slices or {}, 0.6, 0.6 + gain)
        for patient, gain in enumerate(gains)
        for _ in range(n_frames)
    ]


def verdict_on(frames: Sequence[GateFrame], speed_ms: float = 50.0) -> Verdict:
    return judge(frames, 50.0, speed_ms)


def test_a_better_candidate_passes_with_its_figures() -> None:
    verdict = verdict_on(frames_of([0.02, 0.04] * 6))

    assert verdict.passes
    assert (verdict.gain, verdict.n_patients) == (pytest.approx(0.03), 12)
    assert 0 < verdict.gain_low < 0.03 < verdict.gain_high
    assert verdict.reasons[0].startswith("It gains 0.030 Dice on 12 patients (95 % interval +0.0")


def test_a_spoiled_candidate_is_refused_in_words() -> None:
    verdict = verdict_on(frames_of([-0.3, -0.4] * 6))

    assert not verdict.passes
    assert verdict.refuses
    assert verdict.reasons[0].startswith("It loses 0.350 Dice on 12 patients")


def test_a_gain_that_may_be_chance_is_refused() -> None:
    verdict = verdict_on(frames_of([0.2, -0.15] * 6))

    assert verdict.gain > 0 > verdict.gain_low
    assert not verdict.passes
    assert "this may be chance" in verdict.reasons[0]


def test_the_same_model_gains_nothing_and_is_refused() -> None:
    verdict = verdict_on(frames_of([0.0] * 12))

    assert not verdict.passes
    assert "It gains nothing on 12 patients" in verdict.reasons[0]


def test_a_slice_of_ten_patients_that_loses_stops_a_candidate_that_gains_overall() -> None:
    losing = frames_of([-0.02] * 10, {"vendor": "B"}, name="B")

    verdict = verdict_on([*frames_of([0.1] * 30, {"vendor": "A"}, name="A"), *losing])

    assert verdict.gain_low > 0
    assert not verdict.passes
    assert verdict.reasons[0].startswith("On 10 patients of vendor B it may lose 0.020 Dice")
    assert {(one.value, one.decides) for one in verdict.slices} == {("A", True), ("B", True)}


def test_a_slice_may_lose_less_than_a_hundredth() -> None:
    losing = frames_of([-0.009] * 10, {"vendor": "B"}, name="B")

    assert verdict_on([*frames_of([0.1] * 30, name="A"), *losing]).passes


def test_a_smaller_slice_is_reported_and_decides_nothing() -> None:
    losing = frames_of([-0.2] * 9, {"angle": "RAO cranial"}, name="B")

    verdict = verdict_on([*frames_of([0.3] * 30, name="A"), *losing])

    assert verdict.passes
    (part,) = verdict.slices
    assert (part.kind, part.value, part.n_patients, part.decides) == ("angle", "RAO cranial", 9, False)
    assert part.gain == pytest.approx(-0.2)


@pytest.mark.parametrize(("speed_ms", "passes"), [(55.0, True), (55.1, False)])
def test_a_frame_may_take_a_tenth_longer(speed_ms: float, passes: bool) -> None:
    verdict = verdict_on(frames_of([0.03] * 12), speed_ms)

    assert verdict.passes == passes
    assert verdict.speed_ratio == speed_ms / 50
    assert ("1.10 times is allowed" in verdict.reasons[0]) != passes


@pytest.mark.parametrize("n_patients", [0, 1, 9])
def test_below_ten_patients_a_person_decides_with_the_same_figures(n_patients: int) -> None:
    verdict = verdict_on(frames_of([0.05] * n_patients))

    assert (verdict.passes, verdict.needs_person, verdict.refuses) == (False, True, False)
    assert "below 10 a person decides" in verdict.reasons[0]
    assert verdict.gain == pytest.approx(0.05 if n_patients else 0.0)


def test_frames_of_one_patient_are_drawn_together() -> None:
    few = verdict_on(frames_of([0.1, -0.05] * 5, n_frames=2))
    many = verdict_on(frames_of([0.1, -0.05] * 5, n_frames=200))

    assert many.gain_high - many.gain_low == pytest.approx(few.gain_high - few.gain_low)


def test_the_order_of_the_frames_does_not_matter() -> None:
    frames = frames_of(UNEVEN, {"vendor": "A", "angle": "LAO"})
    mixed = random.Random(0).sample(frames, len(frames))

    assert verdict_on(mixed) == verdict_on(frames)


def test_another_seed_draws_other_patients() -> None:
    frames = frames_of(UNEVEN)

    assert judge(frames, 50, 50, seed=1).gain_low != judge(frames, 50, 50, seed=2).gain_low


@pytest.mark.parametrize("dice", [float("nan"), -0.1, 1.1])
def test_a_dice_that_is_none_is_refused(dice: float) -> None:
    with pytest.raises(GateScoreError, match=r"a Dice of .*; expected 0 to 1"):
        GateFrame("P", "1.2", {}, 0.5, dice)


@pytest.mark.parametrize("speed_ms", [0.0, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(speed_ms: float) -> None:
    with pytest.raises(GateScoreError, match="milliseconds above 0"):
        verdict_on(frames_of([0.03] * 12), speed_ms)
