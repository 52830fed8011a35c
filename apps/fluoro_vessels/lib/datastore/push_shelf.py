"""Objects that DICOM nodes are to get: copies on this disk, so that a push outlives what it was made from."""

import logging
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydicom import uid

from lib.datastore.durable import disk_full_says_so, write_whole
from lib.datastore.ledger_pushes import PushesInLedger
from lib.datastore.push_records import NewPush, PushKind, PushRecord
from lib.errors.dimse import NodeNotInSettingsError, PushFileLostError
from lib.pacs.files import DicomFile, read_identity
from lib.pacs.runs import RUN_CLASSES
from lib.sections.dimse import NodeSettings

logger = logging.getLogger(__name__)

FOLDER: Final = "pushes"
SUFFIX: Final = ".dcm"
BY_ITSELF: Final = "server"
"""Who wants what a node gets by itself."""

LEFT_ALONE_S: Final = 3600.0
"""Younger files may belong to a push that is just being noted."""

REPORTS: Final = frozenset(
    {
        uid.BasicTextSRStorage,
        uid.EnhancedSRStorage,
        uid.ComprehensiveSRStorage,
        uid.Comprehensive3DSRStorage,
        uid.XRayRadiationDoseSRStorage,
    }
)


class PushShelf:
    """Puts objects on the way to nodes, and gives them out to who sends them."""

    def __init__(self, data: Path, ledger: PushesInLedger, nodes: Mapping[str, NodeSettings]) -> None:
        """Use a data folder; nothing is made before something is pushed."""
        self._folder = data / FOLDER
        self._ledger = ledger
        self._nodes = nodes
        self._on_added: Callable[[], None] = lambda: None

    def tell(self, on_added: Callable[[], None]) -> None:
        """Call somebody whenever something was put on its way."""
        self._on_added = on_added

    def node(self, name: str) -> NodeSettings:
        """Return a node of the settings, or raise NodeNotInSettingsError."""
        if name not in self._nodes:
            raise NodeNotInSettingsError(name, sorted(self._nodes))
        return self._nodes[name]

    def push(self, node: str, file: Path, by: str, *, again: bool = True) -> PushRecord:
        """Let a node get a DICOM file; it is copied, and the push survives a power cut.

        Args:
            node: Name of a node of the settings.
            file: Part 10 file; may be deleted afterwards.
            by: Who, or what, wants it there.
            again: Send it also where the node got or refused it before.

        Raises:
            NodeNotInSettingsError: The settings have no such node.
            NotDicomError: The file is none.
            DiskFullError: There is no room; nothing is left behind.
        """
        settings = self.node(node)
        found, name = read_identity(file), f"{secrets.token_hex(16)}{SUFFIX}"
        write_whole(self._folder / name, lambda path: _copy(file, path))
        new = NewPush(
            node=node,
            sop_instance_uid=found.sop_instance_uid,
            sop_class_uid=found.sop_class_uid,
            transfer_syntax_uid=found.transfer_syntax_uid,
            kind=kind_of(found.sop_class_uid),
            n_bytes=found.n_bytes,
            file=name,
            wants_commitment=settings.commitment,
            created_by=by,
        )
        push = self._ledger.add_push(new, datetime.now(UTC), again=again)
        if push.new.file != name:
            self.remove(name)
        self._on_added()
        return push

    def push_result(self, kind: PushKind, data: bytes) -> list[PushRecord]:
        """Let every node that gets SEGs or SRs by itself get one; a node that has it is left alone.

        Args:
            kind: What it is.
            data: Part 10 file.
        """
        wanting = [name for name, node in sorted(self._nodes.items()) if kind in node.gets]
        if not wanting:
            return []
        with tempfile.NamedTemporaryFile(suffix=SUFFIX) as file:
            file.write(data)
            file.flush()
            return [self.push(name, Path(file.name), BY_ITSELF, again=False) for name in wanting]

    def file(self, push: PushRecord) -> DicomFile:
        """Return the file of a push.

        Raises:
            PushFileLostError: It is gone.
        """
        path = self._folder / push.new.file
        if not path.is_file():
            raise PushFileLostError(push.new.file)
        new = push.new
        return DicomFile(path, new.sop_class_uid, new.sop_instance_uid, new.transfer_syntax_uid, new.n_bytes)

    def give_up(self, push_id: int) -> None:
        """Take a push out of the queue; raises PushNotFoundError."""
        push = self._ledger.push(push_id)
        self._ledger.remove_push(push_id)
        self.remove(push.new.file)

    def remove(self, name: str) -> None:
        """Delete a file that nobody needs any more."""
        (self._folder / name).unlink(missing_ok=True)

    def sweep(self, older_than_s: float = LEFT_ALONE_S) -> int:
        """Delete files of no push, or of one that ended well; returns how many."""
        before = time.time() - older_than_s
        old = {path.name for path in self._folder.glob("*") if path.stat().st_mtime < before}
        left = old - self._ledger.needed_push_files()
        for name in left:
            self.remove(name)
        return len(left)


def kind_of(sop_class_uid: str) -> PushKind:
    """Return what an object of a SOP class is."""
    if sop_class_uid == uid.SegmentationStorage:
        return PushKind.SEG
    if sop_class_uid in REPORTS:
        return PushKind.SR
    return PushKind.RUN if sop_class_uid in RUN_CLASSES else PushKind.OTHER


def _copy(source: Path, target: Path) -> None:
    with disk_full_says_so(target.parent):
        shutil.copyfile(source, target)
