import hashlib
import multiprocessing
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelContent, LabelStore, SegContent
from lib.datastore.ledger import Ledger
from lib.datastore.states import LabelState
from lib.errors import (
    DiskFullError,
    InvalidIdError,
    LabelFileLostError,
    LedgerError,
    RunNotFoundError,
    StateMoveError,
)
from tests.datastore_builders import (
    IMAGE_ID,
    a_draft,
    a_store,
    save_labels,
    save_with_little_room,
    some_content,
)


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / SAVED_FOLDER).rglob("*") if path.is_file())


def test_a_saved_label_is_a_row_a_file_and_an_outbox_entry(
    tmp_path: Path, ledger: Ledger, store: LabelStore
) -> None:
    label = store.save(a_draft(), some_content)

    assert ledger.newest(IMAGE_ID, "final") == label
    assert store.read(label).startswith(b"version 1 ")
    assert label.sha256 == hashlib.sha256(store.path(label).read_bytes()).hexdigest()
    [entry] = ledger.pending()
    assert LabelFiles(tmp_path / SAVED_FOLDER).read(entry.file, entry.sha256) == b"SEG version 1 "
    assert len(files_below(tmp_path)) == 2


def test_a_seg_is_read_as_it_was_made_also_after_it_was_sent(ledger: Ledger, store: LabelStore) -> None:
    label, draft = store.save(a_draft(), some_content), store.save(a_draft("draft"), _without_seg)
    [entry] = ledger.pending()
    ledger.mark_sent(entry.id, datetime.now(UTC))

    assert store.read_seg(label) == b"SEG version 1 "
    assert store.read_seg(draft) is None


def _without_seg(version: int) -> LabelContent:
    return LabelContent(volume=some_content(version).volume)


def test_files_are_read_only(store: LabelStore) -> None:
    path = store.path(store.save(a_draft(), some_content))

    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_the_content_learns_its_version(store: LabelStore) -> None:
    labels = [store.save(a_draft(), some_content) for _ in range(3)]

    assert [store.read(label).split(b".")[0] for label in labels] == [
        b"version 1 ",
        b"version 2 ",
        b"version 3 ",
    ]


def test_a_draft_without_a_seg_puts_nothing_into_the_outbox(ledger: Ledger, store: LabelStore) -> None:
    store.save(a_draft("original"), lambda _version: LabelContent(b"volume"))

    assert ledger.pending() == []


def test_who_was_slower_makes_the_content_again_for_the_next_version(
    tmp_path: Path, ledger: Ledger, store: LabelStore
) -> None:
    versions = []

    def slow_content(version: int) -> LabelContent:
        versions.append(version)
        if len(versions) == 1:
            store.save(a_draft(author="ben"), some_content)
        return some_content(version)

    label = store.save(a_draft(), slow_content)

    assert versions == [1, 2]
    assert label.version == 2
    assert store.read(label).startswith(b"version 2 ")
    assert len(files_below(tmp_path)) == 4
    assert len(ledger.pending()) == 2


def test_two_processes_that_save_at_once_lose_nothing(tmp_path: Path, ledger: Ledger) -> None:
    n_each = 10
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    both = [
        context.Process(target=save_labels, args=(tmp_path, author, n_each, barrier))
        for author in ("anna", "ben")
    ]

    for process in both:
        process.start()
    for process in both:
        process.join(120)

    labels = ledger.labels(IMAGE_ID)
    assert [process.exitcode for process in both] == [0, 0]
    assert [label.version for label in labels] == list(range(1, 2 * n_each + 1))
    assert sum(label.author == "anna" for label in labels) == n_each
    store = a_store(tmp_path, ledger)
    assert all(store.read(label).startswith(b"version %d " % label.version) for label in labels)
    assert len(ledger.pending()) == 2 * n_each
    assert len(files_below(tmp_path)) == 4 * n_each


@pytest.mark.parametrize("n_written", [0, 1])
def test_a_full_disk_leaves_the_old_label_and_nothing_else(
    tmp_path: Path, ledger: Ledger, store: LabelStore, monkeypatch: pytest.MonkeyPatch, n_written: int
) -> None:
    old = store.save(a_draft(), some_content)
    before = files_below(tmp_path)
    real_fsync, n_synced = os.fsync, []

    def fsync(descriptor: int) -> None:
        """A disk has room for some files more; each takes two calls, itself and its folder."""
        n_synced.append(descriptor)
        if len(n_synced) > 2 * n_written:
            raise OSError(28, "No space left on device")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(DiskFullError, match="is full; what was stored before is untouched"):
        store.save(a_draft(), some_content)

    assert files_below(tmp_path) == before
    assert ledger.newest(IMAGE_ID, "final") == old
    assert len(ledger.pending()) == 1


