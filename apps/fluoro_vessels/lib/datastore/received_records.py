"""What is known of an object that a DICOM node stored here, on its way to the PACS."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReceivedState(StrEnum):
    """Where a received object is."""

    WAITING = "waiting"
    """Safe on this disk; the PACS has not got it yet."""
    SENT = "sent"
    """In the PACS."""
    REFUSED = "refused"
    """The PACS answered and did not take it; it stays on this disk and is offered again."""


@dataclass(frozen=True)
class ReceivedRecord:
    """A received object; nothing of the patient.

    Attributes:
        sop_instance_uid: Names it; of a run this is the image id.
        study_instance_uid: Its study.
        series_instance_uid: Its series.
        sop_class_uid: Its kind.
        transfer_syntax_uid: How it is encoded, as it came.
        modality: As its header says, such as XA.
        is_run: It is an X-ray run, so something to segment.
        n_bytes: Size of the Part 10 file.
        file: Name of the file in the spool; once it is sent, there is none.
        source: Who sent it: AET@ADDRESS.
        received_at: When it was acknowledged last.
        state: Where it is.
        attempts: How often it was offered to the PACS in vain.
        next_try_at: Not before then is it offered again.
        last_error: Why the PACS has not got it; None where nothing is wrong.
        sent_at: When the PACS took it.
        looked_at: When somebody took note that it arrived, see `ReceivedInLedger.arrived`.
    """

    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    modality: str
    is_run: bool
    n_bytes: int
    file: str
    source: str
    received_at: datetime
    state: ReceivedState = ReceivedState.WAITING
    attempts: int = 0
    next_try_at: datetime | None = None
    last_error: str | None = None
    sent_at: datetime | None = None
    looked_at: datetime | None = None
