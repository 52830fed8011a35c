"""A PACS behind DICOMweb."""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

from pydicom import Dataset
from requests.exceptions import HTTPError

from lib.errors import (
    FluoroError,
    FrameNotFoundError,
    PacsRefusedError,
    RunNotFoundError,
    SegNotFoundError,
)
from lib.pacs.connection import Connection, segment
from lib.pacs.failures import BrokenAnswerError, translated
from lib.pacs.files import DicomFile, FileOutcome
from lib.pacs.qido import search_instances
from lib.pacs.run_feed import RunFeed
from lib.pacs.runs import RunRef, SegRef, choose_run, is_run, is_seg, refers_to, run_of, seg_of
from lib.pacs.seg_references import SegReferences
from lib.pacs.storing import store_all, store_files
from lib.pacs.stow import Outgoing, outgoing_dataset, store_instances
from lib.pacs.wado import copy_instance, read_instance
from lib.settings import PacsSettings

logger = logging.getLogger(__name__)

SEARCHABLE: Final = re.compile(r"[^\s*?\\,/@\x00-\x1f]{1,128}")
"""An id that QIDO matches as it is: no wildcard, no list."""

PING_S: Final = 5.0
"""How long a ping waits at most; who asks whether a PACS is there wants to know soon."""

AS_STORED: Final = (("application/octet-stream", "*"),)
FRAMES_PER_REQUEST: Final = 200
"""Keeps an address below the 8 kB that servers take."""


def connect(settings: PacsSettings) -> "DicomWebPacs":
    """Return the PACS that the settings name; nothing is sent yet."""
    return DicomWebPacs(settings)


