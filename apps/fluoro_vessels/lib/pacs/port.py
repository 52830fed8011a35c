"""The door to a PACS as the rest of the house sees it."""

from collections.abc import Sequence
from typing import Protocol

from pydicom import Dataset

from lib.pacs.runs import RunRef, SegRef


class Pacs(Protocol):
    """What every PACS does for us; safe to call from several threads.

    Every method raises PacsUnavailableError when the PACS does not answer or answers with a
    server error, and PacsRefusedError when it answers and refuses.
    """

    address: str
    """DICOMweb root, without credentials."""

    def list_runs(self) -> list[RunRef]:
        """Return all runs of the PACS."""
        ...

    def find_run(self, image_id: str) -> RunRef:
        """Return the run with this SOP Instance UID, or the only one of this Series Instance UID.

        Raises:
            RunNotFoundError: There is none.
            AmbiguousSeriesError: The series holds several runs.
        """
        ...

    def retrieve(self, run: RunRef) -> Dataset:
        """Return the whole instance, in its own transfer syntax where the PACS gives it.

        Raises:
            RunNotFoundError: The PACS no longer has it.
        """
        ...

    def retrieve_frames(self, run: RunRef, frame_numbers: Sequence[int]) -> list[bytes]:
        """Return frames by their DICOM numbers (one-based), each as stored: native or encoded."""
        ...

    def list_segs(self, run: RunRef) -> list[SegRef]:
        """Return the SEGs of the run's study that refer to this run, oldest first."""
        ...

    def retrieve_seg(self, seg: SegRef) -> Dataset:
        """Return a whole SEG instance."""
        ...

    def store(self, datasets: Sequence[Dataset]) -> None:
        """Store instances, all that the PACS takes.

        Raises:
            PacsRefusedError: The PACS took fewer than all; names those that it refused.
        """
        ...

    def ping(self) -> None:
        """Return when the PACS answers.

        Raises:
            PacsUnavailableError: It does not.
        """
        ...
