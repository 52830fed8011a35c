"""Fixtures of the tests of DIMSE: everything on free ports of loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lib.pacs.dimse.listening import Listener
from lib.pacs.dimse.node import DicomNode
from lib.sections.dimse import DimseSettings
from tests.builders import build_xa, to_bytes
from tests.dicom_nodes import FakeNode
from tests.ports import free_port
from tests.unit.pacs.dimse.kept import Kept

StartListener = Callable[..., DicomNode]
StartNode = Callable[..., FakeNode]


@pytest.fixture
def start_node() -> Iterator[StartNode]:
    """Return a starter of nodes; all are stopped after the test."""
    with ExitStack() as stack:
        yield lambda *held, **options: stack.enter_context(FakeNode(*held, **options))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """What the listener was to keep."""
    return Kept(tmp_path)


@pytest.fixture
def start_listener(tmp_path: Path, kept: Kept) -> Iterator[StartListener]:
    """Return a starter of listeners that let FLUORO in; they keep things in `kept`."""
    with ExitStack() as stack:

        def start(**settings: object) -> DicomNode:
            chosen = {"port": free_port(), "senders": ("FLUORO@127.0.0.1",), "timeout_s": 15.0, **settings}
            ours = DimseSettings.model_validate(chosen)
            listener = Listener(ours, tmp_path / "spool", kept.take, kept.commitments.append)
            listener.start()
            stack.callback(listener.stop)
            return DicomNode(ours.ae_title, ours.host, ours.port or 0)

        yield start


@pytest.fixture
def a_run(tmp_path: Path) -> Path:
    """A file with a small run."""
    path = tmp_path / "run.dcm"
    path.write_bytes(to_bytes(build_xa()))
    return path
