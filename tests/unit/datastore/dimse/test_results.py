"""SEGs and reports reach nodes that get them by themselves, once the PACS has them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydicom.uid import ComprehensiveSRStorage, SegmentationStorage

from lib.datastore.ledger import Ledger
from lib.datastore.push_records import PushKind
from lib.datastore.push_shelf import PushShelf
from lib.datastore.seg_sender import SegSender
from lib.errors import PacsUnavailableError
from lib.sections.dimse import NodeSettings
from lib.server.measurement_sender import MeasurementSender
from tests.builders import build_xa, to_bytes

ARCHIVE = NodeSettings(ae_title="ARCHIVE", host="127.0.0.1", port=1, gets=("seg", "sr"))
UNAVAILABLE = PacsUnavailableError("http://127.0.0.1:1", "connection refused")


class Pacs:
    """Takes everything, or does not answer."""

    address = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.is_down = False

    def store(self, _: list[Any]) -> None:
        if self.is_down:
            raise UNAVAILABLE


@pytest.fixture
def pushes(tmp_path: Path, ledger: Ledger) -> PushShelf:
    return PushShelf(tmp_path, ledger, {"archive": ARCHIVE})


def of_class(sop_class_uid: str) -> bytes:
    return to_bytes(build_xa(n_frames=1, sop_class_uid=sop_class_uid))


def test_a_seg_goes_to_the_node_after_the_pacs(ledger: Ledger, pushes: PushShelf) -> None:
    seg, pacs = of_class(SegmentationStorage), Pacs()
    files = SimpleNamespace(read=lambda *_: seg)
    sender = SegSender(pacs, SimpleNamespace(is_in_pacs=lambda _: True), files, pushes)  # type: ignore[arg-type]
    entry: Any = SimpleNamespace(image_id="1.2", file="a", sha256="b")
    pacs.is_down = True

    with pytest.raises(PacsUnavailableError):
        sender(entry)
    assert ledger.pushes() == []
    pacs.is_down = False
    sender(entry)
    sender(entry)

    assert [(push.new.node, push.new.kind) for push in ledger.pushes()] == [("archive", PushKind.SEG)]


def test_a_report_goes_to_the_node_after_the_pacs(ledger: Ledger, pushes: PushShelf) -> None:
    record: Any = SimpleNamespace(id="a", image_id="1.2", wanted_at=None)
    shelf: Any = SimpleNamespace(
        waiting=list,
        file=lambda *_: of_class(ComprehensiveSRStorage),
        change=lambda record, **_: record,
    )
    runs: Any = SimpleNamespace(is_in_pacs=lambda _: True)

    MeasurementSender(shelf, runs, Pacs(), 5.0, pushes).send(record)  # type: ignore[arg-type]

    assert [push.new.kind for push in ledger.pushes()] == [PushKind.SR]
