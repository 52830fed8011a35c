"""Which rule decides about a run."""

from collections.abc import Sequence

from lib.arrivals.facts import ArrivalFacts
from lib.sections.arrival import ArrivalConditions, ArrivalRule, fits


def rule_for(facts: ArrivalFacts, rules: Sequence[ArrivalRule]) -> ArrivalRule | None:
    """Return the first rule that fits a run, None where none does."""
    return next((rule for rule in rules if are_met(rule.when, facts)), None)


def are_met(when: ArrivalConditions, facts: ArrivalFacts) -> bool:
    """Return whether all conditions hold; one about something that the header does not say never does."""
    count = when.frames
    return (
        count.least <= facts.n_frames <= (facts.n_frames if count.most is None else count.most)
        and fits(when.modality, facts.modality)
        and fits(when.body_part, facts.body_parts)
        and fits(when.station, facts.stations)
        and fits(when.description, facts.descriptions)
        and fits(when.sender, facts.senders)
    )


def may_fit(modality: str, rules: Sequence[ArrivalRule]) -> bool:
    """Return whether a run of a modality may be segmented, before its header is fetched."""
    return any(rule.segment and fits(rule.when.modality, (modality,)) for rule in rules)
