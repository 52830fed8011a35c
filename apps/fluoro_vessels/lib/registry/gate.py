"""The gate: whether a candidate may go live by itself, judged on patients that no model learns from.

Frames of one patient resemble each other, so whole patients are drawn, and both models are compared on the
same frames.

Paper: Efron and Tibshirani 1993, An Introduction to the Bootstrap, doi:10.1201/9780429246593 (percentile
interval).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from lib.errors import GateScoreError
from lib.registry.gain import Gain, gain_of
from lib.registry.reasons import Finding, few, overall, slice_loss, slices_hold, speed

LEAST_PATIENTS: Final = 10
"""Below, a person decides; a slice with fewer is reported and decides nothing."""

LEAST_GAIN: Final = 0.0
LEAST_SLICE_GAIN: Final = -0.01
MOST_SLOWER: Final = 1.10


@dataclass(frozen=True)
class GateFrame:
    """A frame of a frozen patient that both models segmented.

    Attributes:
        patient: Whom it shows, as the ledger's token.
        run: Image id of its run.
        slices: What it belongs to, by kind: `vendor`, `territory`, `angle`.
        before: Dice of the live model, 0 to 1.
        after: Dice of the candidate, 0 to 1.

    Raises:
        GateScoreError: A Dice is not from 0 to 1.
    """

    patient: str
    run: str
    slices: Mapping[str, str]
    before: float
    after: float

    def __post_init__(self) -> None:
        """Refuse a Dice that is none."""
        for dice in (self.before, self.after):
            if not 0 <= dice <= 1:
                raise GateScoreError("a Dice", dice, "0 to 1")


@dataclass(frozen=True)
class SliceGain:
    """What a candidate gains on a part of the frozen patients.

    Attributes:
        kind: `vendor`, `territory`, `angle`.
        value: Such as `RAO cranial`.
        gain: Mean Dice that it gains; below 0 it loses.
        gain_low: Lower end of the 95 % interval.
        gain_high: Upper end.
        n_patients: How many there are.
        decides: There are enough for a judgement.
    """

    kind: str
    value: str
    gain: float
    gain_low: float
    gain_high: float
    n_patients: int
    decides: bool


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a candidate.

    Attributes:
        passes: It may go live by itself.
        reasons: Sentences; what speaks against it stands first.
        gain: Mean Dice that it gains on the frozen patients; below 0 it loses.
        gain_low: Lower end of the 95 % interval.
        gain_high: Upper end.
        slices: The same by vendor, territory and angle, also where they decide nothing.
        n_patients: Frozen patients that were looked at.
        speed_ratio: Time for a frame, as a multiple of the live model's.
    """

    passes: bool
    reasons: tuple[str, ...]
    gain: float
    gain_low: float
    gain_high: float
    slices: tuple[SliceGain, ...]
    n_patients: int
    speed_ratio: float

    @property
    def needs_person(self) -> bool:
        """Whether too few patients were looked at for a judgement."""
        return self.n_patients < LEAST_PATIENTS

    @property
    def refuses(self) -> bool:
        """Whether the candidate was judged and found no better."""
        return not self.passes and not self.needs_person


def judge(
    frames: Sequence[GateFrame], speed_before_ms: float, speed_after_ms: float, seed: int = 0
) -> Verdict:
    """Judge a candidate on the frozen patients; the order of the frames does not matter.

    Args:
        frames: Finished frames of frozen patients; may be none.
        speed_before_ms: Time that the live model needs for a frame.
        speed_after_ms: The candidate's, measured in the same way.
        seed: Of the resamples.

    Raises:
        GateScoreError: A time is not above 0.
    """
    for time in (speed_before_ms, speed_after_ms):
        if not (isfinite(time) and time > 0):
            raise GateScoreError("a time per frame", time, "milliseconds above 0")
    whole = gain_of(_by_patient(frames), seed)
    slices = _slice_gains(frames, seed)
    ratio = speed_after_ms / speed_before_ms
    findings = _findings(whole, slices, ratio)
    return Verdict(
        passes=all(finding.holds for finding in findings),
        reasons=tuple(one.text for one in sorted(findings, key=lambda one: one.holds)),
        gain=whole.mean,
        gain_low=whole.low,
        gain_high=whole.high,
        slices=slices,
        n_patients=whole.n_patients,
        speed_ratio=ratio,
    )


def _findings(whole: Gain, slices: tuple[SliceGain, ...], ratio: float) -> list[Finding]:
    """Return what speaks for the candidate and what against it."""
    findings = [overall(whole, whole.low > LEAST_GAIN), speed(ratio, ratio <= MOST_SLOWER, MOST_SLOWER)]
    deciding = [one for one in slices if one.decides]
    losing = [one for one in deciding if not one.gain_low > LEAST_SLICE_GAIN]
    findings += [slice_loss(one.kind, one.value, _gain(one), LEAST_SLICE_GAIN) for one in losing]
    if deciding and not losing:
        findings.append(slices_hold(len(deciding), LEAST_SLICE_GAIN))
    if whole.n_patients < LEAST_PATIENTS:
        findings.insert(0, few(whole.n_patients, LEAST_PATIENTS))
    return findings


def _slice_gains(frames: Sequence[GateFrame], seed: int) -> tuple[SliceGain, ...]:
    parts: defaultdict[tuple[str, str], list[GateFrame]] = defaultdict(list)
    for frame in frames:
        for kind, value in frame.slices.items():
            parts[kind, value].append(frame)
    gains = {name: gain_of(_by_patient(part), seed) for name, part in sorted(parts.items())}
    return tuple(
        SliceGain(*name, one.mean, one.low, one.high, one.n_patients, one.n_patients >= LEAST_PATIENTS)
        for name, one in gains.items()
    )


def _by_patient(frames: Sequence[GateFrame]) -> dict[str, list[float]]:
    """Return the gains of each patient's frames."""
    gains: defaultdict[str, list[float]] = defaultdict(list)
    for frame in frames:
        gains[frame.patient].append(frame.after - frame.before)
    return {patient: sorted(gains[patient]) for patient in sorted(gains)}


def _gain(part: SliceGain) -> Gain:
    return Gain(part.gain, part.gain_low, part.gain_high, part.n_patients)
