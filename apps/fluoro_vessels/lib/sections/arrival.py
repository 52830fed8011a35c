"""Which runs are segmented by themselves when they arrive, and what becomes of the result."""

from fnmatch import fnmatchcase
from typing import Any, Self

from pydantic import Field, model_validator

from lib.sections.section import Section

Patterns = tuple[str, ...]
"""Texts of which one has to fit, whole, in capitals or small; `*` stands for anything, `?` for one letter."""


class FrameCount(Section):
    """How many frames a run has to have."""

    least: int = Field(1, ge=1)
    most: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _least_and_most(self) -> Self:
        """Refuse a range that no run fits."""
        if self.most is not None and self.most < self.least:
            raise ValueError(f"least {self.least} is more than most {self.most}: no run has so many frames")
        return self


class ArrivalConditions(Section):
    """What has to be true of a run. All that are named have to hold; one that is not named always does."""

    modality: Patterns = ()
    """Modality (0008,0060), such as XA."""
    body_part: Patterns = ()
    """Body Part Examined (0018,0015), or the meaning of a code of Anatomic Region Sequence (0008,2218)."""
    station: Patterns = ()
    """Station Name (0008,1010)."""
    description: Patterns = ()
    """Series (0008,103E) or Study Description (0008,1030), or Protocol Name (0018,1030)."""
    sender: Patterns = ()
    """AE title of the node that stored the run here by DICOM; runs that came otherwise have none."""
    frames: FrameCount = FrameCount()


class ArrivalRule(Section):
    """What is done with a run that arrives; of all rules the first that fits decides."""

    name: str = Field(min_length=1, max_length=64)
    """How the lists call it."""
    when: ArrivalConditions = ArrivalConditions()
    segment: bool = True
    """False: such runs are left alone."""
    algorithm: str = Field("vessels", pattern=r"^[a-z0-9_.-]{1,64}$")
    """One of `./fluoro models` or of the algorithms that /info/ lists."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Of the algorithm; those left out have their defaults."""
    measure: bool = False
    """Measure the largest vessel on the frame with the best contrast."""
    send_seg: bool = False
    """Store the draft in the PACS as DICOM SEG, marked as one that nobody reviewed."""
    send_report: bool = False
    """Store the report of the measurement in the PACS."""
    send_to: tuple[str, ...] = ()
    """DICOM nodes of the settings that get the SEG too, and the report where the PACS does."""

    @model_validator(mode="after")
    def _no_contradiction(self) -> Self:
        """Refuse a rule that wants what it does not make."""
        if not self.segment and (self.measure or self.send_seg or self.send_report or self.send_to):
            raise ValueError(f"rule {self.name!r} does not segment, so it has nothing to measure or to send")
        if self.send_report and not self.measure:
            raise ValueError(f"rule {self.name!r} does not measure, so it has no report to send")
        if self.send_to and not self.send_seg:
            raise ValueError(f"rule {self.name!r} has no SEG to send to nodes; let it `send_seg` too")
        return self


class ArrivalSettings(Section):
    """What happens to runs that arrive; `configs/arrival.yaml` has it."""

    enabled: bool = False
    """Look at the runs that arrive from now on; those that the PACS has already are left alone."""
    rules: tuple[ArrivalRule, ...] = ()
    look_s: float = Field(2.0, ge=0.1, le=600)
    """How often the PACS is asked for new runs; where its answer takes long, less often."""
    niceness: int = Field(10, ge=0, le=19)
    """How far the work stands back behind whoever clicks; 19 is the farthest, and behind trainings too."""

    @model_validator(mode="after")
    def _names(self) -> Self:
        """Refuse two rules of one name: the lists could not tell them apart."""
        names = [rule.name for rule in self.rules]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two rules are called {min(twice)!r}; give each a name of its own")
        return self


def fits(patterns: Patterns, texts: tuple[str, ...]) -> bool:
    """Return whether one of the texts fits one of the patterns; without patterns all fit."""
    return not patterns or any(
        fnmatchcase(text.casefold(), pattern.casefold()) for text in texts for pattern in patterns
    )
