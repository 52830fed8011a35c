"""Runs and labels for the tests of the datastore; what child processes of those tests run."""

import os
import resource
import signal
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from lib.datastore.cache import RunCache
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelContent, LabelStore, SegContent
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.records import LabelDraft, LabelVersion, NewLabel, NewSeg, OutboxEntry
from lib.datastore.states import FINAL_TAG, first_state
from lib.errors import DiskFullError
from lib.pacs.runs import RunRef

IMAGE_ID = "1.2.826.0.1.3680043.8.498.1"


def a_run(image_id: str = IMAGE_ID, n_frames: int = 96, rows: int = 512) -> RunRef:
    return RunRef(
        study_instance_uid=f"{image_id}.7",
        series_instance_uid=f"{image_id}.8",
        sop_instance_uid=image_id,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.12.1",
        modality="XA",
        n_frames=n_frames,
        rows=rows,
        columns=512,
    )


def a_draft(
    tag: str = FINAL_TAG,
    image_id: str = IMAGE_ID,
    author: str = "anna",
    finished_frames: tuple[int, ...] | None = None,
) -> LabelDraft:
    return LabelDraft(
        image_id=image_id,
        tag=tag,
        state=first_state(tag),
        author=author,
        model="vesselness@1",
        finished_frames=finished_frames,
        info={"client": "slicer"},
    )


def a_new_label(tag: str = FINAL_TAG, image_id: str = IMAGE_ID, **draft: object) -> NewLabel:
    """A label as it comes to the ledger: final ones with a SEG, drafts without."""
    label_id = uuid.uuid4().hex
    seg = NewSeg(f"{image_id}/{label_id}.seg.dcm", "b" * 64, f"2.25.{int(label_id, 16)}", "2.25.1")
    return NewLabel(
        draft=a_draft(tag, image_id, **draft),  # type: ignore[arg-type]
        id=label_id,
        file=f"{image_id}/{label_id}.nii.gz",
        sha256="a" * 64,
        seg=seg if tag == FINAL_TAG else None,
    )


def some_content(version: int, n_bytes: int = 100) -> LabelContent:
    """The files of a version: both say its number."""
    text = f"version {version} ".encode()
    seg = SegContent(b"SEG " + text, f"2.25.{uuid.uuid4().int}", f"2.25.{uuid.uuid4().int}")
    return LabelContent(volume=text.ljust(n_bytes, b"."), seg=seg)


def a_store(folder: Path, ledger: Ledger) -> LabelStore:
    return LabelStore(ledger, LabelFiles(folder / SAVED_FOLDER))


def save_labels(folder: Path, author: str, n_labels: int, barrier: object = None) -> list[LabelVersion]:
    """Save several labels of one run; a process of its own runs this."""
    if barrier is not None:
        barrier.wait()  # type: ignore[attr-defined]
    ledger = Ledger.in_folder(folder)
    store = a_store(folder, ledger)
    return [store.save(a_draft(author=author), some_content) for _ in range(n_labels)]


def save_in_turn(folder: Path, author: str, runs: Sequence[str], n_labels: int, barrier: object) -> None:
    """Save drafts of one run after another, beside other processes that do the same."""
    ledger = Ledger.in_folder(folder)
    store = a_store(folder, ledger)
    barrier.wait()  # type: ignore[attr-defined]
    for number in range(n_labels):
        draft = a_draft("draft", runs[number % len(runs)], author)
        store.save(draft, lambda version: LabelContent(some_content(version).volume))
    ledger.close()


def save_with_little_room(folder: Path) -> None:
    """Save a label, then fail to save a larger one, as this process may write no large files any more."""
    store = a_store(folder, Ledger.in_folder(folder))
    store.save(a_draft(), some_content)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    try:
        store.save(a_draft(author="ben"), lambda version: some_content(version, n_bytes=2_000_000))
    except DiskFullError:
        return
    sys.exit("the disk was not full")


def make_slowly(folder: Path, barrier: object) -> None:
    """Make a file of the cache at the same moment as another process, and write down that it was made."""

    def write(path: Path) -> None:
        with (folder / "made").open("a") as made:
            made.write("x")
        time.sleep(0.2)
        path.write_bytes(b"volume")

    barrier.wait()  # type: ignore[attr-defined]
    RunCache(folder / "cache", 1000).make("1.2", ".nii.gz", write)


def open_ledger(folder: Path, barrier: object) -> None:
    """Open a ledger at the same moment as another process."""
    barrier.wait()  # type: ignore[attr-defined]
    Ledger.in_folder(folder).note_runs([a_run()])


class FileSender:
    """Sends into a file, a line for each entry, as a PACS of its own would remember."""

    def __init__(self, store: LabelFiles, file: Path) -> None:
        self._store = store
        self._file = file

    def __call__(self, entry: OutboxEntry) -> None:
        data = self._store.read(entry.file, entry.sha256)
        with self._file.open("ab") as file:
            file.write(f"{entry.label_id} {data.hex()}\n".encode())


def die_while_sending(_entry: OutboxEntry) -> None:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(what: str, folder: Path) -> None:
    """Be a server process that is killed: before sending, or in the middle of it."""
    ledger = Ledger.in_folder(folder)
    ledger.note_runs([a_run()])
    a_store(folder, ledger).save(a_draft(), some_content)
    if what == "before":
        die_while_sending(ledger.pending()[0])
    Outbox(ledger, die_while_sending, retry_s=5.0).run_once()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
