"""What the two ways to train have in common: where they work, whom they tell, what they hand back."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from lib.registry import VersionStore
from lib.settings import Settings, TrainingSettings
from lib.trainers.guard import Guard
from lib.trainers.lessons import Lessons
from lib.trainers.loop import Step
from lib.trainers.training_folder import News, TrainingFolder

ALL: Final = "all"
VESSEL: Final = "vessel"


@dataclass(frozen=True)
class Work:
    """A training that a process works on.

    Attributes:
        id: Of the training.
        settings: Of the server.
        wish: What this training is to be like.
        folder: Everything of it.
        lessons: What there is to learn.
        store: Versions of models.
        guard: Says when to stop.
    """

    id: str
    settings: Settings
    wish: TrainingSettings
    folder: TrainingFolder
    lessons: Lessons
    store: VersionStore
    guard: Guard

    def begin(self, stage: str) -> None:
        """Say what is done next, unless somebody stopped the training.

        Raises:
            TrainingStoppedError: Somebody did.
        """
        self.guard.check()
        self.folder.tell(News(stage))


@dataclass(frozen=True)
class Outcome:
    """What became of a training that came to its end.

    Attributes:
        sentence: For people.
        version: That it made, or the model beside ours.
    """

    sentence: str
    version: str | None


def teller(work: Work) -> Callable[[Step], None]:
    """Return what writes every step into the progress, and as curves where TensorBoard is installed."""
    curves: Any = None
    if find_spec("tensorboard") is not None:
        from torch.utils.tensorboard import SummaryWriter

        curves = SummaryWriter(str(work.folder.curves))
    best = _Latest()

    def tell(step: Step) -> None:
        best.dice = step.scores.get(ALL, {}).get(VESSEL, best.dice)
        work.folder.tell(News("learning", step.step, step.steps, step.loss, best.dice, step.scores))
        if curves is not None:
            curves.add_scalar("loss", step.loss, step.step)
            for group, scores in step.scores.items():
                for name, value in scores.items():
                    curves.add_scalar(f"{name}/{group}", value, step.step)
            curves.flush()

    return tell


@dataclass
class _Latest:
    dice: float | None = None
