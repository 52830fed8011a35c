"""Pushes against a node of the tests: sent, committed, refused, and again when it is back."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydicom.uid import ComprehensiveSRStorage, SegmentationStorage

from lib.datastore.ledger import Ledger
from lib.datastore.push_records import PushKind, PushState
from lib.datastore.push_sender import PushSender
from lib.datastore.push_shelf import PushShelf
from lib.errors import NotDicomError
from lib.errors.dimse import NodeNotInSettingsError, PushNotFoundError
from lib.pacs.dimse import Caller
from lib.sections.dimse import DimseSettings
from tests.builders import build_xa, to_bytes
from tests.dicom_nodes import FakeNode
from tests.ports import free_port
from tests.unit.datastore.dimse.conftest import StartNode

Open = Callable[..., tuple[PushShelf, PushSender]]


@pytest.fixture
def open_pushes(tmp_path: Path, ledger: Ledger) -> Open:
    """Return a maker of pushes to one node called `archive`."""

    def make(port: int, **node: object) -> tuple[PushShelf, PushSender]:
        named = {"ae_title": "ARCHIVE", "host": "127.0.0.1", "port": port, **node}
        settings = DimseSettings.model_validate({"nodes": {"archive": named}, "timeout_s": 2.0})
        shelf = PushShelf(tmp_path, ledger, settings.nodes)
        return shelf, PushSender(shelf, ledger, settings, Caller("FLUORO", 15.0))

    return make


@pytest.fixture
def seg(tmp_path: Path) -> Path:
    """A file that says to be a SEG."""
    path = tmp_path / "seg.dcm"
    path.write_bytes(to_bytes(build_xa(sop_class_uid=SegmentationStorage, modality="SEG")))
    return path


def later(minutes: float = 1) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def files_of(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "pushes").iterdir())


def wait_until(is_true: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_a_push_is_a_copy_that_outlives_its_source(
    open_pushes: Open, ledger: Ledger, start_node: StartNode, seg: Path, tmp_path: Path
) -> None:
    archive = start_node()
    shelf, sender = open_pushes(archive.node.port)

    push = shelf.push("archive", seg, "anna")
    seg.unlink()

    assert sender.run_once() == 1
    assert archive.stored == [push.new.sop_instance_uid]
    assert ledger.push(push.id).state is PushState.SENT
    assert ledger.push(push.id).ended_at is not None
    assert (push.new.kind, push.new.created_by) == (PushKind.SEG, "anna")
    assert files_of(tmp_path) == []


def test_a_node_that_is_down_gets_its_objects_when_it_is_back(
    open_pushes: Open, ledger: Ledger, seg: Path
) -> None:
    port = free_port()
    shelf, sender = open_pushes(port)
    push = shelf.push("archive", seg, "anna")

    assert sender.run_once() == 0
    waiting = ledger.push(push.id)
    assert (waiting.state, waiting.attempts) == (PushState.WAITING, 1)
    assert "does not answer" in (waiting.last_error or "")

    with FakeNode(port=port) as archive:
        assert sender.run_once() == 0
        assert sender.run_once(later()) == 1

    assert archive.stored == [push.new.sop_instance_uid]


def test_what_a_node_refuses_for_good_waits_for_a_person(
    open_pushes: Open, ledger: Ledger, start_node: StartNode, seg: Path
) -> None:
    archive = start_node(store_status=0xC000)
    shelf, sender = open_pushes(archive.node.port)
    push = shelf.push("archive", seg, "anna")

    assert sender.run_once() == 0
    assert ledger.push(push.id).state is PushState.REFUSED
    assert sender.run_once(later(10_000)) == 0
    archive.store_status = 0
    ledger.retry_push(push.id, datetime.now(UTC))

    assert sender.run_once() == 1


def test_a_node_without_room_is_tried_again(
    open_pushes: Open, ledger: Ledger, start_node: StartNode, seg: Path
) -> None:
    archive = start_node(store_status=0xA700)
    shelf, sender = open_pushes(archive.node.port)
    push = shelf.push("archive", seg, "anna")

    sender.run_once()

    assert ledger.push(push.id).state is PushState.WAITING
    assert "A700" in (ledger.push(push.id).last_error or "")


def test_a_node_that_commits_is_asked_to(
    open_pushes: Open, ledger: Ledger, start_node: StartNode, seg: Path, tmp_path: Path
) -> None:
    archive = start_node()
    shelf, sender = open_pushes(archive.node.port, commitment=True)
    push = shelf.push("archive", seg, "anna")

    sender.run_once()

    wait_until(lambda: ledger.push(push.id).state is PushState.COMMITTED)
    assert archive.stored == [push.new.sop_instance_uid]
    assert shelf.sweep(older_than_s=-1) == 1
    assert files_of(tmp_path) == []


def test_what_a_node_does_not_keep_is_sent_again(
    open_pushes: Open, ledger: Ledger, start_node: StartNode, seg: Path
) -> None:
    archive = start_node(keeps=False)
    shelf, sender = open_pushes(archive.node.port, commitment=True)
    push = shelf.push("archive", seg, "anna")

    sender.run_once()
    wait_until(lambda: ledger.push(push.id).state is PushState.WAITING)
    assert "no such instance" in (ledger.push(push.id).last_error or "")
    archive.keeps = True
    sender.run_once(later())

    wait_until(lambda: ledger.push(push.id).state is PushState.COMMITTED)
    assert len(archive.stored) == 2


def test_a_node_that_cannot_commit_says_so_and_keeps_what_it_has(
    open_pushes: Open, ledger: Ledger, start_node: StartNode, seg: Path
) -> None:
    archive = start_node(commits=False)
    shelf, sender = open_pushes(archive.node.port, commitment=True)
    push = shelf.push("archive", seg, "anna")

    sender.run_once()

    found = ledger.push(push.id)
    assert (found.state, found.ended_at) == (PushState.SENT, None)
    assert "none of the services" in (found.last_error or "")
    assert len(archive.stored) == 1


def test_an_answer_to_a_question_that_nobody_asked_changes_nothing(ledger: Ledger) -> None:
    now = datetime.now(UTC)

    assert not ledger.note_commitment("1.2", "1.3", None, now, now)


def test_one_object_waits_once_for_a_node(
    open_pushes: Open, ledger: Ledger, seg: Path, tmp_path: Path
) -> None:
    shelf, _ = open_pushes(1)

    assert shelf.push("archive", seg, "anna") == shelf.push("archive", seg, "ben")
    assert len(ledger.pushes()) == len(files_of(tmp_path)) == 1


def test_results_go_by_themselves_to_nodes_that_get_them_and_once(
    open_pushes: Open, start_node: StartNode, seg: Path, tmp_path: Path
) -> None:
    archive = start_node()
    shelf, sender = open_pushes(archive.node.port, gets=["seg"])
    report = to_bytes(build_xa(sop_class_uid=ComprehensiveSRStorage, modality="SR"))

    assert shelf.push_result(PushKind.SR, report) == []
    [push] = shelf.push_result(PushKind.SEG, seg.read_bytes())
    sender.run_once()
    [again] = shelf.push_result(PushKind.SEG, seg.read_bytes())

    assert (again.id, again.state) == (push.id, PushState.SENT)
    assert files_of(tmp_path) == []
    assert sender.run_once() == 0


def test_a_push_that_was_given_up_is_gone(
    open_pushes: Open, ledger: Ledger, seg: Path, tmp_path: Path
) -> None:
    shelf, _ = open_pushes(1)
    push = shelf.push("archive", seg, "anna")

    shelf.give_up(push.id)

    assert files_of(tmp_path) == []
    with pytest.raises(PushNotFoundError, match=f"no push {push.id}"):
        ledger.push(push.id)


def test_a_file_that_is_gone_is_said(open_pushes: Open, ledger: Ledger, seg: Path) -> None:
    shelf, sender = open_pushes(1)
    push = shelf.push("archive", seg, "anna")
    shelf.remove(push.new.file)

    sender.run_once()

    assert (ledger.push(push.id).state, ledger.push(push.id).attempts) == (PushState.REFUSED, 1)
    assert "Push the object again" in (ledger.push(push.id).last_error or "")


def test_a_node_that_the_settings_lost_is_said(open_pushes: Open, ledger: Ledger, seg: Path) -> None:
    shelf, sender = open_pushes(1)
    push = shelf.push("archive", seg, "anna")
    emptied = PushSender(shelf, ledger, DimseSettings(), Caller())

    emptied.run_once()

    assert "no such node any more" in (ledger.push(push.id).last_error or "")
    del sender


def test_what_cannot_be_pushed_is_refused_at_once(open_pushes: Open, seg: Path, tmp_path: Path) -> None:
    shelf, _ = open_pushes(1)
    (tmp_path / "text.dcm").write_text("no DICOM")

    with pytest.raises(NodeNotInSettingsError, match="there are: archive"):
        shelf.push("elsewhere", seg, "anna")
    with pytest.raises(NotDicomError):
        shelf.push("archive", tmp_path / "text.dcm", "anna")


def test_a_silent_node_is_asked_once_in_a_round(open_pushes: Open, ledger: Ledger, tmp_path: Path) -> None:
    shelf, sender = open_pushes(1)
    for number in range(3):
        path = tmp_path / f"{number}.dcm"
        path.write_bytes(to_bytes(build_xa(n_frames=1)))
        shelf.push("archive", path, "anna")

    sender.run_once()

    assert sorted(push.attempts for push in ledger.pushes()) == [0, 0, 1]
