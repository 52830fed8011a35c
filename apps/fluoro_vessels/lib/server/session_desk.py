"""What can be done with sessions: each request sees its owner's only, and is stored whole or not at all."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from lib.datastore.ledger import Ledger
from lib.datastore.records import LedgerRun
from lib.datastore.session_records import AUTOMATIC, EMPTY, NewSession, NewStep, SessionRecord
from lib.errors import LabelNotFoundError, SessionNotFoundError
from lib.interaction.session import FrameLabels, Session, Step
from lib.server.observe.facts import note
from lib.server.session_masks import SessionMasks

logger = logging.getLogger(__name__)

_N_LOCKS: Final = 64


@dataclass(frozen=True)
class SessionDesk:
    """Begins sessions, takes prompts, undoes them.

    Attributes:
        ledger: Where sessions are kept.
        masks: What they show.
        idle: After so long without a change a session has expired.
    """

    ledger: Ledger
    masks: SessionMasks
    idle: timedelta
    _locks: tuple[threading.Lock, ...] = field(
        default_factory=lambda: tuple(threading.Lock() for _ in range(_N_LOCKS))
    )

    def begin(self, new: NewSession) -> SessionRecord:
        """Begin a session.

        Raises:
            RunNotFoundError: There is no such run.
            LabelNotFoundError: The run has no label from which it could start.
        """
        if new.start not in (AUTOMATIC, EMPTY):
            label = self.ledger.label(new.start)
            if label.image_id != new.image_id or label.removed_at is not None:
                raise LabelNotFoundError(new.start)
        record = self.ledger.create_session(new)
        note(image_id=record.image_id, subject=record.id)
        logger.info("began session %s about run %s", record.id, record.image_id)
        return record

    def open(self, session_id: str, owner: str) -> SessionRecord:
        """Return a session.

        Raises:
            SessionNotFoundError: There is none of this id, or it is somebody else's.
            SessionExpiredError: It has expired.
        """
        record = self.ledger.session(session_id, owner, self.idle)
        note(image_id=record.image_id, subject=record.id)
        return record

    def all_of(self, owner: str) -> list[SessionRecord]:
        """Return a person's sessions, the one changed last first."""
        return self.ledger.sessions(owner, self.idle)

    def add(self, session_id: str, owner: str, new: NewStep) -> tuple[SessionRecord, FrameLabels]:
        """Take a prompt or drawing; returns the session and the frame's label map after it, (H, W).

        Raises:
            FrameNotFoundError: The run has no such frame; nothing is stored, as with all other errors.
        """
        with self._changing(session_id, owner) as record:
            label_map = self.masks.after(record, new)
            record = self.ledger.add_step(record, new, label_map)
            self.masks.keep_last(record, label_map)
            return record, label_map

    def undo(self, session_id: str, owner: str) -> tuple[SessionRecord, Step]:
        """Undo the last step of a session; returns the session and the step."""
        record = self._move(session_id, owner, Session.undone)
        return record, record.session.steps[record.session.n_active]

    def redo(self, session_id: str, owner: str) -> tuple[SessionRecord, Step]:
        """Do again what was undone last; returns the session and the step."""
        record = self._move(session_id, owner, Session.redone)
        return record, record.session.active[-1]

    def reset(self, session_id: str, owner: str) -> SessionRecord:
        """Undo all steps of a session."""
        return self._move(session_id, owner, Session.reset)

    def close(self, session_id: str, owner: str) -> None:
        """Close a session for good; its prompts are kept."""
        self.ledger.close_session(self.open(session_id, owner))

    def frame_map(self, session_id: str, owner: str, run: LedgerRun, t: int) -> FrameLabels:
        """Return the label map of frame t of a run, (H, W), as a session of this run shows it.

        Raises:
            SessionNotFoundError: The owner has no such session about this run.
            FrameNotFoundError: The run has no such frame.
        """
        record = self.open(session_id, owner)
        if record.image_id != run.image_id:
            raise SessionNotFoundError(session_id)
        return self.masks.label_map(record, t)

    def _move(self, session_id: str, owner: str, move: Callable[[Session], Session]) -> SessionRecord:
        with self._changing(session_id, owner) as record:
            return self.ledger.move_session(record, move(record.session))

    @contextmanager
    def _changing(self, session_id: str, owner: str) -> Iterator[SessionRecord]:
        """Yield a session that no other thread changes meanwhile: quick clicks wait for each other."""
        with self._locks[hash(session_id) % _N_LOCKS]:
            yield self.open(session_id, owner)
