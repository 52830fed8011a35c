"""C-GET and C-MOVE: what a node holds, here or at a third one."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydicom import Dataset
from pynetdicom import build_context, build_role, evt
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from lib.errors import FluoroError, PacsRefusedError, PacsUnavailableError
from lib.pacs.dimse.associating import associated
from lib.pacs.dimse.finding import CANCELLED, PENDING, Level
from lib.pacs.dimse.kinds import STORED, contexts_to_get
from lib.pacs.dimse.node import Caller, DicomNode
from lib.pacs.dimse.received import SUCCESS, ReceivedObject, object_of, status_of

logger = logging.getLogger(__name__)

ENDED: Final = (SUCCESS, 0xB000, CANCELLED, *PENDING)
"""Sub-operations complete, some with failures or not, or cancelled; PS3.4 C.4.2 and C.4.3."""

ALL_FAILED: Final = 0xA702

Take = Callable[[ReceivedObject], None]
"""Keeps an object for good, or raises a FluoroError."""


@dataclass(frozen=True)
class Wanted:
    """What to retrieve: a study, one of its series, or one of its instances."""

    study_instance_uid: str
    series_instance_uid: str | None = None
    sop_instance_uid: str | None = None

    @property
    def level(self) -> Level:
        """What it is."""
        if self.sop_instance_uid is not None:
            return Level.IMAGE
        return Level.STUDY if self.series_instance_uid is None else Level.SERIES

    def as_query(self) -> Dataset:
        """Return the identifier of C-GET and C-MOVE."""
        query = Dataset()
        query.QueryRetrieveLevel = str(self.level)
        query.StudyInstanceUID = self.study_instance_uid
        if self.series_instance_uid is not None:
            query.SeriesInstanceUID = self.series_instance_uid
        if self.sop_instance_uid is not None:
            query.SOPInstanceUID = self.sop_instance_uid
        return query


@dataclass(frozen=True)
class Retrieved:
    """How a retrieval ended, as the node counts it."""

    n_completed: int
    n_failed: int
    n_warned: int


def get(node: DicomNode, caller: Caller, wanted: Wanted, take: Take) -> Retrieved:
    """Retrieve by C-GET, over the association that we open; `receive_into` says into which folder.

    Raises:
        PacsUnavailableError: The node does not answer.
        PacsRefusedError: It refuses.

    DICOM:
        PS3.4 C.4.3; PS3.7 9.1.3.
    """
    model = StudyRootQueryRetrieveInformationModelGet
    roles = [build_role(sop_class, scp_role=True) for sop_class in STORED]
    handlers = [(evt.EVT_C_STORE, lambda event: _taken(event, take))]
    contexts = [build_context(model), *contexts_to_get()]
    with associated(node, caller, contexts, roles, handlers) as association:
        return _outcome(association.send_c_get(wanted.as_query(), model), node)


def move(node: DicomNode, caller: Caller, wanted: Wanted, destination: str) -> Retrieved:
    """Let a node send to a third one, which it knows by its AE title; may be to our own listener.

    Raises:
        PacsUnavailableError: The node does not answer.
        PacsRefusedError: It refuses, or does not know the destination.

    DICOM:
        PS3.4 C.4.2; PS3.7 9.1.4.
    """
    model = StudyRootQueryRetrieveInformationModelMove
    with associated(node, caller, [build_context(model)]) as association:
        return _outcome(association.send_c_move(wanted.as_query(), destination, model), node)


def _outcome(responses: Iterable[tuple[Dataset, Dataset | None]], node: DicomNode) -> Retrieved:
    """Follow a retrieval to its end."""
    last = Dataset()
    for status, _ in responses:
        last = status
        if status.get("Status") is None:
            raise PacsUnavailableError(str(node), "no answer in time")
    code, n_failed = last.get("Status"), last.get("NumberOfFailedSuboperations")
    if code not in ENDED and not (code == ALL_FAILED and n_failed):
        unknown = "it does not know the destination, " if code == 0xA801 else ""
        raise PacsRefusedError(str(node), "send what it holds", f"{unknown}status {code:04X}")
    counts = ("Completed", "Failed", "Warning")
    return Retrieved(*(int(last.get(f"NumberOf{name}Suboperations") or 0) for name in counts))


def _taken(event: Any, take: Take) -> int:
    """Answer one C-STORE of a C-GET."""
    try:
        take(object_of(event))
    except FluoroError as error:
        logger.warning("did not keep what a node sent: %s", error)
        return status_of(error)
    finally:
        Path(event.dataset_path).unlink(missing_ok=True)
    return SUCCESS
