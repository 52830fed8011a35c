"""One association with a node, as its requestor."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from pynetdicom import AE, _config
from pynetdicom.presentation import PresentationContext

from lib.errors import PacsRefusedError, PacsUnavailableError
from lib.errors.dimse import NothingOfferedError
from lib.pacs.dimse.node import Caller, DicomNode

TRIES: Final = 2
"""A node that closes at once after it rejected is now and then seen as one that said nothing: asked again."""

PDU_BYTES: Final = 131_072
"""Largest PDU that we take; with the customary 16 kB a run of 25 MB comes in 1,600 pieces."""

# Sends a file's bytes as they are instead of decoding and encoding them.
_config.STORE_SEND_CHUNKED_DATASET = True
# Its handlers only write logs, with what datasets say.
_config.LOG_HANDLER_LEVEL = "none"


def associate(
    to: DicomNode,
    caller: Caller,
    contexts: Sequence[PresentationContext],
    roles: Sequence[Any] = (),
    handlers: Sequence[Any] = (),
) -> Any:
    """Return an established association.

    Args:
        to: The node.
        caller: As whom we call.
        contexts: What is offered, at most 128 presentation contexts.
        roles: SCP/SCU role selections of C-GET.
        handlers: Pairs of pynetdicom's events and what answers them.

    Raises:
        PacsUnavailableError: Nobody answers.
        PacsRefusedError: The node rejects it.
        NothingOfferedError: It takes nothing of what is offered.
    """
    entity = AE(ae_title=caller.ae_title)
    entity.connection_timeout = entity.acse_timeout = entity.dimse_timeout = caller.timeout_s
    entity.network_timeout = caller.timeout_s
    wanted = {"ae_title": to.ae_title, "max_pdu": PDU_BYTES, "tls_args": _tls(to, caller)}
    more = {"ext_neg": list(roles), "evt_handlers": list(handlers)}
    association: Any = None
    for _ in range(TRIES):
        association = entity.associate(to.host, to.port, contexts=list(contexts), **wanted, **more)
        if association.is_established:
            return association
        if association.is_rejected:
            break
        if association.rejected_contexts:
            raise NothingOfferedError(str(to))
    if not association.is_rejected:
        raise PacsUnavailableError(str(to), "no association")
    reason = association.acceptor.primitive.reason_str.lower()
    titles = f"calling title {caller.ae_title}, called title {to.ae_title}"
    raise PacsRefusedError(str(to), "take an association", f"{reason} ({titles})")


@contextmanager
def associated(
    to: DicomNode,
    caller: Caller,
    contexts: Sequence[PresentationContext],
    roles: Sequence[Any] = (),
    handlers: Sequence[Any] = (),
) -> Iterator[Any]:
    """Yield an established association and release it; raises what `associate` raises."""
    association = associate(to, caller, contexts, roles, handlers)
    try:
        yield association
    finally:
        if association.is_established:
            association.release()


def _tls(to: DicomNode, caller: Caller) -> tuple[ssl.SSLContext, str] | None:
    if not to.has_tls:
        return None
    return caller.tls or ssl.create_default_context(), to.host
