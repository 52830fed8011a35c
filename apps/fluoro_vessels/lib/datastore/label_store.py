"""Saving a label: its files first, then ledger and outbox in one transaction; nothing is half saved."""

import logging
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lib.datastore.ids import check_image_id, check_tag
from lib.datastore.label_files import LabelFiles, StoredFile
from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelDraft, LabelVersion, NewLabel, NewSeg
from lib.datastore.states import LabelState, check_first_state, check_label_move
from lib.errors import StorageError, UnavailableError, VersionTakenError

logger = logging.getLogger(__name__)

SAVED_FOLDER: Final = "labels_saved"
"""Where saved labels lie in the data folder."""

_SEG_SUFFIX: Final = ".seg.dcm"
_TRIES: Final = 50


@dataclass(frozen=True)
class SegContent:
    """A DICOM SEG as a Part 10 file."""

    data: bytes
    sop_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True)
class LabelContent:
    """What a label consists of."""

    volume: bytes
    """The file of the label volume."""
    suffix: str = ".nii.gz"
    seg: SegContent | None = None
    """What the PACS must get; None for drafts, unless somebody wants them there too."""


class LabelStore:
    """Saved labels: rows in the ledger and files beside it."""

    def __init__(self, ledger: Ledger, files: LabelFiles) -> None:
        """Open the store; files that a crash left without a label are cleared away after an hour."""
        self._ledger = ledger
        self._files = files
        files.sweep(ledger.files())

    def save(self, draft: LabelDraft, content: Callable[[int], LabelContent]) -> LabelVersion:
        """Save a new version of a label.

        Args:
            draft: What it is.
            content: Makes its files for a version number. Called again with the next number when
                somebody else saved this one meanwhile.

        Raises:
            DiskFullError: There is no room; nothing is left behind and older versions are untouched.
            RunNotFoundError: The ledger has no such run.
            FrameOutOfRunError: A finished frame is none of the run's.
            TagStateError: Its state does not fit its tag.
            LabelOvertakenError: Somebody else saved one since the one that it is based on.
            LedgerBusyError: Another process keeps the ledger locked.
        """
        check_first_state(check_tag(draft.tag), draft.state)
        self._ledger.run(check_image_id(draft.image_id))
        for _ in range(_TRIES - 1):
            try:
                return self._save(draft, content)
            except VersionTakenError:
                logger.info("saved label %r of run %s again with the next version", draft.tag, draft.image_id)
        return self._save(draft, content)

    def submit(self, label_id: str, by: str, seg: SegContent) -> LabelVersion:
        """Submit a draft or a returned label, and put its SEG into the outbox if it has none yet."""
        label = self._ledger.label(label_id)
        check_label_move(label.state, LabelState.SUBMITTED)
        if label.seg_sop_instance_uid is not None:
            return self._ledger.set_label_state(label_id, LabelState.SUBMITTED, by)
        with self._discarding_what_failed() as names:
            new = self._write_seg(label.image_id, label_id, seg, names)
            moved = self._ledger.set_label_state(label_id, LabelState.SUBMITTED, by, new)
        if moved.seg_sop_instance_uid != new.sop_instance_uid:
            self._files.discard(names)
        return moved

    def path(self, label: LabelVersion) -> Path:
        """Return where a label's volume lies, or raise LabelFileLostError."""
        return self._files.path(label.file)

    def read(self, label: LabelVersion) -> bytes:
        """Return a label's volume as it was saved, or raise LabelFileLostError."""
        return self._files.read(label.file, label.sha256)

    def read_seg(self, label: LabelVersion) -> bytes | None:
        """Return a label's DICOM SEG as it was sent, None where it has none, or raise LabelFileLostError."""
        return self.read_seg_of(label.id)

    def read_seg_of(self, label_id: str) -> bytes | None:
        """Return the DICOM SEG of a label by its id; see `read_seg`."""
        found = self._ledger.seg_file_of(label_id)
        return None if found is None else self._files.read(*found)

    def _save(self, draft: LabelDraft, content: Callable[[int], LabelContent]) -> LabelVersion:
        """Save under the version that is free now, or raise VersionTakenError."""
        version = self._ledger.next_version(draft.image_id, draft.tag)
        made, label_id = content(version), uuid.uuid4().hex
        with self._discarding_what_failed() as names:
            volume = self._write(draft.image_id, label_id, made.suffix, made.volume, names)
            seg = self._write_seg(draft.image_id, label_id, made.seg, names) if made.seg else None
            new = NewLabel(draft, label_id, volume.name, volume.sha256, seg)
            label = self._ledger.add_label(new, version)
        logger.info(
            "saved version %d of label %r of run %s, %d bytes",
            version,
            draft.tag,
            draft.image_id,
            len(made.volume),
        )
        return label

    def _write(self, image_id: str, label_id: str, suffix: str, data: bytes, names: list[str]) -> StoredFile:
        stored = self._files.write(image_id, label_id, suffix, data)
        names.append(stored.name)
        return stored

    def _write_seg(self, image_id: str, label_id: str, seg: SegContent, names: list[str]) -> NewSeg:
        """Write a SEG under a name of its own, which a crashed try cannot have taken."""
        stored = self._write(image_id, label_id, f".{secrets.token_hex(4)}{_SEG_SUFFIX}", seg.data, names)
        return NewSeg(stored.name, stored.sha256, seg.sop_instance_uid, seg.series_instance_uid)

    @contextmanager
    def _discarding_what_failed(self) -> Iterator[list[str]]:
        """Yield a list for the names of files; if the work fails, remove those that no label needs.

        A commit may have succeeded although its answer was lost, so the ledger is asked. Does it
        not answer, the files stay for the next sweep.
        """
        names: list[str] = []
        try:
            yield names
        except BaseException:
            with suppress(StorageError, UnavailableError):
                self._files.discard([name for name in names if not self._ledger.needs_file(name)])
            raise
