"""C-STORE: sends files to a DICOM node."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pynetdicom import build_context

from lib.errors import PacsRefusedError, PacsUnavailableError
from lib.errors.dimse import NothingOfferedError
from lib.pacs.dimse.associating import associate
from lib.pacs.dimse.node import Caller, DicomNode
from lib.pacs.files import DicomFile, FileOutcome, Outcome

logger = logging.getLogger(__name__)

MOST_CONTEXTS: Final = 128
"""Presentation contexts that one association can have, PS3.8 9.3.2.2."""

FOR_GOOD: Final = (0x0117, 0x0122, 0x0124)
"""Statuses that the same object gets again: invalid instance, SOP class not supported, not authorised."""


@dataclass(frozen=True)
class Delivery:
    """What became of one file on its way to a node.

    Attributes:
        file: The file.
        reason: Why the node has not got it; "" where it has.
        is_final: The node answered, and another try would end alike.
    """

    file: DicomFile
    reason: str = ""
    is_final: bool = False


def send(
    files: Sequence[DicomFile], to: DicomNode, *, calling: str = "FLUORO", timeout_s: float = 30.0
) -> Iterator[FileOutcome]:
    """Send files by C-STORE, each in its own transfer syntax; yield what became of each.

    One bad file does not stop the others.

    Args:
        files: What to send.
        to: Who takes it.
        calling: AE title under which we call.
        timeout_s: Longest wait for one answer of the node.

    Raises:
        PacsUnavailableError: The node does not answer.
        PacsRefusedError: It rejects every association.
    """
    for one in deliver(files, to, Caller(calling, timeout_s)):
        outcome = Outcome.FAILED if one.reason else Outcome.STORED
        yield FileOutcome(one.file.path, outcome, one.file.sop_instance_uid, one.reason)


def deliver(files: Sequence[DicomFile], to: DicomNode, caller: Caller) -> Iterator[Delivery]:
    """Do what `send` does, and say which failures are final.

    DICOM:
        PS3.4 Annex B; PS3.7 9.1.1.
    """
    association: Any = None
    try:
        for group in groups(files):
            if association is not None:
                association.release()
            try:
                association = _associate(group, to, caller)
            except NothingOfferedError:
                yield from (Delivery(file, _not_accepted(file), is_final=True) for file in group)
                continue
            for file in group:
                if not association.is_established:
                    association = _again(group, to, caller) or association
                yield _store(association, file)
    finally:
        if association is not None:
            association.release()


def groups(files: Iterable[DicomFile]) -> Iterator[list[DicomFile]]:
    """Yield the files in groups that fit into one association each."""
    group: list[DicomFile] = []
    contexts: set[tuple[str, str]] = set()
    for file in files:
        context = (file.sop_class_uid, file.transfer_syntax_uid)
        if context not in contexts and len(contexts) == MOST_CONTEXTS:
            yield group
            group, contexts = [], set()
        group.append(file)
        contexts.add(context)
    if group:
        yield group


def _associate(group: Sequence[DicomFile], to: DicomNode, caller: Caller) -> Any:
    """Return an established association for the group; raises what `associate` raises."""
    wanted = sorted({(file.sop_class_uid, file.transfer_syntax_uid) for file in group})
    return associate(to, caller, [build_context(sop_class, syntax) for sop_class, syntax in wanted])


def _again(group: Sequence[DicomFile], to: DicomNode, caller: Caller) -> Any:
    """Return a new association after one was lost; None when the node takes no more."""
    try:
        return _associate(group, to, caller)
    except (PacsUnavailableError, PacsRefusedError) as error:
        logger.warning("no new association: %s", error)
        return None


def _store(association: Any, file: DicomFile) -> Delivery:
    """Send one file."""
    if not association.is_established:
        return Delivery(file, "the association was lost")
    try:
        status = association.send_c_store(file.path)
    except OSError as error:
        return Delivery(file, error.strerror or "cannot be read")
    except (AttributeError, ValueError):
        return Delivery(file, _unfit(association, file), is_final=True)
    code = status.get("Status")
    if code is None:
        return Delivery(file, "the node did not answer")
    if is_stored(code):
        return Delivery(file)
    return Delivery(file, f"the node refused it with status {code:04X}", is_final=is_for_good(code))


def is_stored(status: int) -> bool:
    """Say whether a status of C-STORE means that the node has it: success, or a warning, PS3.4 B.2.3."""
    return status == 0 or status & 0xF000 == 0xB000


def is_for_good(status: int) -> bool:
    """Say whether the same object would be refused again; out of resources (A7xx) passes."""
    return status in FOR_GOOD or status & 0xFF00 == 0xA900 or status & 0xF000 == 0xC000


def _unfit(association: Any, file: DicomFile) -> str:
    """Return why a file could not even be offered."""
    wanted = (file.sop_class_uid, file.transfer_syntax_uid)
    accepted = {(c.abstract_syntax, c.transfer_syntax[0]) for c in association.accepted_contexts}
    if wanted in accepted:
        return "its file meta information is incomplete or malformed"
    return _not_accepted(file)


def _not_accepted(file: DicomFile) -> str:
    named = f"SOP class {file.sop_class_uid} in transfer syntax {file.transfer_syntax_uid}"
    return f"the node does not accept {named}"
