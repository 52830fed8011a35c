"""A PACS for the spool."""

from collections.abc import Callable, Iterator, Sequence

from lib.errors import PacsUnavailableError
from lib.pacs.files import DicomFile, FileOutcome, Outcome


class FakeStore:
    """Takes files, refuses those that it is told to, or does not answer at all."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.heard: list[str] = []
        self.refuses: set[str] = set()
        self.is_down = False
        self.breaks = False
        self.meanwhile: Callable[[], object] = lambda: None

    def store_files(self, files: Sequence[DicomFile]) -> Iterator[FileOutcome]:
        if self.breaks:
            raise RuntimeError("broken")
        for file in files:
            is_refused = file.sop_instance_uid in self.refuses
            if self.is_down or is_refused:
                reason = "refused" if is_refused else "no answer"
                yield FileOutcome(file.path, Outcome.FAILED, file.sop_instance_uid, reason)
                continue
            assert file.path.stat().st_size == file.n_bytes
            self.taken.append(file.sop_instance_uid)
            self.meanwhile()
            yield FileOutcome(file.path, Outcome.STORED, file.sop_instance_uid)

    def ping(self) -> None:
        if self.is_down:
            raise PacsUnavailableError("http://127.0.0.1:1", "connection refused")
