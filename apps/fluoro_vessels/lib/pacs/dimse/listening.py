"""Storage SCP: nodes store objects here, and say here what they commit to."""

import logging
import socketserver
import ssl
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, Final

from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    StorageCommitmentPushModel,
    Verification,
)
from pynetdicom.transport import ThreadedAssociationServer

from lib.errors import FluoroError
from lib.errors.dimse import DicomPortError
from lib.pacs.dimse.associating import PDU_BYTES
from lib.pacs.dimse.commitment import Commitment, commitment_of
from lib.pacs.dimse.kinds import STORED, SYNTAXES
from lib.pacs.dimse.received import FAILED, SUCCESS, object_of, receive_into, status_of
from lib.pacs.dimse.retrieving import Take
from lib.pacs.dimse.senders import Senders
from lib.pacs.dimse.tls import listening_context
from lib.sections.access import is_loopback_name
from lib.sections.dimse import DimseSettings

logger = logging.getLogger(__name__)

POLL_S: Final = 0.1
IN_CLEAR: Final = (
    "images of patients cross the network readable for everybody on it. Set FLUORO_DIMSE__TLS_CERTIFICATE, "
    "__TLS_KEY and __TLS_ROOTS where the senders speak TLS"
)
UNKNOWN_CALLER: Final = (0x01, 0x01, 0x03)
"""Rejected permanently by the service user: calling AE title not recognised, PS3.8 9.3.4."""


class Listener:
    """Takes associations of those on the list, each in a thread of its own."""

    def __init__(
        self,
        settings: DimseSettings,
        folder: Path,
        take: Take,
        on_commitment: Callable[[Commitment], None],
    ) -> None:
        """Prepare; nobody can call before `start`.

        Args:
            settings: Where to listen, and who may call.
            folder: Where objects are written while they come.
            take: Keeps an object for good; only when it returned is the object acknowledged.
            on_commitment: Hears what nodes commit to.
        """
        self._settings = settings
        self._folder = folder
        self._take = take
        self._on_commitment = on_commitment
        self._senders = Senders.parse(settings.senders)
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to listen.

        Raises:
            DicomPortError: The port cannot be used.
            DicomTlsError: A certificate file cannot be used.
        """
        ours = self._settings
        receive_into(self._folder, ours.max_object_mb)
        entity, address = self._entity(), (ours.host, ours.port or 0)
        try:
            self._server = _Server(
                entity,
                address,
                ours.ae_title,
                entity.supported_contexts,
                listening_context(ours),
                self._handlers(),
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise DicomPortError(ours.host, ours.port or 0, reason) from error
        self._server.guard(self._senders, ours.timeout_s)
        self._thread = Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="dimse-listener", daemon=True
        )
        self._thread.start()
        secure = "with TLS" if ours.tls_certificate else "without TLS"
        logger.info("listening for DICOM as %s on %s port %d %s", ours.ae_title, *address, secure)
        if ours.tls_certificate is None and not is_loopback_name(ours.host):
            logger.warning(IN_CLEAR)

    def stop(self) -> None:
        """Take no more; what is being stored is given up, and the node sends it again."""
        server, self._server = self._server, None
        if server is None:
            return
        socketserver.BaseServer.shutdown(server)
        server.server_close()
        for association in server.active_associations:
            association.abort(block=False)
        if self._thread is not None:
            self._thread.join(self._settings.timeout_s)

    def _entity(self) -> Any:
        entity = AE(ae_title=self._settings.ae_title)
        entity.require_called_aet = True
        entity.maximum_associations = self._settings.associations
        entity.maximum_pdu_size = PDU_BYTES
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = self._settings.timeout_s
        entity.add_supported_context(Verification)
        for sop_class in STORED:
            entity.add_supported_context(sop_class, list(SYNTAXES))
        # The node is the provider of commitment although it calls; PS3.4 J.3.3.
        entity.add_supported_context(StorageCommitmentPushModel, scu_role=True, scp_role=True)
        return entity

    def _handlers(self) -> list[Any]:
        return [
            (evt.EVT_REQUESTED, self._admit),
            (evt.EVT_C_ECHO, lambda _: SUCCESS),
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_N_EVENT_REPORT, self._hear),
        ]

    def _admit(self, event: Any) -> None:
        """Reject who is not on the list, before anything else is looked at."""
        caller = event.assoc.requestor
        title = str(caller.primitive.calling_ae_title)
        if not self._senders.may(title, caller.address_info.address):
            address = caller.address_info.address
            logger.warning("rejected an association of %r from %s: not on the list", title, address)
            event.assoc.acse.send_reject(*UNKNOWN_CALLER)
            # Waits until the rejection went out; the connection is closed right after this.
            event.assoc.kill()

    def _store(self, event: Any) -> int:
        """Answer one C-STORE: success means that the object is safe here."""
        named = event.request.AffectedSOPInstanceUID
        try:
            self._take(object_of(event))
        except FluoroError as error:
            logger.warning("refused %s of %s: %s", named, event.assoc.requestor.address_info.address, error)
            return status_of(error)
        except Exception as error:
            logger.error("could not keep %s: %s", named, type(error).__name__)
            return FAILED
        return SUCCESS

    def _hear(self, event: Any) -> tuple[int, None]:
        """Answer one N-EVENT-REPORT."""
        try:
            self._on_commitment(commitment_of(event))
        except Exception as error:
            logger.error("could not note a commitment: %s", type(error).__name__)
            return FAILED, None
        return SUCCESS, None


class _Server(ThreadedAssociationServer):  # type: ignore[misc]  # the package has no types
    """Lets in known addresses only; a peer that says nothing holds up its own thread and no other."""

    _senders = Senders(())
    _timeout_s = 30.0

    def guard(self, senders: Senders, timeout_s: float) -> None:
        """Say who may call, and how long a silent peer is waited for."""
        self._senders, self._timeout_s = senders, timeout_s

    def get_request(self) -> tuple[Any, Any]:
        """Accept a connection; the TLS handshake comes later, in the connection's own thread."""
        connection, address = self.socket.accept()
        connection.settimeout(self._timeout_s)
        if self.ssl_context is not None:
            connection = self.ssl_context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Close connections from addresses that are in no sender's network."""
        del request
        is_known = self._senders.know_address(str(client_address[0]))
        if not is_known:
            logger.warning("closed a connection from %s: not on the list", client_address[0])
        return is_known

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Begin the association of a connection."""
        if isinstance(request, ssl.SSLSocket):
            request.do_handshake()
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say where a connection came from that could not become an association."""
        del request
        logger.warning("no association with %s: the connection or its TLS failed", client_address[0])
