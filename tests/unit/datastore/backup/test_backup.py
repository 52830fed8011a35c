"""A backup while people save, and what comes back of it."""

import hashlib
import io
import json
import shutil
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest

from lib.datastore.backup import MANIFEST, back_up
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import LEDGER_FILE, Ledger
from lib.datastore.restore import check_backup, restore
from lib.errors.backup import BackupDamagedError, BackupExistsError, NothingToBackUpError, RestoreTargetError
from tests.offices import line, open_office


def write(path: Path, text: str = "content") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a label, a model that is live, a key and things that are no part of a backup."""
    folder = tmp_path_factory.mktemp("template")
    with open_office(folder) as office:
        office.save({0: line(20)})
    write(folder / "patient-tokens.key", "secret")
    write(folder / "labels" / "own.yaml")
    write(folder / "access" / "keys.json", "{}")
    write(folder / "models" / "_versions" / "vessels" / "live.json", '{"after": "2"}')
    write(folder / "models" / "_versions" / "vessels" / "2" / "vessels.safetensors")
    write(folder / "models" / ".tmp-half-a-model" / "weights")
    write(folder / "cache" / "1.2.dcm")
    write(folder / "logs" / "server.log")
    return folder


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(template, tmp_path / "data"))


def with_members(path: Path, *members: tuple[str, bytes], files: dict[str, Any] | None = None) -> Path:
    """Write an archive of members, and a manifest that names some files."""
    manifest = {"format": 1, "created_at": "", "has_ledger": True, "files": files or {}, "missing": []}
    with tarfile.open(path, "w") as archive:
        for name, content in (*members, (MANIFEST, json.dumps(manifest).encode())):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_what_is_restored_is_what_was_backed_up(data: Path, tmp_path: Path) -> None:
    made = back_up(data, tmp_path / "backup.tar")

    restored = restore(tmp_path / "backup.tar", tmp_path / "new")

    ledger, before = Ledger.in_folder(tmp_path / "new"), Ledger.in_folder(data)
    [run] = {label.image_id for label in before.newest_labels("final").values()}
    [label], [old] = ledger.labels(run), before.labels(run)
    store = LabelStore(ledger, LabelFiles(tmp_path / "new" / SAVED_FOLDER))
    kept = LabelStore(before, LabelFiles(data / SAVED_FOLDER))
    assert restored == made
    assert label == old
    assert store.read(label) == kept.read(old)
    assert store.read_seg(label) == kept.read_seg(old)
    assert (tmp_path / "new" / "patient-tokens.key").read_text() == "secret"
    ledger.close()
    before.close()


def test_what_can_be_had_again_and_what_is_half_written_is_left_out(data: Path, tmp_path: Path) -> None:
    names = set(back_up(data, tmp_path / "backup.tar").files)

    assert {name.split("/")[0] for name in names} == {
        LEDGER_FILE, SAVED_FOLDER, "patient-tokens.key", "labels", "access", "models",
    }  # fmt: skip
    assert not any(".tmp-" in name for name in names)


def test_the_pointer_to_a_live_model_is_read_before_the_versions(data: Path, tmp_path: Path) -> None:
    names = [name for name in back_up(data, tmp_path / "backup.tar").files if name.startswith("models/")]

    assert names[0].endswith("live.json")


def test_every_label_of_a_backup_has_its_files_while_people_go_on_saving(data: Path, tmp_path: Path) -> None:
    is_over = threading.Event()

    def save() -> None:
        with open_office(data) as office:
            while not is_over.is_set():
                office.save({0: line(30)})

    people = threading.Thread(target=save)
    people.start()
    made = [back_up(data, tmp_path / f"{number}.tar") for number in range(4)]
    is_over.set()
    people.join()

    for number, manifest in enumerate(made):
        restore(tmp_path / f"{number}.tar", tmp_path / f"new {number}")
        ledger = Ledger.in_folder(tmp_path / f"new {number}")
        files = LabelFiles(tmp_path / f"new {number}" / SAVED_FOLDER)
        assert all(files.path(name) for name in ledger.files())
        assert manifest.missing == ()
        ledger.close()


def test_only_its_owner_may_read_a_backup(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup.tar")

    assert (tmp_path / "backup.tar").stat().st_mode & 0o777 == 0o600


def test_a_label_whose_file_is_gone_is_named(data: Path, tmp_path: Path) -> None:
    [volume] = data.glob(f"{SAVED_FOLDER}/*/*.nii.gz")
    volume.unlink()

    made = back_up(data, tmp_path / "backup.tar")

    assert made.missing == (volume.relative_to(data).as_posix(),)


def test_a_backup_overwrites_nothing_and_needs_something(data: Path, tmp_path: Path) -> None:
    write(tmp_path / "backup.tar")

    with pytest.raises(BackupExistsError):
        back_up(data, tmp_path / "backup.tar")
    with pytest.raises(NothingToBackUpError):
        back_up(tmp_path / "nothing", tmp_path / "other.tar")
    assert not (tmp_path / "other.tar").exists()


@pytest.mark.parametrize("there", [LEDGER_FILE, f"{SAVED_FOLDER}/1/a", "models/x/y"])
def test_a_restore_overwrites_nothing(data: Path, tmp_path: Path, there: str) -> None:
    back_up(data, tmp_path / "backup.tar")
    write(tmp_path / "new" / there)

    with pytest.raises(RestoreTargetError):
        restore(tmp_path / "backup.tar", tmp_path / "new")

    assert (tmp_path / "new" / there).read_text() == "content"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_backup_that_was_cut_off_restores_nothing(data: Path, tmp_path: Path, part: float) -> None:
    back_up(data, tmp_path / "backup.tar")
    whole = (tmp_path / "backup.tar").read_bytes().rstrip(b"\0")
    (tmp_path / "half.tar").write_bytes(whole[: int(len(whole) * part)])

    with pytest.raises(BackupDamagedError):
        restore(tmp_path / "half.tar", tmp_path / "new")

    assert list((tmp_path / "new").iterdir()) == []


def test_a_changed_byte_is_found(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup.tar")
    content = bytearray((tmp_path / "backup.tar").read_bytes())
    at = content.index(b"secret")
    content[at] ^= 1
    (tmp_path / "changed.tar").write_bytes(content)

    with pytest.raises(BackupDamagedError, match=r"patient-tokens\.key is missing or was changed"):
        check_backup(tmp_path / "changed.tar")


@pytest.mark.parametrize("name", ["../climbed", "/climbed", "models/../../climbed", "orthanc/x"])
def test_a_backup_cannot_write_elsewhere(tmp_path: Path, name: str) -> None:
    evil = with_members(tmp_path / "evil.tar", (name, b"x"))

    with pytest.raises(BackupDamagedError, match="does not belong"):
        restore(evil, tmp_path / "new")

    assert not list(tmp_path.rglob("climbed"))


def test_a_link_in_a_backup_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        member = tarfile.TarInfo("models")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(member)

    with pytest.raises(BackupDamagedError):
        restore(tmp_path / "evil.tar", tmp_path / "new")


def test_a_ledger_that_is_no_data_base_is_refused(tmp_path: Path) -> None:
    content = b"no data base" * 100
    entry = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    evil = with_members(tmp_path / "evil.tar", (LEDGER_FILE, content), files={LEDGER_FILE: entry})

    with pytest.raises(BackupDamagedError, match="ledger is no data base"):
        restore(evil, tmp_path / "new")

    assert list((tmp_path / "new").iterdir()) == []
