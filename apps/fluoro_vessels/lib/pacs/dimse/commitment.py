"""Storage commitment: asks a node to say that it keeps what it got, and reads its answer."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydicom import Dataset
from pynetdicom import build_context, evt
from pynetdicom.sop_class import (
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from lib.errors import PacsUnavailableError
from lib.errors.dimse import CommitmentRefusedError
from lib.pacs.dimse.associating import associated
from lib.pacs.dimse.node import Caller, DicomNode

REQUEST: Final = 1
"""Action Type ID of Request Storage Commitment."""

REASONS: Final[Mapping[int, str]] = {
    0x0110: "processing failure",
    0x0112: "it has no such instance",
    0x0119: "class and instance do not fit",
    0x0122: "it does not keep this class",
    0x0131: "duplicate transaction",
    0x0213: "out of resources",
}
"""Failure Reason (0008,1197), PS3.3 C.14.1.1."""


@dataclass(frozen=True)
class Commitment:
    """A node's answer.

    Attributes:
        transaction_uid: Which request it answers.
        kept: SOP Instance UIDs that it keeps.
        lost: Why it does not keep others, by SOP Instance UID.
    """

    transaction_uid: str
    kept: tuple[str, ...]
    lost: Mapping[str, str]


def ask_to_commit(
    node: DicomNode,
    caller: Caller,
    transaction_uid: str,
    objects: Sequence[tuple[str, str]],
    on_answer: Callable[[Commitment], None],
    linger_s: float,
) -> None:
    """Ask a node to commit; it answers at once on this association, or later to our listener.

    Args:
        node: Who got the objects.
        caller: As whom we ask.
        transaction_uid: New for each request.
        objects: SOP Class and SOP Instance UIDs.
        on_answer: Called with an answer that comes at once, in another thread, before this returns.
        linger_s: How long the association stays open for it.

    Raises:
        PacsUnavailableError: The node does not answer.
        PacsRefusedError: It rejects the association.
        NothingOfferedError, CommitmentRefusedError: It does not commit.

    DICOM:
        PS3.4 Annex J; PS3.7 10.1.4.
    """
    answered = threading.Event()

    def hear(event: Any) -> tuple[int, None]:
        on_answer(commitment_of(event))
        answered.set()
        return 0, None

    model, handlers = StorageCommitmentPushModel, [(evt.EVT_N_EVENT_REPORT, hear)]
    with associated(node, caller, [build_context(model)], handlers=handlers) as association:
        question = _question(transaction_uid, objects)
        status, _ = association.send_n_action(question, REQUEST, model, StorageCommitmentPushModelInstance)
        _require_taken(node, status.get("Status"))
        answered.wait(linger_s)


def commitment_of(event: Any) -> Commitment:
    """Return what an N-EVENT-REPORT says."""
    said: Dataset = event.event_information
    kept = said.get("ReferencedSOPSequence") or ()
    lost = said.get("FailedSOPSequence") or ()
    return Commitment(
        transaction_uid=str(said.get("TransactionUID", "")),
        kept=tuple(str(item.get("ReferencedSOPInstanceUID", "")) for item in kept),
        lost={str(item.get("ReferencedSOPInstanceUID", "")): _reason(item) for item in lost},
    )


def _question(transaction_uid: str, objects: Sequence[tuple[str, str]]) -> Dataset:
    """Return the Action Information, PS3.4 table J.3-1."""
    question = Dataset()
    question.TransactionUID = transaction_uid
    items = []
    for sop_class, sop_instance in objects:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, sop_instance
        items.append(item)
    question.ReferencedSOPSequence = items
    return question


def _require_taken(node: DicomNode, code: int | None) -> None:
    if code is None:
        raise PacsUnavailableError(str(node), "no answer in time")
    if code != 0:
        raise CommitmentRefusedError(str(node), f"status {code:04X}")


def _reason(item: Dataset) -> str:
    code = int(item.get("FailureReason") or 0)
    return f"{REASONS.get(code, 'it does not keep it')}, reason {code:04X}"
