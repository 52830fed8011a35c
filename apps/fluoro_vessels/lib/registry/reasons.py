"""What the gate found, in plain words."""

from dataclasses import dataclass

from lib.registry.gain import Gain


@dataclass(frozen=True)
class Finding:
    """A sentence about a candidate, and whether it leaves the way open."""

    text: str
    holds: bool


def few(n_patients: int, least: int) -> Finding:
    """Say that a person decides."""
    there = "is 1 frozen patient" if n_patients == 1 else f"are {n_patients or 'no'} frozen patients"
    return Finding(f"There {there} with finished frames; below {least} a person decides.", holds=False)


def overall(gain: Gain, holds: bool) -> Finding:
    """Say what the candidate gains on all frozen patients."""
    if not gain.n_patients:
        return Finding("Nothing could be compared.", holds)
    rest = f"on {_patients(gain)} ({_interval(gain)})"
    if holds:
        return Finding(f"It gains {gain.mean:.3f} Dice {rest}.", holds)
    if gain.mean > 0:
        return Finding(f"It gains {gain.mean:.3f} Dice {rest}: this may be chance.", holds)
    if gain.mean < 0:
        return Finding(f"It loses {-gain.mean:.3f} Dice {rest}.", holds)
    return Finding(f"It gains nothing {rest}.", holds)


def slice_loss(kind: str, value: str, gain: Gain, least: float) -> Finding:
    """Say that a part of the patients may lose too much."""
    return Finding(
        f"On {_patients(gain)} of {kind} {value} it may lose {-gain.low:.3f} Dice ({gain.mean:+.3f}, "
        f"{_interval(gain)}); {-least:g} is allowed.",
        holds=False,
    )


def slices_hold(n_slices: int, least: float) -> Finding:
    """Say that no part that is large enough loses too much."""
    there = "The one group" if n_slices == 1 else f"None of the {n_slices} groups"
    loses = "does not lose" if n_slices == 1 else "loses"
    return Finding(f"{there} that is large enough {loses} more than {-least:g} Dice.", holds=True)


def speed(ratio: float, holds: bool, most: float) -> Finding:
    """Say how long a frame takes."""
    allowed = "" if holds else f"; {most:.2f} times is allowed"
    return Finding(f"A frame takes {ratio:.2f} times as long as with the live model{allowed}.", holds)


def _patients(gain: Gain) -> str:
    return "1 patient" if gain.n_patients == 1 else f"{gain.n_patients} patients"


def _interval(gain: Gain) -> str:
    return f"95 % interval {gain.low:+.3f} to {gain.high:+.3f}"
