"""What a node stores here: straight to a file, never whole in memory."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from pynetdicom import _config, dimse_messages

from lib.errors import DiskFullError, FluoroError, StorageError, UnavailableError
from lib.errors.dimse import ObjectTooLargeError, ReceivedMismatchError

PREFIX: Final = ".tmp-"
"""Begins the names of files that are being received."""

SUCCESS: Final = 0x0000
FAILED: Final = 0x0110
NO_ROOM: Final = 0xA700
MISMATCH: Final = 0xA900
NOT_UNDERSTOOD: Final = 0xC000
MEGA: Final = 2**20
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_PRIVATE: Final = 0o600


@dataclass(frozen=True)
class ReceivedObject:
    """An object that a node stores here.

    Attributes:
        path: Part 10 file with what came; who takes it moves it away, else it is deleted.
        sop_class_uid: As the request says.
        sop_instance_uid: As the request says.
        transfer_syntax_uid: As it was agreed.
        source: Who sends: AET@ADDRESS.
    """

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    source: str


class IncomingFile:
    """A file as pynetdicom writes it piece by piece, in its own thread, where nothing may be raised.

    When an object becomes too large, or the disk full, its pieces are dropped; the problem is raised
    when the object is whole, so that its sender gets an answer.
    """

    def __init__(self, folder: Path, limit_mb: int) -> None:
        self.problem: FluoroError | None = None
        self.name = str(folder / f"{PREFIX}{secrets.token_hex(16)}.dcm")
        self._limit_mb = limit_mb
        self._left = limit_mb * MEGA
        self._open: IO[bytes] | None = None
        with self._noting_problems():
            folder.mkdir(parents=True, exist_ok=True)
            self._open = os.fdopen(os.open(self.name, _FLAGS, _PRIVATE), "wb")

    @property
    def file(self) -> "IncomingFile":
        """What pynetdicom flushes after each piece; one flush at the end is enough."""
        return self

    def flush(self) -> None:
        """Do nothing before the end."""

    def write(self, data: bytes) -> int:
        """Write the next piece, or drop it."""
        self._left -= len(data)
        if self._left < 0 and self.problem is None:
            self._give_up(ObjectTooLargeError(self._limit_mb))
        if self._open is not None:
            with self._noting_problems():
                self._open.write(data)
        return len(data)

    def close(self) -> None:
        """Write what is left and let go of the file, which stays where it is."""
        with self._noting_problems():
            if self._open is not None:
                self._open.close()

    @contextmanager
    def _noting_problems(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            self._give_up(DiskFullError(str(Path(self.name).parent)))

    def _give_up(self, problem: FluoroError) -> None:
        """Delete what was written; remember the first problem."""
        self.problem = self.problem or problem
        with suppress(OSError):
            if self._open is not None:
                self._open.close()
        self._open = None
        Path(self.name).unlink(missing_ok=True)


def receive_into(folder: Path, limit_mb: int) -> None:
    """Let all associations of this process write what they receive into a folder.

    pynetdicom can stream into files of the machine's temporary folder only: that may be another disk,
    or memory, and what a broken association leaves there nobody would find.
    """
    _config.STORE_RECV_CHUNKED_DATASET = True
    dimse_messages.NamedTemporaryFile = lambda **_: IncomingFile(folder, limit_mb)


def object_of(event: Any) -> ReceivedObject:
    """Return the object of a C-STORE request, whole on the disk.

    Raises:
        ObjectTooLargeError, DiskFullError: It could not be written.
    """
    incoming: IncomingFile = event.request._dataset_file
    incoming.close()
    if incoming.problem is not None:
        raise incoming.problem
    peer = event.assoc.requestor if event.assoc.is_acceptor else event.assoc.acceptor
    return ReceivedObject(
        path=Path(incoming.name),
        sop_class_uid=str(event.request.AffectedSOPClassUID),
        sop_instance_uid=str(event.request.AffectedSOPInstanceUID),
        transfer_syntax_uid=str(event.context.transfer_syntax),
        source=f"{peer.ae_title.strip()}@{peer.address_info.address}",
    )


def status_of(error: FluoroError) -> int:
    """Return the status of C-STORE that says what went wrong, PS3.4 B.2.3."""
    if isinstance(error, StorageError | UnavailableError):
        return NO_ROOM
    return MISMATCH if isinstance(error, ReceivedMismatchError) else NOT_UNDERSTOOD
