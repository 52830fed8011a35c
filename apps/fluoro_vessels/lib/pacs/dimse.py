"""C-STORE: sends files to a DICOM node that has no DICOMweb."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pynetdicom import AE, _config, build_context

from lib.errors import DicomNodeError, PacsRefusedError, PacsUnavailableError
from lib.pacs.files import DicomFile, FileOutcome, Outcome

logger = logging.getLogger(__name__)

NODE: Final = re.compile(r"(?P<ae>[^@\\\s]{1,16})@(?P<host>\[[^\]]+\]|[^:\[\]\s]+):(?P<port>[0-9]{1,5})")
MOST_CONTEXTS: Final = 128
"""Presentation contexts that one association can have, PS3.8 9.3.2.2."""

TRIES: Final = 2
"""A node that closes at once after it rejected is now and then seen as one that said nothing: asked again."""

# Sends a file's bytes as they are instead of decoding and encoding them.
_config.STORE_SEND_CHUNKED_DATASET = True


@dataclass(frozen=True)
class DicomNode:
    """A DICOM node that takes C-STORE."""

    ae_title: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "DicomNode":
        """Return the node that AET@HOST:PORT names.

        Raises:
            DicomNodeError: The text cannot be an address.
        """
        match = NODE.fullmatch(text)
        if match is None or not 0 < int(match["port"]) < 65536:
            raise DicomNodeError(text)
        return cls(match["ae"], match["host"].strip("[]"), int(match["port"]))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.ae_title}@{host}:{self.port}"


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

    DICOM:
        PS3.4 Annex B; PS3.7 9.1.1.
    """
    association: Any = None
    for group in groups(files):
        if association is not None:
            association.release()
        association = _associate(group, to, calling, timeout_s)
        for file in group:
            if not association.is_established:
                association = _again(group, to, calling, timeout_s) or association
            yield _store(association, file)
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


def _associate(group: Sequence[DicomFile], to: DicomNode, calling: str, timeout_s: float) -> Any:
    """Return an established association for the group.

    Raises:
        PacsUnavailableError: Nobody answers.
        PacsRefusedError: The node rejects it.
    """
    entity = AE(ae_title=calling)
    entity.connection_timeout = entity.acse_timeout = entity.dimse_timeout = timeout_s
    entity.network_timeout = timeout_s
    wanted = sorted({(file.sop_class_uid, file.transfer_syntax_uid) for file in group})
    contexts = [build_context(sop_class, syntax) for sop_class, syntax in wanted]
    association: Any = None
    for _ in range(TRIES):
        association = entity.associate(to.host, to.port, contexts=contexts, ae_title=to.ae_title)
        if association.is_established:
            return association
        if association.is_rejected:
            break
    if not association.is_rejected:
        raise PacsUnavailableError(str(to), "no association")
    reason = association.acceptor.primitive.reason_str.lower()
    titles = f"calling title {calling}, called title {to.ae_title}"
    raise PacsRefusedError(str(to), "take an association", f"{reason} ({titles})")


def _again(group: Sequence[DicomFile], to: DicomNode, calling: str, timeout_s: float) -> Any:
    """Return a new association after one was lost; None when the node takes no more."""
    try:
        return _associate(group, to, calling, timeout_s)
    except (PacsUnavailableError, PacsRefusedError) as error:
        logger.warning("no new association: %s", error)
        return None


def _store(association: Any, file: DicomFile) -> FileOutcome:
    """Send one file."""

    def failed(reason: str) -> FileOutcome:
        return FileOutcome(file.path, Outcome.FAILED, file.sop_instance_uid, reason)

    if not association.is_established:
        return failed("the association was lost")
    try:
        status = association.send_c_store(file.path)
    except OSError as error:
        return failed(error.strerror or "cannot be read")
    except (AttributeError, ValueError):
        return failed(_unfit(association, file))
    code = status.get("Status")
    if code is None:
        return failed("the node did not answer")
    if code != 0 and code & 0xF000 != 0xB000:
        return failed(f"the node refused it with status {code:04X}")
    return FileOutcome(file.path, Outcome.STORED, file.sop_instance_uid)


def _unfit(association: Any, file: DicomFile) -> str:
    """Return why a file could not even be offered."""
    wanted = (file.sop_class_uid, file.transfer_syntax_uid)
    accepted = {(c.abstract_syntax, c.transfer_syntax[0]) for c in association.accepted_contexts}
    if wanted in accepted:
        return "its file meta information is incomplete or malformed"
    return f"the node does not accept SOP class {wanted[0]} in transfer syntax {wanted[1]}"
