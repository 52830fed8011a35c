"""C-ECHO: whether a node answers, and knows us."""

import time

from pynetdicom import build_context
from pynetdicom.sop_class import Verification

from lib.errors import PacsRefusedError, PacsUnavailableError
from lib.pacs.dimse.associating import associated
from lib.pacs.dimse.node import Caller, DicomNode


def echo(to: DicomNode, caller: Caller) -> float:
    """Return after how many seconds a node answered, association included.

    Raises:
        PacsUnavailableError: It does not answer.
        PacsRefusedError: It rejects the association, or the echo.

    DICOM:
        PS3.4 Annex A; PS3.7 9.1.5.
    """
    began = time.perf_counter()
    with associated(to, caller, [build_context(Verification)]) as association:
        status = association.send_c_echo().get("Status")
    if status is None:
        raise PacsUnavailableError(str(to), "no answer in time")
    if status != 0:
        raise PacsRefusedError(str(to), "answer an echo", f"status {status:04X}")
    return time.perf_counter() - began
