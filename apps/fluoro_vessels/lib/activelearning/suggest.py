"""Sends a person to the run that is worth most to label now, and nobody else to the same."""

import logging
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from lib.activelearning.choice import BY_SCORE, Choice
from lib.activelearning.choose import choose
from lib.activelearning.reasons import reason
from lib.activelearning.run_score import RunScore
from lib.activelearning.score_book import Noted, ScoreBook, group_of
from lib.datastore.ledger import Ledger
from lib.datastore.states import FINAL_TAG

logger = logging.getLogger(__name__)

MOST_FRAMES: Final = 2
"""Frames that are suggested of a run: more of one run teach less than some of another."""

TRIES: Final = 4
"""Runs that are chosen at once: others may be sent to the first ones at this moment."""

MOST_DRAWN: Final = 50
"""Runs that `random` chooses from, drawn from all that wait."""

ROUNDS: Final = 10
"""So often it is chosen anew when others were quicker each time."""

NO_PLACE: Final = np.zeros(1, np.float32)


@dataclass(frozen=True)
class Suggestion:
    """A run, the frames (t, from 0) to label in it, the one to begin with first, and why."""

    image_id: str
    frames: tuple[int, ...]
    reason: str


@dataclass
class Suggester:
    """Chooses runs for people; safe for several threads and processes.

    Attributes:
        ledger: Knows what waits, who works where, and keeps the reservations.
        lasting: So long a run stays with a person.
        list_runs: Asks the PACS for its runs; called when the ledger knows none that waits.
        new_seed: Of the randomness of a choice.
    """

    ledger: Ledger
    lasting: timedelta
    list_runs: Callable[[], object] = lambda: None
    new_seed: Callable[[], int] = lambda: secrets.randbits(32)
    book: ScoreBook = field(init=False)

    def __post_init__(self) -> None:
        self.book = ScoreBook(self.ledger)

    def suggest(self, strategy: str, owner: str, tag: str = FINAL_TAG) -> Suggestion | None:
        """Return what a person should label next, reserved for them; None when nothing is left for them.

        What a person was sent to before comes again only when nothing else is left.

        Args:
            strategy: One of `choose.STRATEGIES`.
            owner: Who asks.
            tag: MONAI Label's tag whose labels count as done.

        Raises:
            UnknownStrategyError: There is no such strategy.
        """
        for _ in range(ROUNDS):
            waiting = self._free(owner, tag)
            if not waiting:
                return None
            noted = self.book.read()
            choice = self._choice(strategy, waiting, noted)
            for image_id in self._ranked(choice, waiting, noted):
                if self.ledger.reserve(image_id, owner, self.lasting):
                    logger.info("suggested run %s of %d by %s", image_id, len(waiting), strategy)
                    return self._about(image_id, choice, noted)
        return None

    def _free(self, owner: str, tag: str) -> list[str]:
        """Return the runs that wait and that nobody else has."""
        waiting = self.ledger.runs_to_label(tag)
        if not waiting:
            self.list_runs()
            waiting = self.ledger.runs_to_label(tag)
        people = self.ledger.holders(datetime.now(UTC) - self.lasting, but_not="")
        for image_id, whose in self.ledger.reserved().items():
            people.setdefault(image_id, []).append(whose)
        taken = {image_id for image_id, who in people.items() if any(one != owner for one in who)}
        free = [image_id for image_id in waiting if image_id not in taken]
        return [image_id for image_id in free if image_id not in people] or free

    def _ranked(self, choice: Choice, waiting: Sequence[str], noted: Mapping[str, Noted]) -> list[str]:
        """Return the runs to try, the best one first."""
        seed = self.new_seed()
        if choice.is_by_score:
            return choose(choice.scored, choice.labelled, TRIES, choice.strategy, seed)
        how = "random" if choice.strategy in BY_SCORE else choice.strategy
        few = waiting if how == "first" else random.Random(seed).sample(waiting, len(waiting))
        return choose([_run_of(image_id, noted) for image_id in few[:MOST_DRAWN]], [], TRIES, how, seed)

    def _choice(self, strategy: str, waiting: Sequence[str], noted: Mapping[str, Noted]) -> Choice:
        """Return what there is to choose from."""
        if strategy not in BY_SCORE:
            return Choice(strategy, len(waiting), (), (), ())
        labelled = self.ledger.runs_labelled()
        return Choice(
            strategy,
            len(waiting),
            scored=[known.run for known in map(noted.get, waiting) if known],
            labelled=[noted[run.image_id].run for run in labelled if run.image_id in noted],
            views=[
                (run.patient_token or "", group_of(run.primary_angle_deg, run.secondary_angle_deg))
                for run in labelled
            ],
        )

    def _about(self, image_id: str, choice: Choice, noted: Mapping[str, Noted]) -> Suggestion:
        """Return the frames of a run that are worth labelling, and the reason."""
        known = noted.get(image_id)
        excluded = self.ledger.excluded_frames(image_id)
        unsure = [t for t, value in known.frames if value > 0 and t not in excluded] if known else []
        frames = tuple(unsure[:MOST_FRAMES]) or (self._usual_frame(image_id),)
        return Suggestion(image_id, frames, reason(choice, known.run if known else None, frames))

    def _usual_frame(self, image_id: str) -> int:
        """Return the frame that shows the vessels best where somebody looked, the middle one otherwise."""
        facts = self.ledger.run_facts_of(image_id)
        if facts is not None and facts.fullest_frame is not None:
            return facts.fullest_frame
        return self.ledger.run(image_id).n_frames // 2


def _run_of(image_id: str, noted: Mapping[str, Noted]) -> RunScore:
    """Return what is known of a run; one that the model has not looked at may well have vessels."""
    known = noted.get(image_id)
    return known.run if known else RunScore(image_id, "", "", 0.0, 1.0, NO_PLACE)
