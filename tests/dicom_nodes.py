"""A DICOM node in the test's own process, such as a hospital's archive."""

import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from socketserver import BaseServer
from typing import Any, Final

from pydicom import Dataset
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.sop_class import (
    PatientRootQueryRetrieveInformationModelFind,
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)
from pynetdicom.transport import ThreadedAssociationServer

from lib.pacs.dimse.kinds import STORED, SYNTAXES
from lib.pacs.dimse.node import DicomNode
from tests.ports import free_port

POLL_S: Final = 0.01
KEYS: Final = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "Modality")


class FakeNode:
    """Keeps what it gets, answers queries, sends by C-GET and C-MOVE, and commits to what it has."""

    def __init__(
        self,
        *held: Dataset,
        port: int | None = None,
        store_status: int = 0,
        find_status: int = 0,
        find_pause_s: float = 0.0,
        report_after_s: float = 0.0,
        ignores: Sequence[str] = (),
        tls: ssl.SSLContext | None = None,
        moves_to: Mapping[str, tuple[str, int]] | None = None,
        reports_to: DicomNode | None = None,
        keeps: bool = True,
        commits: bool = True,
        classes: Sequence[str] = STORED,
    ) -> None:
        self.held = list(held)
        self.stored: list[str] = []
        self.callers: list[str] = []
        self.node = DicomNode("ARCHIVE", "127.0.0.1", port or free_port(), tls is not None)
        self.store_status, self.find_status, self.find_pause_s = store_status, find_status, find_pause_s
        self.keys = tuple(key for key in KEYS if key not in ignores)
        self.n_cancelled, self.report_after_s = 0, report_after_s
        self.moves_to, self.reports_to, self.keeps = moves_to or {}, reports_to, keeps
        self.commits, self.classes, self.tls = commits, classes, tls
        self._server: Any = None

    def __enter__(self) -> "FakeNode":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        entity = AE(ae_title=self.node.ae_title)
        entity.add_supported_context(Verification)
        for sop_class in self.classes:
            entity.add_supported_context(sop_class, list(SYNTAXES), scu_role=True, scp_role=True)
        for model in (
            PatientRootQueryRetrieveInformationModelFind,
            StudyRootQueryRetrieveInformationModelFind,
            StudyRootQueryRetrieveInformationModelGet,
            StudyRootQueryRetrieveInformationModelMove,
        ):
            entity.add_supported_context(model)
        if self.commits:
            entity.add_supported_context(StorageCommitmentPushModel)
        handlers = [
            (evt.EVT_C_ECHO, self._echo),
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_C_FIND, self._find),
            (evt.EVT_C_GET, self._get),
            (evt.EVT_C_MOVE, self._move),
            (evt.EVT_N_ACTION, self._commit),
        ]
        address = (self.node.host, self.node.port)
        self._server = entity.make_server(
            address, evt_handlers=handlers, ssl_context=self.tls, server_class=ThreadedAssociationServer
        )
        threading.Thread(target=self._server.serve_forever, args=(POLL_S,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            BaseServer.shutdown(self._server)
            self._server.server_close()
            self._server = None

    def _echo(self, event: Any) -> int:
        self.callers.append(event.assoc.requestor.ae_title)
        return 0

    def _store(self, event: Any) -> int:
        if self.store_status == 0:
            self.stored.append(str(event.request.AffectedSOPInstanceUID))
        return self.store_status

    def _matching(self, query: Dataset) -> list[Dataset]:
        wanted = {key: query.get(key) for key in self.keys if query.get(key)}
        return [held for held in self.held if all(held.get(key) == value for key, value in wanted.items())]

    def _find(self, event: Any) -> Iterator[tuple[int, Dataset | None]]:
        if self.find_status:
            yield self.find_status, None
            return
        for held in self._matching(event.identifier):
            time.sleep(self.find_pause_s)
            if event.is_cancelled:
                self.n_cancelled += 1
                yield 0xFE00, None
                return
            answer = Dataset()
            for element in event.identifier:
                setattr(answer, element.keyword, held.get(element.keyword))
            answer.QueryRetrieveLevel = event.identifier.QueryRetrieveLevel
            yield 0xFF00, answer

    def _get(self, event: Any) -> Iterator[Any]:
        found = self._matching(event.identifier)
        yield len(found)
        for held in found:
            yield 0xFF00, held

    def _move(self, event: Any) -> Iterator[Any]:
        target = self.moves_to.get(event.move_destination.strip())
        if target is None:
            yield None, None
            return
        found = self._matching(event.identifier)
        yield *target, {"contexts": [build_context(one.SOPClassUID) for one in found]}
        yield len(found)
        for held in found:
            yield 0xFF00, held

    def _commit(self, event: Any) -> tuple[int, None]:
        threading.Thread(target=self._report, args=(event.assoc, event.action_information)).start()
        return 0, None

    def _report(self, association: Any, asked: Dataset) -> None:
        time.sleep(self.report_after_s)
        answer = Dataset()
        answer.TransactionUID = asked.TransactionUID
        if self.keeps:
            answer.ReferencedSOPSequence = asked.ReferencedSOPSequence
        else:
            for item in asked.ReferencedSOPSequence:
                item.FailureReason = 0x0112
            answer.FailedSOPSequence = asked.ReferencedSOPSequence
        which = (1 if self.keeps else 2, StorageCommitmentPushModel, StorageCommitmentPushModelInstance)
        if self.reports_to is None:
            association.send_n_event_report(answer, *which)
            return
        to, entity = self.reports_to, AE(ae_title=self.node.ae_title)
        entity.add_requested_context(StorageCommitmentPushModel)
        role = build_role(StorageCommitmentPushModel, scp_role=True)
        called = entity.associate(to.host, to.port, ae_title=to.ae_title, ext_neg=[role])
        called.send_n_event_report(answer, *which)
        called.release()
