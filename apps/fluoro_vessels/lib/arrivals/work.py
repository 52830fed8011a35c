"""What is done with one run that arrived: the rule that fits, a draft, a measurement."""

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lib.arrivals.facts import facts_of
from lib.arrivals.rules import rule_for
from lib.datastore.arrival_records import ArrivalEnd, ArrivalState
from lib.datastore.desk import LabelDesk
from lib.datastore.labelled import LabelledRuns
from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelVersion, LedgerRun
from lib.datastore.states import RunState
from lib.errors import FluoroError, StorageError, UnavailableError
from lib.frames.cine import Cine
from lib.frames.files import read_without_pixels
from lib.frames.read import read_cine
from lib.infers.catalogue import find_algorithm
from lib.infers.parameter import validate
from lib.sections.arrival import ArrivalRule, ArrivalSettings

if TYPE_CHECKING:
    from lib.arrivals.measuring import Measuring

logger = logging.getLogger(__name__)

ARRIVAL: Final = "arrival"
"""The author of drafts, and the owner of measurements, that no person made."""

ORIGINAL: Final = "original"
"""MONAI Label's tag of what a model made by itself."""

NO_RULE: Final = "No rule fits it."
WAS_FASTER: Final = "A person labelled it first."


@dataclass(frozen=True)
class ArrivalWork:
    """Looks at runs one by one; doing it twice for a run does nothing twice.

    Attributes:
        ledger: What is known of runs and labels.
        desk: Where drafts are saved, and what knows runs.
        measuring: Measures drafts; None where no rule wants that.
        settings: The rules.
    """

    ledger: Ledger
    desk: LabelDesk
    measuring: "Measuring | None"
    settings: ArrivalSettings

    def look(self, image_id: str) -> ArrivalEnd:
        """Do with a run what the rules say.

        Raises:
            UnavailableError: The PACS does not answer, or the ledger is busy; later it may.
            StorageError: There is no room; later there may be.
            FluoroError: The run cannot be fetched, read, segmented or saved.
        """
        run, own = self.ledger.run(image_id), self._own(image_id)
        if own is None and (reason := self._why_not(run)):
            return ArrivalEnd(ArrivalState.LEFT, reason)
        rule = self._rule(run)
        if rule is None:
            return ArrivalEnd(ArrivalState.LEFT, NO_RULE)
        if not rule.segment:
            return ArrivalEnd(ArrivalState.LEFT, "The rule leaves it alone.", rule.name)
        return self._follow(run, rule, own)

    def _own(self, image_id: str) -> LabelVersion | None:
        """Return the draft that an earlier look left, which did not live to say so."""
        labels = self.ledger.labels(image_id)
        return next((one for one in labels if (one.author, one.tag) == (ARRIVAL, ORIGINAL)), None)

    def _why_not(self, run: LedgerRun) -> str | None:
        """Return why nobody wants a draft of a run; None: somebody may."""
        if run.state in (RunState.SKIPPED, RunState.REJECTED):
            return f"A person has {run.state.value} it."
        return WAS_FASTER if self.ledger.labels(run.image_id) else None

    def _rule(self, run: LedgerRun) -> ArrivalRule | None:
        header = read_without_pixels(self.desk.shelf.dicom(run.image_id))
        return rule_for(facts_of(header, self._senders(run.image_id)), self.settings.rules)

    def _senders(self, image_id: str) -> tuple[str, ...]:
        """Return the AE title that a run came from, () where it came otherwise."""
        source = self.ledger.sender_of_arrival(image_id)
        return () if source is None else (source.rpartition("@")[0],)

    def _follow(self, run: LedgerRun, rule: ArrivalRule, own: LabelVersion | None) -> ArrivalEnd:
        began = time.monotonic()
        cine = read_cine(self.desk.shelf.dicom(run.image_id))
        draft = own or self._segment(run, rule, cine)
        seconds = time.monotonic() - began
        logger.info("segmented arrived run %s: %d frames in %.2f s", run.image_id, run.n_frames, seconds)
        outcome, measurement_id = f"Segmented by {draft.model}.", None
        if rule.measure and self.measuring is not None:
            outcome, measurement_id = self._measure(self.measuring, outcome, cine, draft)
        return ArrivalEnd(ArrivalState.DONE, outcome, rule.name, draft.id, measurement_id)

    def _segment(self, run: LedgerRun, rule: ArrivalRule, cine: Cine) -> LabelVersion:
        algorithm = find_algorithm(rule.algorithm)
        values = validate(algorithm.parameters, rule.parameters, algorithm.name)
        label_map = algorithm.segment(cine, values, self.desk.table)
        made_by = {
            "algorithm": algorithm.name,
            "version": algorithm.version,
            "family": algorithm.family.value,
        }
        info = {"client_id": ARRIVAL, "params": made_by, "rule": rule.name}
        return self.desk.save_draft(run, label_map, ORIGINAL, info, sends_seg=rule.send_seg)

    def _measure(
        self, measuring: "Measuring", outcome: str, cine: Cine, draft: LabelVersion
    ) -> tuple[str, str | None]:
        """Measure a draft; where that cannot be, the draft stands all the same and the reason is told."""
        label_map = np.asarray(self._labelled.label_map(draft))
        try:
            return outcome, measuring.measure(cine, label_map, draft, ARRIVAL)
        except (UnavailableError, StorageError):
            raise
        except FluoroError as error:
            return f"{outcome} Not measured: {error}", None

    @property
    def _labelled(self) -> LabelledRuns:
        return LabelledRuns(self.ledger, self.desk.store, self.desk.shelf)
