import os
import time
from pathlib import Path

import pytest
from pydicom.uid import SegmentationStorage

from lib.datastore.ledger import Ledger
from lib.datastore.quota import Quota
from lib.datastore.received_records import ReceivedState
from lib.datastore.spool import Spool
from lib.errors import DiskFullError, LedgerError
from lib.errors.dimse import ReceivedBrokenError, ReceivedMismatchError
from lib.errors.limits import QuotaReachedError, RunTooLargeError
from lib.frames.size import SizeLimits
from tests.builders import build_xa
from tests.unit.datastore.dimse.conftest import Receive


def make_old(spool: Spool, seconds: float = 7200.0) -> None:
    for path in spool.folder.iterdir():
        os.utime(path, (time.time() - seconds,) * 2)


def test_what_was_taken_lies_in_the_spool_and_in_the_ledger(
    spool: Spool, ledger: Ledger, receive: Receive
) -> None:
    received = receive()
    content = received.path.read_bytes()

    spool.take(received)

    [record] = ledger.received()
    assert spool.path(record.file).read_bytes() == content
    assert (record.state, record.is_run, record.modality) == (ReceivedState.WAITING, True, "XA")
    assert (record.source, record.n_bytes) == ("LAB1@10.0.0.7", len(content))
    assert not received.path.exists()


def test_a_seg_is_kept_and_is_no_run(spool: Spool, ledger: Ledger, receive: Receive) -> None:
    spool.take(receive(build_xa(sop_class_uid=SegmentationStorage, modality="SEG")))

    assert [record.is_run for record in ledger.received()] == [False]


def test_an_object_that_comes_twice_has_one_row_and_one_file(
    spool: Spool, ledger: Ledger, receive: Receive
) -> None:
    dataset = build_xa()

    spool.take(receive(dataset))
    spool.take(receive(dataset))

    assert len(ledger.received()) == len(list(spool.folder.iterdir())) == 1
    assert spool.path(ledger.received()[0].file).is_file()


@pytest.mark.parametrize("said", [{"sop_instance_uid": "1.2.3"}, {"sop_class_uid": "1.2.3"}])
def test_a_dataset_that_is_not_what_the_request_says_is_refused(
    spool: Spool, ledger: Ledger, receive: Receive, said: dict[str, str]
) -> None:
    with pytest.raises(ReceivedMismatchError, match=r"stores 1\.2\.3"):
        spool.take(receive(**said))

    assert ledger.received() == []


@pytest.mark.parametrize("missing", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
def test_an_object_that_no_pacs_could_keep_is_refused(spool: Spool, receive: Receive, missing: str) -> None:
    whole = build_xa()
    named = {"sop_instance_uid": str(whole.SOPInstanceUID)}
    setattr(whole, missing, None)

    with pytest.raises(ReceivedBrokenError, match=f"has no {missing}"):
        spool.take(receive(whole, **named))


def test_bytes_that_are_no_dataset_are_refused(spool: Spool, receive: Receive) -> None:
    received = receive()
    received.path.write_bytes(received.path.read_bytes()[:400] + b"\xff" * 300)

    with pytest.raises(ReceivedBrokenError):
        spool.take(received)


def test_an_id_that_could_be_a_path_is_refused(spool: Spool, receive: Receive) -> None:
    dataset = build_xa()
    dataset.SOPInstanceUID = "../../x"

    with pytest.raises(ReceivedBrokenError, match="UID that is none"):
        spool.take(receive(dataset))


def test_a_run_that_declares_too_much_is_refused(tmp_path: Path, ledger: Ledger, receive: Receive) -> None:
    spool = Spool(tmp_path, ledger, ("XA",), SizeLimits(frames=3))

    with pytest.raises(RunTooLargeError):
        spool.take(receive(build_xa(n_frames=4)))


def test_beyond_the_quota_nothing_is_taken(tmp_path: Path, ledger: Ledger, receive: Receive) -> None:
    spool = Spool(tmp_path, ledger, ("XA",), quota=Quota(tmp_path, 1e-9))

    with pytest.raises(QuotaReachedError):
        spool.take(receive())


def test_a_ledger_that_fails_leaves_a_file_that_the_next_sweep_removes(
    spool: Spool, ledger: Ledger, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise LedgerError("gone")

    monkeypatch.setattr(ledger, "note_received", fail)

    with pytest.raises(LedgerError):
        spool.take(receive())
    make_old(spool)

    assert spool.sweep() == 1
    assert not list(spool.folder.iterdir())


def test_a_full_disk_says_so(spool: Spool, receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Path) -> Path:
        raise OSError(28, "No space left on device")

    received = receive()
    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(DiskFullError):
        spool.take(received)


def test_a_sweep_leaves_what_waits_and_what_is_young(spool: Spool, ledger: Ledger, receive: Receive) -> None:
    spool.take(receive())
    make_old(spool)
    young = spool.folder / ".tmp-young.dcm"
    young.touch()

    assert spool.sweep() == 0
    assert {path.name for path in spool.folder.iterdir()} == {ledger.received()[0].file, young.name}


def test_who_sends_on_is_told_at_once(spool: Spool, receive: Receive) -> None:
    told: list[int] = []
    spool.tell(lambda: told.append(1))

    spool.take(receive())

    assert told == [1]


def test_nothing_of_a_patient_is_logged(
    spool: Spool, receive: Receive, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    dataset = build_xa(patient_name="CANARY^X", PatientID="CANARY")

    spool.take(receive(dataset))

    assert "received" in caplog.text
    assert "CANARY" not in caplog.text


def test_nothing_is_acknowledged_before_it_is_on_the_disk(
    spool: Spool, ledger: Ledger, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    received, steps = receive(), list[str]()
    noting = ledger.note_received
    monkeypatch.setattr("lib.datastore.spool.sync", lambda path: steps.append(path.suffix or path.name))
    monkeypatch.setattr(ledger, "note_received", lambda record: steps.append("row") or noting(record))

    spool.take(received)

    assert steps == [".dcm", "spool", "row"]
