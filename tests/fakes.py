"""Stand-ins for our own ports, with the behaviour of the real thing and no network."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from threading import Lock

from pydicom import Dataset, dcmread, dcmwrite
from pydicom.encaps import get_frame

from lib.errors import (
    NotFoundError,
    PacsRefusedError,
    PacsUnavailableError,
    RunNotFoundError,
    SegNotFoundError,
)
from lib.pacs.runs import RunRef, SegRef, choose_run, is_run, is_seg, references, refers_to, run_of, seg_of

MODALITIES = ("XA", "RF", "XRF")


class FakePacs:
    """A PACS in memory; keeps bytes, so what comes back is never the object that went in.

    Attributes:
        is_down: When true, every call raises PacsUnavailableError.
        refuses: SOP Instance UIDs that `store` refuses; the others of the same call are kept.
        calls: Name of every method called, in order.
    """

    def __init__(self, datasets: Iterable[Dataset] = (), address: str = "http://pacs.test/dicom-web") -> None:
        self.address = address
        self.is_down = False
        self.refuses: set[str] = set()
        self.calls: list[str] = []
        self._files: dict[str, bytes] = {}
        self._lock = Lock()
        self.store(list(datasets))
        self.calls.clear()

    def list_runs(self) -> list[RunRef]:
        self._note("list_runs")
        return [run_of(header) for header in self._headers() if is_run(header, MODALITIES)]

    def find_run(self, image_id: str) -> RunRef:
        self._note("find_run")
        runs = [run_of(header) for header in self._headers() if is_run(header, MODALITIES)]
        return choose_run(image_id, runs)

    def retrieve(self, run: RunRef) -> Dataset:
        self._note("retrieve")
        return self._read(run.sop_instance_uid)

    def retrieve_frames(self, run: RunRef, frame_numbers: Sequence[int]) -> list[bytes]:
        self._note("retrieve_frames")
        whole = self._read(run.sop_instance_uid)
        if whole.file_meta.TransferSyntaxUID.is_encapsulated:
            return [
                get_frame(whole.PixelData, number - 1, number_of_frames=run.n_frames)
                for number in frame_numbers
            ]
        size = run.rows * run.columns * whole.SamplesPerPixel * whole.BitsAllocated // 8
        return [whole.PixelData[(number - 1) * size : number * size] for number in frame_numbers]

    def list_segs(self, run: RunRef) -> list[SegRef]:
        self._note("list_segs")
        segs = [
            seg_of(header)
            for header in self._headers()
            if is_seg(header)
            and header.StudyInstanceUID == run.study_instance_uid
            and refers_to(references(header), run)
        ]
        return sorted(segs, key=lambda seg: seg.age_key)

    def retrieve_seg(self, seg: SegRef) -> Dataset:
        self._note("retrieve_seg")
        return self._read(seg.sop_instance_uid, SegNotFoundError)

    def store(self, datasets: Sequence[Dataset]) -> None:
        self._note("store")
        for dataset in datasets:
            if dataset.SOPInstanceUID not in self.refuses:
                file = BytesIO()
                dcmwrite(file, dataset, enforce_file_format=True)
                with self._lock:
                    self._files[str(dataset.SOPInstanceUID)] = file.getvalue()
        refused = [uid for uid in (str(d.SOPInstanceUID) for d in datasets) if uid in self.refuses]
        if refused:
            raise PacsRefusedError(self.address, "store", f"{', '.join(refused)} (reason 0110)")

    def ping(self) -> None:
        self._note("ping")

    def lose(self, sop_instance_uid: str) -> None:
        """Forget an instance, as a PACS does whose operator deleted it."""
        with self._lock:
            del self._files[sop_instance_uid]

    def _note(self, call: str) -> None:
        if self.is_down:
            raise PacsUnavailableError(self.address, "connection refused")
        with self._lock:
            self.calls.append(call)

    def _headers(self) -> list[Dataset]:
        with self._lock:
            files = list(self._files.values())
        return [dcmread(BytesIO(file), stop_before_pixels=True) for file in files]

    def _read(self, sop_instance_uid: str, missing: type[NotFoundError] = RunNotFoundError) -> Dataset:
        with self._lock:
            file = self._files.get(sop_instance_uid)
        if file is None:
            raise missing(sop_instance_uid)
        return dcmread(BytesIO(file))
