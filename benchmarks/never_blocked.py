"""What people feel while the server works: `/info/`, the DICOMweb path, and clicks of many people at once.

On one server with an Orthanc of its own, on two cores: `/info/` and frames by DICOMweb are asked for while
nothing else happens, while a run of 96 frames is segmented again and again, and while a model learns; then
many people click, each in a session of their own. Shares are taken against the idle figures of the same run:
they are looked at before and after each part, because the machine may have other things to do meanwhile.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import requests

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT), str(ROOT / "benchmarks")]

from _busy_server import Askers, Clicker, learn, prepare, session_of  # noqa: E402
from _soak_people import run_facts  # noqa: E402

from lib.pacs.dicomweb import connect  # noqa: E402
from lib.settings import PacsSettings  # noqa: E402
from lib.start.embedded_pacs import EmbeddedPacs  # noqa: E402
from tests.builders import build_xa, draw_run  # noqa: E402
from tests.ports import free_port  # noqa: E402
from tests.servers import TestServer  # noqa: E402

SHAPE: Final = (96, 512, 512)
N_RUNS: Final = 4
INFO_LIMIT_MS: Final = 200.0
LEAST_SHARE: Final = 0.8
INFO_PAUSE_S: Final = 0.1
PARTS: Final = ("inference", "training", "clicks")


def main() -> None:
    """Measure and print the figures, or one JSON object."""
    parser = argparse.ArgumentParser(description="What people feel while the server works.")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each part lasts")
    parser.add_argument("--people", type=int, default=16, help="how many click at once")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may be given again")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server, runs = opened(Path(folder), stack)
        parts = arguments.only or PARTS
        figures = {
            part: figures_of(part, server, runs, arguments.seconds, arguments.people) for part in parts
        }
    result = {"benchmark": "never_blocked", "frames": SHAPE[0], **figures}
    if arguments.json:
        print(json.dumps(result))
        return
    tell(result)


def opened(folder: Path, stack: ExitStack) -> tuple[TestServer, list[dict[str, str]]]:
    """Start a PACS with some runs, and a server that can learn."""
    pacs = EmbeddedPacs(folder / "orthanc", http_port=free_port())
    pacs.start()
    stack.callback(pacs.stop)
    pacs.wait()
    runs = [build_xa(pixels=draw_run(*SHAPE), PatientID=f"NOBODY{n}") for n in range(N_RUNS)]
    connect(PacsSettings(url=pacs.url)).store(runs)
    data = folder / "data"
    server = TestServer(data, pacs.url, prepare(data))
    server.start()
    stack.callback(server.stop)
    return server, [run_facts(run) for run in runs]


def figures_of(
    part: str, server: TestServer, runs: list[dict[str, str]], seconds: float, n_people: int
) -> dict[str, Any]:
    """Return the figures of a part."""
    segment(server, runs[0])
    if part == "clicks":
        return clicks(server, runs, n_people, seconds)
    busy_with = while_segmenting if part == "inference" else while_learning
    before, busy = beside(server, runs[1], seconds / 2), busy_with(server, runs, seconds)
    idle = [before, beside(server, runs[1], seconds / 2)]
    per_s = statistics.mean(one["dicomweb_frames_per_s"] for one in idle)
    share = round(busy["dicomweb_frames_per_s"] / per_s, 2)
    return {**busy, "dicomweb_share": share, "idle": idle, "load": os.getloadavg()[0]}


def while_segmenting(server: TestServer, runs: list[dict[str, str]], seconds: float) -> dict[str, Any]:
    """Return the figures while a run is segmented again and again, and how long that takes then."""
    alone_s = segment(server, runs[0])
    with repeated(lambda: segment(server, runs[0])) as taken:
        figures = beside(server, runs[1], seconds)
    figures["inference_s"] = round(statistics.median(taken), 1) if taken else None
    return {**figures, "inference_alone_s": round(alone_s, 1)}


def while_learning(server: TestServer, runs: list[dict[str, str]], seconds: float) -> dict[str, Any]:
    """Return the figures while a model learns."""
    with learn(server, runs):
        return beside(server, runs[1], seconds)


def segment(server: TestServer, run: dict[str, str]) -> float:
    """Segment a whole run; return the seconds it took."""
    began = time.monotonic()
    query = {"image": run["image_id"], "output": "json"}
    requests.post(f"{server.url}/infer/vessels", params=query, timeout=300).raise_for_status()
    return time.monotonic() - began


@contextmanager
def repeated(work: Callable[[], float]) -> Iterator[list[float]]:
    """Work again and again in the background; gives the list that times are added to."""
    taken: list[float] = []
    askers = Askers([lambda: taken.append(work())])
    yield taken
    askers.stop()


def beside(server: TestServer, run: dict[str, str], seconds: float) -> dict[str, Any]:
    """Ask for `/info/` now and then, then for frames as fast as they come, two at a time."""
    info = asked_for(seconds, [lambda: get(server, "/info/")], INFO_PAUSE_S)
    path = f"/dicom-web/studies/{run['study']}/series/{run['series']}/instances/{run['image_id']}/frames/"
    numbers = iter(range(10**9))
    frames = asked_for(seconds, [lambda: get(server, f"{path}{next(numbers) % SHAPE[0] + 1}")] * 2, 0.0)
    return {
        "info_p95_ms": p95(info),
        "info_slowest_ms": round(max(info)),
        "dicomweb_frames_per_s": round(len(frames) / seconds, 1),
    }


def asked_for(seconds: float, work: list[Callable[[], float]], pause_s: float) -> list[float]:
    """Let each work again and again for a while; return all times in ms."""
    taken: list[float] = []
    askers = Askers([lambda one=one: taken.append(one()) for one in work], pause_s)
    time.sleep(seconds)
    askers.stop()
    return taken


def get(server: TestServer, path: str) -> float:
    """Return the ms that an address took; whoever is refused is told why."""
    began = time.monotonic()
    requests.get(f"{server.url}{path}", timeout=60).raise_for_status()
    return 1000 * (time.monotonic() - began)


def clicks(server: TestServer, runs: list[dict[str, str]], n_people: int, seconds: float) -> dict[str, Any]:
    """Let people click at once, each without a pause; return their times and how evenly they were served."""
    people = [Clicker(session_of(server, runs[n % N_RUNS], f"person {n}"), SHAPE, n) for n in range(n_people)]
    alone = asked_for(seconds / 2, [people[0].click], 0.0)
    for person in people:
        person.taken.clear()
    asked_for(seconds, [person.click for person in people], 0.0)
    counts = [len(person.taken) for person in people]
    times = [time for person in people for time in person.taken]
    return {
        "people": n_people,
        "clicks": len(times),
        "failures": sum(person.n_failed for person in people),
        "alone_p95_ms": p95(alone),
        "p50_ms": round(statistics.median(times)),
        "p95_ms": p95(times),
        "fewest_of_a_person": min(counts),
        "most_of_a_person": max(counts),
        "evenness": round(evenness(counts), 3),
        "slowest_person_p95_ms": max(p95(person.taken) for person in people),
        "load": os.getloadavg()[0],
    }


def evenness(counts: list[int]) -> float:
    """Return Jain's index: 1 where all were served alike, 1/n where one of n was."""
    return sum(counts) ** 2 / (len(counts) * sum(count**2 for count in counts))


def p95(times: list[float]) -> int:
    """Return the 95th percentile in ms."""
    return round(sorted(times)[min(len(times) - 1, int(0.95 * len(times)))])


def tell(result: dict[str, Any]) -> None:
    """Print the figures for people."""
    for part in PARTS:
        for key, value in result.get(part, {}).items():
            print(f"{part:<10} {key:<22} {value}")
    print(f"targets: info_p95_ms <= {INFO_LIMIT_MS:.0f}, dicomweb_share >= {LEAST_SHARE}, failures 0")


if __name__ == "__main__":
    main()
