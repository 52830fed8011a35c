"""What is known of an object that a DICOM node is to get from here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PushState(StrEnum):
    """How far a push is."""

    WAITING = "waiting"
    """The node has not got it yet; it is tried again."""
    SENT = "sent"
    """The node took it; where the node commits, it has not yet said that it keeps it."""
    COMMITTED = "committed"
    """The node said that it keeps it."""
    REFUSED = "refused"
    """The node does not take it; nothing happens before somebody wants it again."""


class PushKind(StrEnum):
    """What is pushed."""

    RUN = "run"
    SEG = "seg"
    SR = "sr"
    OTHER = "other"


@dataclass(frozen=True)
class NewPush:
    """An object that a node is to get.

    Attributes:
        node: Name of the node in the settings.
        sop_instance_uid: Names the object.
        sop_class_uid: Its SOP class.
        transfer_syntax_uid: How it is encoded.
        kind: What it is.
        n_bytes: Size of its file.
        file: Name of its file in the folder of pushes.
        wants_commitment: Ask the node to say that it keeps it.
        created_by: Who, or what, wants it there.
    """

    node: str
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    kind: PushKind
    n_bytes: int
    file: str
    wants_commitment: bool
    created_by: str


@dataclass(frozen=True)
class PushRecord:
    """A push as the ledger has it.

    Attributes:
        id: Its number.
        new: What was wanted.
        state: How far it is.
        created_at: When it was wanted.
        attempts: How often it failed since.
        next_try_at: Not before then is it sent, or its commitment asked for, again.
        last_error: Why it is not there; None where nothing is wrong.
        transaction_uid: Of the last request for storage commitment.
        sent_at: When the node took it.
        ended_at: When it was committed or refused, or sent where no commitment is wanted.
    """

    id: int
    new: NewPush
    state: PushState
    created_at: datetime
    attempts: int
    next_try_at: datetime
    last_error: str | None
    transaction_uid: str | None
    sent_at: datetime | None
    ended_at: datetime | None
