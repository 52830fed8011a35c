"""Spool and pushes on a ledger of their own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset

from lib.datastore.ledger import LEDGER_FILE, Ledger
from lib.datastore.spool import Spool
from lib.datastore.spool_sender import SpoolSender
from lib.pacs.dimse.received import ReceivedObject
from tests.builders import build_xa, to_bytes
from tests.dicom_nodes import FakeNode
from tests.unit.datastore.dimse.stores import FakeStore

Receive = Callable[..., ReceivedObject]
StartNode = Callable[..., FakeNode]


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a ledger without rows; to migrate one takes longer than most of these tests."""
    folder = tmp_path_factory.mktemp("a ledger")
    Ledger.in_folder(folder).close()
    return folder / LEDGER_FILE


@pytest.fixture
def ledger(tmp_path: Path, empty_ledger: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    shutil.copyfile(empty_ledger, tmp_path / LEDGER_FILE)
    ledger = Ledger.in_folder(tmp_path)
    yield ledger
    ledger.close()


@pytest.fixture
def spool(tmp_path: Path, ledger: Ledger) -> Spool:
    """An empty spool."""
    return Spool(tmp_path, ledger, ("XA", "RF"))


@pytest.fixture
def receive(spool: Spool) -> Receive:
    """Return a maker of received objects, as the listener hands them over."""

    def make(dataset: Dataset | None = None, **said: Any) -> ReceivedObject:
        sent = build_xa(n_frames=1) if dataset is None else dataset
        path = spool.folder / f".tmp-{len(list(spool.folder.iterdir()))}.dcm"
        path.write_bytes(to_bytes(sent))
        named = {
            "sop_class_uid": str(sent.SOPClassUID),
            "sop_instance_uid": str(sent.SOPInstanceUID),
            "transfer_syntax_uid": str(sent.file_meta.TransferSyntaxUID),
            "source": "LAB1@10.0.0.7",
        }
        return ReceivedObject(path, **{**named, **said})

    return make


@pytest.fixture
def store() -> FakeStore:
    """A PACS that takes what the test lets it."""
    return FakeStore()


@pytest.fixture
def sender(spool: Spool, ledger: Ledger, store: FakeStore) -> Iterator[SpoolSender]:
    """What sends the spool to that PACS, not started."""
    sender = SpoolSender(spool, ledger, store, retry_s=5.0, keep_days=30, on_stored=store.heard.append)
    yield sender
    sender.stop()


@pytest.fixture
def start_node() -> Iterator[StartNode]:
    """Return a starter of nodes; all are stopped after the test."""
    with ExitStack() as stack:
        yield lambda *held, **options: stack.enter_context(FakeNode(*held, **options))
