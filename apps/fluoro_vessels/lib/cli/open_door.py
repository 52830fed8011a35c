"""The queues of DICOM nodes as the command line opens them: in the data folder, beside a running server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lib.settings import settings

if TYPE_CHECKING:
    from lib.datastore.dicom_door import DicomDoor
    from lib.datastore.ledger import Ledger


@contextmanager
def open_ledger() -> "Iterator[Ledger]":
    """Yield the ledger of the data folder."""
    from lib.datastore.ledger import Ledger

    ledger = Ledger.in_folder(settings().data, settings().datastore.ledger_url)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def open_door() -> "Iterator[tuple[DicomDoor, Ledger]]":
    """Yield what receives and sends, not started: nothing listens."""
    from lib.datastore.dicom_door import DicomDoor
    from lib.pacs.dicomweb import connect

    with open_ledger() as ledger:
        yield DicomDoor(settings(), ledger, connect(settings().pacs)), ledger
