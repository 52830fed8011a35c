"""Stores many instances: in batches of bounded size, and one by one where a batch fails."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol, TypeVar

from lib.errors import FileUnreadableError, PacsRefusedError, PacsUnavailableError
from lib.pacs.files import DicomFile, FileOutcome, Outcome
from lib.pacs.stow import Outgoing, outgoing_file

BATCH_BYTES: Final = 64 << 20
BATCH_INSTANCES: Final = 100

Send = Callable[[Sequence[Outgoing]], dict[str, str]]
"""Sends instances; returns the reason by SOP Instance UID for those that were not stored."""


class HasBytes(Protocol):
    """What can be counted into a batch."""

    @property
    def n_bytes(self) -> int:
        """Its size."""
        ...


SizedT = TypeVar("SizedT", bound=HasBytes)


def batches(items: Iterable[SizedT]) -> Iterator[list[SizedT]]:
    """Yield the items in groups within both limits; what is larger than the limit goes alone."""
    batch: list[SizedT] = []
    n_bytes = 0
    for item in items:
        if batch and (n_bytes + item.n_bytes > BATCH_BYTES or len(batch) == BATCH_INSTANCES):
            yield batch
            batch, n_bytes = [], 0
        batch.append(item)
        n_bytes += item.n_bytes
    if batch:
        yield batch


def store_all(parts: Iterable[Outgoing], send: Send) -> dict[str, str]:
    """Store what the PACS takes and return the rest, with the reason by SOP Instance UID.

    A PACS may give up a message at its first bad instance, so those not stored get a second
    chance, each in a message of its own.
    """
    refused: dict[str, str] = {}
    for batch in batches(parts):
        rest = send(batch)
        if len(batch) == 1:
            refused |= rest
            continue
        for part in batch:
            if part.sop_instance_uid in rest:
                refused |= send([part])
    return refused


def store_files(
    files: Sequence[DicomFile], send: Send, is_answering: Callable[[], bool]
) -> Iterator[FileOutcome]:
    """Store files and yield what became of each; one bad file does not stop the others.

    Args:
        files: What to send.
        send: Sends one message.
        is_answering: Asked after a failure: whether it is worth going on.
    """
    waiting = deque(batches(files))
    while waiting:
        batch = waiting.popleft()
        reasons, may_go_on = _attempt(batch, send)
        yield from (_outcome(file, "") for file in batch if file.sop_instance_uid not in reasons)
        failed = [file for file in batch if file.sop_instance_uid in reasons]
        if len(batch) > 1 and may_go_on:
            waiting.extendleft([file] for file in reversed(failed))
            continue
        yield from (_outcome(file, reasons[file.sop_instance_uid]) for file in failed)
        if failed and not (may_go_on and is_answering()):
            reason = reasons[failed[0].sop_instance_uid]
            yield from (_outcome(file, reason) for rest in waiting for file in rest)
            return


def _attempt(batch: Sequence[DicomFile], send: Send) -> tuple[dict[str, str], bool]:
    """Send one batch; return the reasons of those not stored, and whether to go on at all."""
    try:
        return send([outgoing_file(file.path, file.sop_instance_uid) for file in batch]), True
    except (PacsUnavailableError, FileUnreadableError) as error:
        return {file.sop_instance_uid: str(error) for file in batch}, True
    except PacsRefusedError as error:
        return {file.sop_instance_uid: str(error) for file in batch}, False


def _outcome(file: DicomFile, reason: str) -> FileOutcome:
    outcome = Outcome.FAILED if reason else Outcome.STORED
    return FileOutcome(file.path, outcome, file.sop_instance_uid, reason)
