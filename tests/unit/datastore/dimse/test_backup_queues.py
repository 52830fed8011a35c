"""What is on its way by DICOM, in a backup: acknowledged to its sender, and not yet where it is to go."""

import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from pydicom.uid import SegmentationStorage

from lib.datastore import backup
from lib.datastore.backup import back_up
from lib.datastore.ledger import Ledger
from lib.datastore.push_shelf import PushShelf
from lib.datastore.restore import restore
from lib.datastore.spool import Spool
from lib.datastore.spool_sender import SpoolSender
from lib.sections.dimse import NodeSettings
from tests.builders import build_xa, to_bytes
from tests.unit.datastore.dimse.conftest import Receive
from tests.unit.datastore.dimse.stores import FakeStore

NODES = {"archive": NodeSettings(ae_title="ARCHIVE", host="127.0.0.1", port=104)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "out" / "backup.tar"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder to restore into."""
    return tmp_path / "copy"


def not_there(data: Path) -> set[str]:
    """Return what the ledger of a folder says to lie in its spool and does not."""
    with closing(Ledger.in_folder(data)) as ledger:
        return ledger.spooled_files() - {path.name for path in (data / "spool").glob("*")}


def test_what_was_acknowledged_reaches_the_pacs_from_a_restored_folder(
    tmp_path: Path, spool: Spool, receive: Receive, store: FakeStore, file: Path, copy: Path
) -> None:
    received = receive()
    spool.take(received)

    back_up(tmp_path, file)
    restore(file, copy)

    with closing(Ledger.in_folder(copy)) as ledger:
        SpoolSender(Spool(copy, ledger, ("XA",)), ledger, store, retry_s=5.0, keep_days=30).run_once()
    assert store.taken == [received.sop_instance_uid]


def test_what_a_node_is_to_get_is_still_to_be_sent(
    tmp_path: Path, ledger: Ledger, file: Path, copy: Path
) -> None:
    seg = to_bytes(build_xa(sop_class_uid=SegmentationStorage, modality="SEG"))
    (tmp_path / "seg.dcm").write_bytes(seg)
    PushShelf(tmp_path, ledger, NODES).push("archive", tmp_path / "seg.dcm", "somebody")

    back_up(tmp_path, file)
    restore(file, copy)

    with closing(Ledger.in_folder(copy)) as restored:
        [push] = restored.pushes()
        assert PushShelf(copy, restored, NODES).file(push).path.read_bytes() == seg


def test_what_leaves_and_what_comes_meanwhile_is_in_the_pacs_or_in_the_backup(
    tmp_path: Path,
    spool: Spool,
    receive: Receive,
    sender: SpoolSender,
    store: FakeStore,
    file: Path,
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = receive(build_xa(n_frames=1)), build_xa(n_frames=1)
    spool.take(first)
    stays = receive(build_xa(n_frames=1))
    spool.take(stays)
    store.refuses = {stays.sop_instance_uid}
    freeze, n_frozen = backup._freeze, list[int]()

    def busy(data: Path, ledger: Path) -> tuple[set[str], set[str]]:
        frozen = freeze(data, ledger)
        if not n_frozen:
            sender.run_once()
            spool.take(receive(second))
        n_frozen.append(1)
        return frozen

    monkeypatch.setattr(backup, "_freeze", busy)

    made = back_up(tmp_path, file)
    restore(file, copy)

    assert store.taken == [first.sop_instance_uid]
    assert made.missing == ()
    assert len(n_frozen) == 2
    assert len(list((copy / "spool").iterdir())) == 2
    assert not_there(copy) == set()
    with tarfile.open(file) as archive:
        assert len(set(archive.getnames())) == len(archive.getnames())


def test_an_object_whose_file_is_gone_is_named_and_keeps_no_backup_from_ending(
    tmp_path: Path, spool: Spool, receive: Receive, file: Path
) -> None:
    spool.take(receive())
    [lost] = spool.folder.iterdir()
    lost.unlink()

    assert back_up(tmp_path, file).missing == (f"spool/{lost.name}",)


@pytest.mark.usefixtures("ledger")
def test_a_burst_keeps_no_backup_from_ending(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze, n_frozen = backup._freeze, list[int]()

    def busy(data: Path, copy: Path) -> tuple[set[str], set[str]]:
        n_frozen.append(1)
        return freeze(data, copy)[0], {f"spool/{len(n_frozen)}.dcm"}

    monkeypatch.setattr(backup, "_freeze", busy)

    back_up(tmp_path, file)

    assert len(n_frozen) == backup.MOST_COPIES


def test_what_is_still_coming_in_was_promised_to_nobody(
    tmp_path: Path, spool: Spool, receive: Receive, file: Path
) -> None:
    spool.take(receive())
    receive()

    names = [name for name in back_up(tmp_path, file).files if name.startswith("spool/")]

    assert len(names) == 1
    assert ".tmp-" not in names[0]


def test_beside_a_ledger_that_is_elsewhere_all_that_lies_there_is_kept(
    tmp_path: Path, spool: Spool, receive: Receive, file: Path
) -> None:
    spool.take(receive())

    made = back_up(tmp_path, file, with_ledger=False)

    assert [name.split("/")[0] for name in made.files] == ["spool"]
