"""What keeps a server busy: requests without an end, people who click, and a training."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import nibabel
import numpy as np
import requests

from lib.phantom import VERSION
from lib.trainers.fine_tune import REHEARSAL
from tests.servers import TestServer
from tests.training_shelf import make_small_shelf

RECIPE: Final = {"runs": 2, "picks": 2, "batch": 4, "crop_px": 128, "validation_steps": 500}
STEPS: Final = 100_000
"""More than there is time for."""

LEARNING_S: Final = 240.0


class Askers:
    """Threads that do their work again and again until they are stopped."""

    def __init__(self, work: Sequence[Callable[[], object]], pause_s: float = 0.0) -> None:
        self._is_over = threading.Event()
        self._pause_s = pause_s
        self._threads = [threading.Thread(target=self._repeat, args=(one,), daemon=True) for one in work]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish what it does."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(300)

    def _repeat(self, work: Callable[[], object]) -> None:
        while not self._is_over.is_set():
            work()
            self._is_over.wait(self._pause_s)


class Clicker:
    """A person with a session who clicks here and there, always on frames of one run."""

    def __init__(self, session: tuple[requests.Session, str], shape: tuple[int, int, int], seed: int) -> None:
        self._http, self._url = session
        self._shape = shape
        self._chance = random.Random(seed)
        self._frame = self._chance.randint(1, shape[0])
        self.taken: list[float] = []
        self.n_failed = 0

    def click(self) -> float:
        """Click once; return the ms until the answer. What fails is counted."""
        point = {"x": self._chance.randrange(self._shape[2]), "y": self._chance.randrange(self._shape[1])}
        prompt = {"frame_number": self._frame, "label": "vessel", "points": [point]}
        began = time.monotonic()
        answer = self._http.post(f"{self._url}/prompts", json=prompt, timeout=120)
        taken = 1000 * (time.monotonic() - began)
        self.taken.append(taken)
        self.n_failed += not answer.ok
        return taken


def session_of(server: TestServer, run: dict[str, str], person: str) -> tuple[requests.Session, str]:
    """Begin a person's session on a run; return how that person asks, and its address."""
    http = requests.Session()
    http.headers["X-Client-Id"] = person
    answer = http.post(f"{server.url}/fluoro/api/sessions", json={"image_id": run["image_id"]}, timeout=60)
    answer.raise_for_status()
    return http, f"{server.url}/fluoro/api/sessions/{answer.json()['session_id']}"


def prepare(data: Path) -> dict[str, str]:
    """Put what a training rehearses with into a data folder; return settings of the server."""
    make_small_shelf(data / REHEARSAL / f"phantom-{VERSION}" / "2-picks")
    return {"FLUORO_TRAINING__RECIPE": json.dumps(RECIPE), "FLUORO_DATASTORE__LIST_SECONDS": "0"}


@contextmanager
def learn(server: TestServer, runs: Sequence[dict[str, str]]) -> Iterator[None]:
    """Submit labels, begin a training, and cancel it in the end."""
    for run in runs:
        submit(server, run["image_id"])
    body = {"recipe": {**RECIPE, "steps": STEPS}}
    begun = requests.post(f"{server.url}/train/vessels", json=body, timeout=60)
    begun.raise_for_status()
    address = f"{server.url}/fluoro/api/trainings/{begun.json()['id']}"
    wait_until_it_learns(address)
    yield
    requests.delete(address, timeout=60).raise_for_status()


def wait_until_it_learns(address: str) -> None:
    """Wait for the first step of a training."""
    until = time.monotonic() + LEARNING_S
    while time.monotonic() < until:
        found: dict[str, Any] = requests.get(address, timeout=60).json()
        if found["ended_at"]:
            raise RuntimeError(f"the training ended before it learned: {found}")
        if found["news"] and found["news"].get("step", 0) >= 1:
            return
        time.sleep(0.2)
    raise RuntimeError("the training did not begin in time")


def submit(server: TestServer, image_id: str) -> None:
    """Submit a label whose second frame a person finished."""
    volume = np.zeros((512, 512, 96), np.uint8)
    volume[:, 250:256, :] = 1
    answer = requests.put(
        f"{server.url}/datastore/label",
        params={"image": image_id, "tag": "final"},
        data={"params": json.dumps({"finished_frame_numbers": [2]})},
        files={"label": ("label.nii", nibabel.Nifti1Image(volume, np.eye(4)).to_bytes())},
        timeout=120,
    )
    answer.raise_for_status()
