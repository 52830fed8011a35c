"""People of the soak: each looks, clicks, segments, saves and uploads as chance says."""

import gzip
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import nibabel
import numpy as np
import requests

from tests.builders import build_xa, to_bytes

SHAPE: Final = (8, 256, 256)
"""Frames, rows and columns of the runs."""
N_UPLOADS: Final = 20
"""So many runs all people together upload at most, so that memory and disk stay bounded."""
TIMEOUT_S: Final = 90.0
BUSY: Final = 429
OK: Final = (200, 201, 204)


@dataclass(frozen=True)
class Done:
    """One request.

    Attributes:
        what: What it was for.
        at: When it began, seconds since the start of the soak.
        seconds: How long it took.
        status: HTTP status; 0 where the connection failed.
    """

    what: str
    at: float
    seconds: float
    status: int


@dataclass
class Shared:
    """What all people see and add to; lists are appended to, which threads may do at once."""

    url: str
    runs: list[dict[str, str]]
    began: float
    is_over: threading.Event = field(default_factory=threading.Event)
    done: list[Done] = field(default_factory=list)
    saved: list[tuple[str, str, str]] = field(default_factory=list)
    """Image id, label id, SOP Instance UID of the SEG, of every save that was acknowledged."""
    uploads: list[str] = field(default_factory=list)


class Person(threading.Thread):
    """Works until the soak is over; a pause of up to half a second between two requests."""

    def __init__(self, name: str, shared: Shared, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self._shared = shared
        self._chance = random.Random(seed)
        self._http = requests.Session()
        self._http.headers["X-Client-Id"] = name
        self._session = ""
        self._run = shared.runs[0]

    def run(self) -> None:
        """Do one thing after the other."""
        choices: list[tuple[int, Callable[[], object]]] = [
            (6, lambda: self._get("info", "/info/")),
            (4, lambda: self._get("runs", "/fluoro/api/runs")),
            (12, self._frame),
            (12, self._dicomweb),
            (10, self._click),
            (2, self._infer),
            (3, self._save_file),
            (2, self._save_session),
            (1, self._upload),
            (1, lambda: self._ask("POST", "next", "/activelearning/random", json={})),
        ]
        weights, actions = [weight for weight, _ in choices], [action for _, action in choices]
        while not self._shared.is_over.is_set():
            self._run = self._chance.choice(self._shared.runs)
            self._chance.choices(actions, weights)[0]()
            self._shared.is_over.wait(self._chance.uniform(0.0, 0.5))

    def _ask(self, method: str, what: str, path: str, **request: Any) -> requests.Response | None:
        """Ask, and note what became of it."""
        began = time.monotonic()
        try:
            answer = self._http.request(method, f"{self._shared.url}{path}", timeout=TIMEOUT_S, **request)
        except requests.RequestException:
            answer = None
            self._shared.is_over.wait(1.0)
        status = 0 if answer is None else answer.status_code
        done = Done(what, began - self._shared.began, time.monotonic() - began, status)
        self._shared.done.append(done)
        if answer is not None and status == BUSY:
            self._shared.is_over.wait(float(answer.headers["Retry-After"]))
        return answer if status in OK else None

    def _get(self, what: str, path: str) -> requests.Response | None:
        return self._ask("GET", what, path)

    def _frame(self) -> None:
        number = self._chance.randint(1, SHAPE[0])
        self._get("frame", f"/fluoro/api/runs/{self._run['image_id']}/frames/{number}.png")

    def _dicomweb(self) -> None:
        run, number = self._run, self._chance.randint(1, SHAPE[0])
        instance = f"/dicom-web/studies/{run['study']}/series/{run['series']}/instances/{run['image_id']}"
        ends = ("", "/metadata", f"/frames/{number}")
        self._get("dicomweb", instance + self._chance.choice(ends))

    def _click(self) -> None:
        if not self._session:
            answer = self._ask(
                "POST", "session", "/fluoro/api/sessions", json={"image_id": self._run["image_id"]}
            )
            self._session = answer.json()["session_id"] if answer is not None else ""
            return
        point = {"x": self._chance.randrange(SHAPE[2]), "y": self._chance.randrange(SHAPE[1])}
        prompt = {"frame_number": self._chance.randint(1, SHAPE[0]), "label": "vessel", "points": [point]}
        self._ask("POST", "click", f"/fluoro/api/sessions/{self._session}/prompts", json=prompt)

    def _infer(self) -> None:
        query = {"image": self._run["image_id"], "output": "json"}
        self._ask("POST", "infer", "/infer/vessels", params=query)

    def _save_file(self) -> None:
        image_id, tag = self._run["image_id"], self._chance.choice(("final", "draft"))
        files = {"label": ("label.nii.gz", a_label(self._chance.randrange(SHAPE[1] - 8)))}
        answer = self._ask(
            "PUT", "save", "/datastore/label", params={"image": image_id, "tag": tag}, files=files
        )
        if answer is not None:
            said = answer.json()
            self._shared.saved.append((image_id, said["label"], said["seg_sop_instance_uid"] or ""))

    def _save_session(self) -> None:
        if not self._session:
            return
        answer = self._ask("POST", "save", f"/fluoro/api/sessions/{self._session}/save", json={})
        self._session = ""
        if answer is not None:
            said = answer.json()
            self._shared.saved.append(
                (said["image_id"], said["label_id"], said.get("seg_sop_instance_uid") or "")
            )

    def _upload(self) -> None:
        if len(self._shared.uploads) >= N_UPLOADS:
            return
        run = build_xa(n_frames=SHAPE[0], rows=SHAPE[1], columns=SHAPE[2])
        self._shared.uploads.append(str(run.SOPInstanceUID))
        self._ask("POST", "upload", "/fluoro/api/upload", files={"file": ("run.dcm", to_bytes(run))})


def a_label(row: int) -> bytes:
    """Return a label of one horizontal vessel as NIfTI."""
    volume = np.zeros(SHAPE[::-1], np.uint8)
    volume[20:200, row : row + 6, :] = 1
    return gzip.compress(nibabel.Nifti1Image(volume, np.eye(4)).to_bytes(), 1)


def megabytes(pid: int) -> float:
    """Return the resident memory of a process in MB; 0 where there is none."""
    try:
        n_pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return n_pages * 4096 / 1e6


def run_facts(run: Any) -> dict[str, str]:
    """Return the ids of a DICOM run."""
    return {
        "image_id": str(run.SOPInstanceUID),
        "series": str(run.SeriesInstanceUID),
        "study": str(run.StudyInstanceUID),
    }