def test_a_disk_without_room_for_the_volume_leaves_the_old_label(tmp_path: Path, ledger: Ledger) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=save_with_little_room, args=(tmp_path,))

    process.start()
    process.join(60)

    assert process.exitcode == 0
    assert [label.author for label in ledger.labels(IMAGE_ID)] == ["anna"]
    assert len(files_below(tmp_path)) == 2


def test_a_transaction_that_fails_takes_its_files_along(
    tmp_path: Path, ledger: Ledger, store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LedgerError("disk I/O error")

    monkeypatch.setattr(ledger, "add_label", fail)
    with pytest.raises(LedgerError):
        store.save(a_draft(), some_content)

    assert files_below(tmp_path) == []


def test_files_stay_when_the_commit_worked_but_its_answer_was_lost(
    tmp_path: Path, ledger: Ledger, store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_add = ledger.add_label

    def add_and_fail(*arguments: object) -> None:
        real_add(*arguments)  # type: ignore[arg-type]
        raise LedgerError("connection lost")

    monkeypatch.setattr(ledger, "add_label", add_and_fail)
    with pytest.raises(LedgerError):
        store.save(a_draft(), some_content)

    assert store.read(ledger.newest(IMAGE_ID)).startswith(b"version 1 ")
    assert len(files_below(tmp_path)) == 2


def test_what_cannot_be_saved_is_not_even_made(store: LabelStore) -> None:
    def never(_version: int) -> LabelContent:
        pytest.fail("made content for a label that cannot be saved")

    with pytest.raises(RunNotFoundError):
        store.save(a_draft(image_id="9.9"), never)
    with pytest.raises(InvalidIdError):
        store.save(a_draft(tag="../.."), never)
    with pytest.raises(InvalidIdError):
        store.save(a_draft(image_id="../../x"), never)


def test_a_suffix_cannot_leave_the_folder(tmp_path: Path, store: LabelStore) -> None:
    with pytest.raises(InvalidIdError, match="suffix"):
        store.save(a_draft(), lambda _version: LabelContent(b"", suffix="/../../x.nii"))

    assert files_below(tmp_path) == []


def test_a_lost_or_changed_file_is_told(store: LabelStore) -> None:
    label = store.save(a_draft(), some_content)
    path = store.path(label)
    path.chmod(0o644)

    path.write_bytes(b"something else")
    with pytest.raises(LabelFileLostError):
        store.read(label)
    path.unlink()
    with pytest.raises(LabelFileLostError, match=r"Restore it from a backup"):
        store.path(label)


def test_a_draft_is_submitted_with_its_seg(tmp_path: Path, ledger: Ledger, store: LabelStore) -> None:
    draft = store.save(a_draft("original"), lambda _version: LabelContent(b"volume"))

    label = store.submit(draft.id, "anna", SegContent(b"SEG", "2.25.5", "2.25.6"))

    assert (label.state, label.seg_sop_instance_uid) == (LabelState.SUBMITTED, "2.25.5")
    [entry] = ledger.pending()
    assert LabelFiles(tmp_path / SAVED_FOLDER).read(entry.file, entry.sha256) == b"SEG"


def test_a_label_that_may_not_be_submitted_leaves_no_file(
    tmp_path: Path, ledger: Ledger, store: LabelStore
) -> None:
    label = store.save(a_draft(), some_content)
    ledger.set_label_state(label.id, LabelState.APPROVED, "rita")
    before = files_below(tmp_path)

    with pytest.raises(StateMoveError):
        store.submit(label.id, "anna", SegContent(b"SEG", "2.25.5", "2.25.6"))

    assert files_below(tmp_path) == before


def test_a_label_that_has_a_seg_gets_no_second_one(ledger: Ledger, store: LabelStore) -> None:
    label = store.save(a_draft(), some_content)
    ledger.set_label_state(label.id, LabelState.RETURNED, "rita")

    again = store.submit(label.id, "anna", SegContent(b"SEG", "2.25.5", "2.25.6"))

    assert again.seg_sop_instance_uid == label.seg_sop_instance_uid
    assert len(ledger.pending()) == 1


def test_opening_clears_away_what_a_crash_left(tmp_path: Path, ledger: Ledger, store: LabelStore) -> None:
    label = store.save(a_draft(), some_content)
    folder = tmp_path / SAVED_FOLDER / IMAGE_ID
    (folder / ".tmp-abc-x.nii.gz").write_bytes(b"half")
    (folder / "orphan.nii.gz").write_bytes(b"whole")
    files = LabelFiles(tmp_path / SAVED_FOLDER)
    now = (folder / "orphan.nii.gz").stat().st_ctime

    assert files.sweep(ledger.files(), now + 3500) == 0
    assert files.sweep(ledger.files(), now + 3700) == 2

    assert (tmp_path / SAVED_FOLDER / "lost+found" / IMAGE_ID / "orphan.nii.gz").read_bytes() == b"whole"
    assert store.read(label)
    assert files.sweep(ledger.files(), now + 3700) == 0
