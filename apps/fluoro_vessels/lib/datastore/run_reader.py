"""Reads what lists show of a run from its header, once, and keeps it in the ledger."""

from dataclasses import dataclass
from datetime import UTC, datetime

from lib.datastore.ledger import Ledger
from lib.datastore.patients import PatientTokens
from lib.datastore.records import LedgerRun, RunFacts
from lib.datastore.shelf import RunShelf
from lib.frames.cine import RunHeader
from lib.frames.files import read_without_pixels
from lib.frames.read import read_header


@dataclass(frozen=True)
class RunReader:
    """Knows the facts of runs.

    Attributes:
        ledger: Where they are kept.
        shelf: Where the runs are.
        tokens: How patients are called.
    """

    ledger: Ledger
    shelf: RunShelf
    tokens: PatientTokens

    def facts(self, run: LedgerRun) -> RunFacts:
        """Return the facts of a run; the first time they are read, and the run fetched.

        Raises:
            RunNotFoundError: Neither the cache nor the PACS has it.
            PacsUnavailableError: It would have to be fetched, and the PACS does not answer.
            FrameError: Its header is that of no run.
        """
        known = self.ledger.run_facts_of(run.image_id)
        if known is not None:
            return known
        dataset = read_without_pixels(self.shelf.dicom(run.image_id))
        facts = _facts(run.image_id, read_header(dataset), self.tokens.token(dataset))
        self.ledger.put_run_facts(facts)
        return facts


def _facts(image_id: str, header: RunHeader, patient_token: str) -> RunFacts:
    arm, rate = header.carm, header.timing.frames_per_second
    primary, secondary = arm.primary_angles_deg, arm.secondary_angles_deg
    return RunFacts(
        image_id=image_id,
        primary_angle_deg=primary[0] if primary else None,
        secondary_angle_deg=secondary[0] if secondary else None,
        frame_time_ms=1000 / rate if rate else None,
        patient_token=patient_token,
        fullest_frame=None,
        read_at=datetime.now(UTC),
    )
