"""Our network goes on with what people labelled: examples, learning, the candidate, the gate."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from lib.datastore.durable import write_bytes_whole
from lib.errors import NothingToLearnError, TrainingStoppedError
from lib.registry import verified_file
from lib.trainers import processes
from lib.trainers.candidate import Made, make_candidate
from lib.trainers.examples import LabelledFrame, write_examples
from lib.trainers.fine_tune import FineTunePlace, FineTuneRecipe, fine_tune, rehearsal_shelf
from lib.trainers.loop import Step, Watch
from lib.trainers.plan import Plan, Planned, labels_of, planned
from lib.trainers.presenting import present
from lib.trainers.split import Part
from lib.trainers.work import Outcome, Work, teller

EXAMPLES: Final = "examples.json"
"""Written when all examples are: what it counts."""


@dataclass(frozen=True)
class Examples:
    """What the examples were made of.

    Attributes:
        n_frames: Frames that are learned from.
        n_patients: Patients of them.
        n_validation: Frames that the learning is watched with.
    """

    n_frames: int
    n_patients: int
    n_validation: int


def train_own(work: Work) -> Outcome:
    """Fine-tune the live model, and let the gate decide; a process that died goes on where it was.

    Raises:
        NothingToLearnError: No label can be learned from.
        TrainingStoppedError: Somebody cancelled it; nothing is stored.
    """
    recipe = FineTuneRecipe.model_validate(work.wish.recipe)
    ready = processes.from_first(_prepared(work, recipe) if processes.is_first() else None)
    if ready is None:
        raise TrainingStoppedError
    plan, examples, place = ready
    weights = fine_tune(recipe, place, watch=_watch(work))
    work.guard.check()
    if not processes.is_first():
        return Outcome("", None)
    made = Made(weights, plan, recipe, examples.n_frames, examples.n_patients)
    candidate = make_candidate(work, made, place)
    return present(work, made, candidate)


def _prepared(work: Work, recipe: FineTuneRecipe) -> tuple[Plan, Examples, FineTunePlace]:
    """Read labels and film simulated runs, as far as a process before did not."""
    work.begin("reading labels")
    live = work.store.live()
    plan = planned(work.folder.plan, work.lessons, live.name)
    examples = _written(work, plan)
    work.begin("simulating runs to rehearse with")
    rehearsal = rehearsal_shelf(work.settings.data, recipe, work.guard.check)
    after = verified_file(work.store.get(plan.parent).model, "weights", ".safetensors")
    validation = work.folder.work / Part.VALIDATION if examples.n_validation else None
    here = work.folder.work
    return plan, examples, FineTunePlace(here / Part.TRAINING, rehearsal, here / "out", after, validation)


def _written(work: Work, plan: Plan) -> Examples:
    """Return what the examples count, written anew unless all of them are there."""
    noted = work.folder.work / EXAMPLES
    if noted.exists():
        return Examples(**json.loads(noted.read_bytes()))
    patients: set[str] = set()
    counts = {
        part: write_examples(_counted(_frames(work, plan.of(part)), seen), _empty(work.folder.work / part))
        for part, seen in ((Part.TRAINING, patients), (Part.VALIDATION, set[str]()))
    }
    if not counts[Part.TRAINING]:
        raise NothingToLearnError(len(plan.labels), len(plan.of(Part.FROZEN)))
    examples = Examples(counts[Part.TRAINING], len(patients), counts[Part.VALIDATION])
    write_bytes_whole(noted, json.dumps(asdict(examples)).encode())
    return examples


def _frames(work: Work, labels: list[Planned]) -> Iterator[LabelledFrame]:
    """Yield the finished frames of labels, run after run."""
    for lesson in work.lessons.read(labels_of(work.lessons, labels)):
        work.guard.check()
        yield from lesson.frames


def _counted(frames: Iterable[LabelledFrame], patients: set[str]) -> Iterator[LabelledFrame]:
    """Pass frames on and note whose they are."""
    for frame in frames:
        patients.add(frame.patient)
        yield frame


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _watch(work: Work) -> Watch:
    """Return what tells of the learning, and ends it when it was cancelled or had its time."""
    tell = teller(work) if processes.is_first() else None
    spent_s = 0.0

    def on_step(step: Step) -> None:
        nonlocal spent_s
        spent_s = step.seconds
        if tell is not None:
            tell(step)

    def is_enough() -> bool:
        return processes.any_says(work.guard.is_stopped() or spent_s > 60 * work.wish.minutes)

    return Watch(on_step, is_enough)
