"""How soon a run that arrives has its SEG in the PACS, and what a burst of runs costs a person who clicks.

A server of its own with an Orthanc of its own. A run of 96 x 512 x 512 (or the file that is named) is stored
on the server by C-STORE, and the PACS asked for its SEG until it has it; the first run also starts a worker.
Then a person clicks in a session, first while nothing else happens, then while a burst of runs waits.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
import requests
from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.pacs.dicomweb import DicomWebPacs, connect  # noqa: E402
from lib.pacs.dimse import DicomNode, send  # noqa: E402
from lib.pacs.files import examine  # noqa: E402
from lib.settings import PacsSettings  # noqa: E402
from lib.start.embedded_pacs import EmbeddedPacs  # noqa: E402
from tests.builders import build_xa, draw_run  # noqa: E402
from tests.ports import free_port  # noqa: E402
from tests.servers import TestServer  # noqa: E402

SHAPE: Final = (96, 512, 512)
BURST_FRAMES: Final = 24
PAUSE_S: Final = 0.3
"""Between two clicks of a person in a hurry."""
TARGETS: Final = {"seg_in_pacs_s": 15.0, "click_ratio_p95": 2.0}
RULES: Final = [{"name": "all", "when": {"modality": ["XA"]}, "send_seg": True}]


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(
        description="Runs that arrive: time to the SEG, and clicks beside a burst."
    )
    parser.add_argument("--run", type=Path, help="DICOM file of a run; one is drawn otherwise")
    parser.add_argument("--repeats", type=int, default=4, help="runs that are stored one after the other")
    parser.add_argument("--burst", type=int, default=50, help="runs that arrive at once")
    parser.add_argument("--clicks", type=int, default=80, help="clicks without and with a burst")
    parser.add_argument("--niceness", type=int, help="of the worker; the server's own otherwise")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), arguments)
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:<24}{value}")
    for name, limit in TARGETS.items():
        print(f"target {name:<17}{limit:<8g}{'kept' if result[name] <= limit else 'MISSED'}")


def measure(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return all figures."""
    with ExitStack() as stack:
        orthanc = EmbeddedPacs(folder / "orthanc", http_port=free_port())
        orthanc.start()
        stack.callback(orthanc.stop)
        orthanc.wait()
        pacs, port = connect(PacsSettings(url=orthanc.url)), free_port()
        clicked = build_xa(pixels=draw_run(*(4, *SHAPE[1:])))
        pacs.store([clicked])
        server = TestServer(folder / "server", orthanc.url, settings_of(port, arguments.niceness))
        server.start()
        stack.callback(server.stop)
        run = dcmread(arguments.run) if arguments.run else build_xa(pixels=draw_run(*SHAPE))
        waits = [arrive(pacs, port, run, folder) for _ in range(arguments.repeats)]
        person = Person(server.url, str(clicked.SOPInstanceUID))
        person.clicks(10)
        idle = person.clicks(arguments.clicks)
        began = burst(pacs, arguments.burst)
        while not (n_before := waiting(server)):
            time.sleep(0.2)
        busy = person.clicks(arguments.clicks)
        n_after = waiting(server)
        seconds = time.monotonic() - began
    p95 = [float(np.percentile(times, 95)) for times in (idle, busy)]
    return {
        "benchmark": "arrivals",
        "first_seg_in_pacs_s": round(waits[0], 2),
        "seg_in_pacs_s": round(statistics.median(waits[1:] or waits), 2),
        "click_idle_ms_p50": round(statistics.median(idle), 1),
        "click_idle_ms_p95": round(p95[0], 1),
        "click_burst_ms_p50": round(statistics.median(busy), 1),
        "click_burst_ms_p95": round(p95[1], 1),
        "click_ratio_p95": round(p95[1] / p95[0], 2),
        "burst_waiting": [n_before, n_after],
        "burst_s": round(seconds, 1),
    }


def settings_of(port: int, niceness: int | None) -> dict[str, str]:
    """Return the variables of a server that segments what arrives and listens to one node."""
    settings = {
        "FLUORO_ARRIVAL__ENABLED": "true",
        "FLUORO_ARRIVAL__RULES": json.dumps(RULES),
        "FLUORO_DIMSE__PORT": str(port),
        "FLUORO_DIMSE__SENDERS": json.dumps(["CATHLAB@127.0.0.1"]),
    }
    return settings if niceness is None else {**settings, "FLUORO_ARRIVAL__NICENESS": str(niceness)}


def renewed(run: Dataset) -> Dataset:
    """Give a run new UIDs."""
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(run, keyword, generate_uid())
    run.file_meta.MediaStorageSOPInstanceUID = run.SOPInstanceUID
    return run


def arrive(pacs: DicomWebPacs, port: int, run: Dataset, folder: Path) -> float:
    """Return the seconds from the end of a run's C-STORE until the PACS has its SEG."""
    path = folder / "run.dcm"
    renewed(run).save_as(path, enforce_file_format=True)
    outcomes = list(
        send([examine(path, is_named=True)], DicomNode("FLUORO", "127.0.0.1", port), calling="CATHLAB")
    )
    if any(outcome.outcome != "stored" for outcome in outcomes):
        raise SystemExit(f"the run was not stored: {outcomes}")
    began = time.monotonic()
    image_id = str(run.SOPInstanceUID)
    while not any(image_id == ref.sop_instance_uid for ref in pacs.list_runs()):
        time.sleep(0.05)
    ref = pacs.find_run(image_id)
    while not pacs.list_segs(ref):
        time.sleep(0.05)
    return time.monotonic() - began


def burst(pacs: DicomWebPacs, n_runs: int) -> float:
    """Store many runs at once; returns when they were all stored."""
    run = build_xa(pixels=draw_run(BURST_FRAMES, *SHAPE[1:]))
    for _ in range(n_runs):
        pacs.store([renewed(run)])
    return time.monotonic()


def waiting(server: TestServer) -> int:
    """Return how many runs have no draft yet."""
    counts = requests.get(f"{server.url}/fluoro/api/arrivals", timeout=60).json()["counts"]
    return int(counts["waiting"]) + int(counts["working"])


class Person:
    """Clicks in a session of a run, on and beside the vessel."""

    def __init__(self, url: str, image_id: str) -> None:
        answer = requests.post(f"{url}/fluoro/api/sessions", json={"image_id": image_id}, timeout=60)
        answer.raise_for_status()
        self._prompts = f"{url}/fluoro/api/sessions/{answer.json()['session_id']}/prompts"
        self._http, self._places = requests.Session(), places()

    def clicks(self, n_clicks: int) -> list[float]:
        """Return how many ms each click took."""
        return [self._click() for _ in range(n_clicks)]

    def _click(self) -> float:
        time.sleep(PAUSE_S)
        body = {"frame_number": 3, "label": "vessel", "points": [next(self._places)]}
        began = time.perf_counter()
        self._http.post(self._prompts, json=body, timeout=60).raise_for_status()
        return 1000 * (time.perf_counter() - began)


def places() -> Iterator[dict[str, float]]:
    """Yield places of clicks, the same in every run of this script."""
    chance = np.random.default_rng(3)
    while True:
        x, y = chance.integers(40, SHAPE[2] - 40, 2)
        yield {"x": float(x), "y": float(y)}


if __name__ == "__main__":
    main()