class DicomWebPacs:
    """A PACS behind DICOMweb; may be shared by all threads.

    The methods of `lib.pacs.port.Pacs` do and raise what is written there.
    """

    def __init__(self, settings: PacsSettings) -> None:
        self.address = Connection(settings).address
        self._settings = settings
        self._connection = Connection(settings)
        in_haste = {"timeout_s": min(settings.timeout_s, PING_S), "retries": 0}
        self._probe = Connection(settings.model_copy(update=in_haste))
        self._references = SegReferences()
        self._feed = RunFeed(settings, self.list_runs_anew, self.find_run)

    def list_runs(self) -> list[RunRef]:
        """Return all runs of the PACS; where it is an Orthanc, only what is new is asked for."""
        return self._feed.runs()

    def list_runs_anew(self) -> list[RunRef]:
        """Return all runs of the PACS, each from a search of this very moment."""
        start = time.perf_counter()
        runs: dict[str, RunRef] = {}
        with translated(self.address, "list its runs"):
            for modality in self._settings.modalities:
                for header in self._search({"Modality": modality}):
                    # Modality belongs to the series; not every PACS repeats it for an instance.
                    known = {"Modality": modality, **header}
                    if is_run(known, self._settings.modalities):
                        runs.setdefault(known["SOPInstanceUID"], run_of(known))
        logger.info("listed %d runs in %.2f s", len(runs), time.perf_counter() - start)
        return list(runs.values())

    def find_run(self, image_id: str) -> RunRef:
        """Return the run with this SOP Instance UID, or the only one of this Series Instance UID."""
        if not SEARCHABLE.fullmatch(image_id):
            raise RunNotFoundError(image_id)
        with translated(self.address, "find a run"):
            for header in self._search({"SOPInstanceUID": image_id}):
                if header["SOPInstanceUID"] == image_id and is_run(header, self._settings.modalities):
                    return run_of(header)
            headers = self._search({"SeriesInstanceUID": image_id})
            runs = [run_of(header) for header in headers if is_run(header, self._settings.modalities)]
        return choose_run(image_id, runs)

    def retrieve(self, run: RunRef) -> Dataset:
        """Return the whole instance in the transfer syntax in which the PACS holds it."""
        return self._retrieve(run, "send a run", RunNotFoundError(run.sop_instance_uid))

    def retrieve_seg(self, seg: SegRef) -> Dataset:
        """Return a whole SEG instance."""
        return self._retrieve(seg, "send a SEG", SegNotFoundError(seg.sop_instance_uid))

    def retrieve_to(self, run: RunRef, file: BinaryIO) -> None:
        """Write the instance as a DICOM Part 10 file, byte for byte as the PACS sends it.

        Raises:
            RunNotFoundError: The PACS no longer has it.
            PacsUnavailableError: The answer broke off; what the file holds then is worthless.
        """
        missing = RunNotFoundError(run.sop_instance_uid)
        with (
            translated(self.address, "send a run"),
            self._connection.instance(_uids(run), missing) as answer,
        ):
            copy_instance(answer, file)

    def retrieve_frames(self, run: RunRef, frame_numbers: Sequence[int]) -> list[bytes]:
        """Return frames by their DICOM numbers (one-based), each as stored: native or encoded."""
        for number in frame_numbers:
            if not 1 <= number <= run.n_frames:
                raise FrameNotFoundError(run.sop_instance_uid, number, run.n_frames)
        frames: list[bytes] = []
        with translated(self.address, "send frames"):
            for first in range(0, len(frame_numbers), FRAMES_PER_REQUEST):
                frames += self._frames(run, frame_numbers[first : first + FRAMES_PER_REQUEST])
        return frames

    def list_segs(self, run: RunRef) -> list[SegRef]:
        """Return the SEGs of the run's study that refer to this run, oldest first."""
        with translated(self.address, "list its SEGs"):
            headers = self._search({"Modality": "SEG"}, segment(run.study_instance_uid))
            known = ({"StudyInstanceUID": run.study_instance_uid, "Modality": "SEG", **h} for h in headers)
            segs = [seg_of(header) for header in known if is_seg(header)]
            mine = [seg for seg in segs if refers_to(self._references_of(seg), run)]
        return sorted(mine, key=lambda seg: seg.age_key)

    def store(self, datasets: Sequence[Dataset]) -> None:
        """Store instances, all that the PACS takes."""
        start = time.perf_counter()
        refused = store_all(map(outgoing_dataset, datasets), self._send)
        n_stored = len(datasets) - len(refused)
        logger.info("stored %d instances in %.2f s", n_stored, time.perf_counter() - start)
        if refused:
            reasons = "; ".join(f"{uid} ({reason})" for uid, reason in refused.items())
            raise PacsRefusedError(self.address, "store", reasons)

    def store_files(self, files: Sequence[DicomFile]) -> Iterator[FileOutcome]:
        """Store files as they are and yield what became of each; one bad file stops no other."""
        return store_files(files, self._send, self._is_answering)

    def ping(self) -> None:
        """Return when the PACS answers a search."""
        with translated(self.address, "answer a search"):
            self._probe.client.search_for_studies(limit=1)

    def _search(self, filters: dict[str, str], study: str | None = None) -> Iterator[dict[str, Any]]:
        return search_instances(self._connection.client, filters, self._settings.page_size, study)

    def _retrieve(self, ref: RunRef | SegRef, action: str, missing: FluoroError) -> Dataset:
        start = time.perf_counter()
        with translated(self.address, action), self._connection.instance(_uids(ref), missing) as answer:
            dataset = read_instance(answer)
        logger.info("retrieved %s in %.2f s", ref.sop_instance_uid, time.perf_counter() - start)
        return dataset

    def _frames(self, run: RunRef, frame_numbers: Sequence[int]) -> list[bytes]:
        """Return frames of one request."""
        try:
            frames = self._connection.client.retrieve_instance_frames(
                *map(segment, _uids(run)), list(frame_numbers), media_types=AS_STORED
            )
        except HTTPError as error:
            if error.response is not None and error.response.status_code in (404, 410):
                raise RunNotFoundError(run.sop_instance_uid) from error
            raise
        if len(frames) != len(frame_numbers):
            raise BrokenAnswerError(f"it sent {len(frames)} of {len(frame_numbers)} frames")
        return [bytes(frame) for frame in frames]

    def _references_of(self, seg: SegRef) -> frozenset[str]:
        def metadata() -> dict[str, Any]:
            try:
                return dict(self._connection.client.retrieve_instance_metadata(*map(segment, _uids(seg))))
            except IndexError:
                return {}

        return self._references.of(seg, metadata)

    def _send(self, parts: Sequence[Outgoing]) -> dict[str, str]:
        with translated(self.address, "store"):
            session, timeout_s = self._connection.session, self._settings.timeout_s
            return store_instances(session, f"{self.address}/studies", parts, timeout_s)

    def _is_answering(self) -> bool:
        try:
            self.ping()
        except FluoroError:
            return False
        return True


def _uids(ref: RunRef | SegRef) -> tuple[str, str, str]:
    return ref.study_instance_uid, ref.series_instance_uid, ref.sop_instance_uid
