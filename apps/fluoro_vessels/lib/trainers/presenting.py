"""A candidate before the gate: measured beside the live model, kept as a version, and live if it may."""

from typing import Final

from lib.networks.runtime import open_engine
from lib.registry import Verdict, Version, VersionDraft, judge
from lib.trainers.candidate import MOST_DROP, Candidate, Made
from lib.trainers.frozen import gate_frames, speeds_ms
from lib.trainers.plan import labels_of
from lib.trainers.split import Part
from lib.trainers.work import Outcome, Work

GATE: Final = "gate"
"""Who promotes a candidate that passed."""


def present(work: Work, made: Made, candidate: Candidate) -> Outcome:
    """Measure a candidate and the live model on the frozen patients, keep it, and promote it if it passes.

    Raises:
        TrainingStoppedError: Somebody cancelled the training; nothing was kept.
    """
    work.begin("measuring on the frozen patients")
    live = work.store.live()
    verdict = _judged(work, made, live, candidate)
    work.guard.begin_storing()
    version = work.store.add(candidate.model.folder, _draft(made, candidate, verdict))
    objection = _objection(work, candidate, verdict, live)
    if objection is None:
        work.store.promote(version.name, GATE, " ".join(verdict.reasons))
        return Outcome(f"Version {version.name} is live. {' '.join(verdict.reasons)}", version.name)
    return Outcome(f"Version {version.name} is a candidate. {objection}", version.name)


def _judged(work: Work, made: Made, live: Version, candidate: Candidate) -> Verdict:
    before, after = open_engine(live.model), open_engine(candidate.model)
    labels = labels_of(work.lessons, made.plan.of(Part.FROZEN))
    frames = []
    for frame in gate_frames(work.lessons.read(labels), before, after):
        work.guard.check()
        frames.append(frame)
    return judge(frames, *speeds_ms(before, after))


def _draft(made: Made, candidate: Candidate, verdict: Verdict) -> VersionDraft:
    return VersionDraft(
        card=candidate.model.card,
        parent=made.plan.parent,
        labels=tuple(one.used for one in made.plan.of(Part.TRAINING)),
        n_patients=made.n_patients,
        n_frames=made.n_frames,
        recipe=made.recipe.model_dump(mode="json"),
        metrics={
            "dice_drop_int8": candidate.drop,
            "gain": verdict.gain,
            "gain_low": verdict.gain_low,
            "gain_high": verdict.gain_high,
        },
        verdict=verdict,
    )


def _objection(work: Work, candidate: Candidate, verdict: Verdict, live: Version) -> str | None:
    """Return why a candidate does not go live by itself, None where it does."""
    if not candidate.is_true:
        return f"Its INT8 network loses {candidate.drop:.3f} Dice; {MOST_DROP} is allowed."
    if not verdict.passes:
        return " ".join(verdict.reasons)
    if not work.wish.promote:
        return f"The settings leave it to a person. {' '.join(verdict.reasons)}"
    if work.store.live().name != live.name:
        return f"Another version went live while it was compared with {live.name}."
    return None
