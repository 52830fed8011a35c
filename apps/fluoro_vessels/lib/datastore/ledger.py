"""The ledger: what the server must not forget, in one data base."""

from pathlib import Path
from typing import Final

from sqlalchemy import URL

from lib.datastore.database import Database
from lib.datastore.ledger_arrivals import ArrivalsInLedger
from lib.datastore.ledger_audit import AuditInLedger
from lib.datastore.ledger_facts import FactsInLedger
from lib.datastore.ledger_finished import FinishedFramesInLedger
from lib.datastore.ledger_holders import HoldersInLedger
from lib.datastore.ledger_jobs import JobsInLedger
from lib.datastore.ledger_label_lists import LabelLists
from lib.datastore.ledger_label_use import LabelUseInLedger
from lib.datastore.ledger_labels import LabelChanges
from lib.datastore.ledger_masks import MasksInLedger
from lib.datastore.ledger_outbox import OutboxInLedger
from lib.datastore.ledger_people import PeopleInLedger
from lib.datastore.ledger_pushes import PushesInLedger
from lib.datastore.ledger_received import ReceivedInLedger
from lib.datastore.ledger_reservations import ReservationsInLedger
from lib.datastore.ledger_reviews import ReviewsInLedger
from lib.datastore.ledger_runs import RunsInLedger
from lib.datastore.ledger_scores import ScoresInLedger
from lib.datastore.ledger_sessions import SessionsInLedger
from lib.datastore.ledger_trainings import TrainingsInLedger
from lib.datastore.records import (
    LabelDraft,
    LabelVersion,
    LedgerRun,
    NewLabel,
    NewSeg,
    OutboxEntry,
    StateChange,
)

LEDGER_FILE: Final = "ledger.sqlite"
"""Where the ledger lies in the data folder, unless a setting names a data base."""


class Ledger(
    RunsInLedger,
    FinishedFramesInLedger,
    LabelLists,
    LabelChanges,
    OutboxInLedger,
    SessionsInLedger,
    MasksInLedger,
    JobsInLedger,
    LabelUseInLedger,
    FactsInLedger,
    HoldersInLedger,
    ReservationsInLedger,
    ScoresInLedger,
    ReviewsInLedger,
    PeopleInLedger,
    TrainingsInLedger,
    AuditInLedger,
    ArrivalsInLedger,
    ReceivedInLedger,
    PushesInLedger,
):
    """All that must not be forgotten. Threads and processes may share one; every method is one transaction.

    Raises, from every method:
        LedgerBusyError: Another process writes for longer than 30 s.
        DiskFullError: There is no room to write; nothing was changed.
        LedgerError: The data base failed in another way.
    """

    def __init__(self, url: str | URL) -> None:
        """Open the ledger at a SQLAlchemy URL, create or migrate it as needed."""
        self._database = Database(url)

    @classmethod
    def in_folder(cls, folder: Path, url: str | None = None) -> "Ledger":
        """Open the ledger of a data folder, or the one that a setting names instead."""
        return cls(url or URL.create("sqlite", database=str(folder.resolve() / LEDGER_FILE)))

    def close(self) -> None:
        """Let go of the data base."""
        self._database.close()


__all__ = [
    "LEDGER_FILE",
    "LabelDraft",
    "LabelVersion",
    "Ledger",
    "LedgerRun",
    "NewLabel",
    "NewSeg",
    "OutboxEntry",
    "StateChange",
]
