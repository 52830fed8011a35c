"""Stand-ins for our own ports, with the behaviour of the real thing and no network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.encaps import get_frame

from lib.arrays import Frame, Frames
from lib.errors import (
    NotFoundError,
    PacsRefusedError,
    PacsUnavailableError,
    RunNotFoundError,
    SegNotFoundError,
)
from lib.interaction.prompts import Prompt, PromptKind
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


@dataclass(frozen=True, eq=False)
class FakeEncoding:
    """A frame, as it is."""

    frame: Frame

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.frame.shape
        return rows, columns

    @property
    def nbytes(self) -> int:
        return self.frame.nbytes


class FakeClicker:
    """A click engine without a model: what is dark is a vessel, and a click is a square of 5 x 5 pixels.

    Attributes:
        encoded: The frames (t) that were looked at.
        answered: The prompts that were answered.
    """

    name = "squares"
    version = "1"
    DARK = 0.4

    def __init__(self) -> None:
        self.encoded: list[int] = []
        self.answered: list[Prompt] = []

    def encode(self, frames: Frames, t: int) -> FakeEncoding:
        self.encoded.append(t)
        return FakeEncoding(frames[t])

    def start(self, encoding: FakeEncoding) -> NDArray[np.bool_]:
        return encoding.frame < self.DARK

    def answer(self, encoding: FakeEncoding, mask: NDArray[np.bool_], prompt: Prompt) -> NDArray[np.bool_]:
        assert mask.shape == encoding.shape
        self.answered.append(prompt)
        answer = mask.copy()
        for (y0, x0), (y1, x1) in self._squares(prompt):
            answer[max(round(y0), 0) : round(y1) + 1, max(round(x0), 0) : round(x1) + 1] = prompt.is_positive
        return answer

    def _squares(self, prompt: Prompt) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        if prompt.kind is PromptKind.BOX:
            (y0, x0), (y1, x1) = prompt.points
            return [((min(y0, y1), min(x0, x1)), (max(y0, y1), max(x0, x1)))]
        return [((y - 2, x - 2), (y + 2, x + 2)) for y, x in prompt.points]
