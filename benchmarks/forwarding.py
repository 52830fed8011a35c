"""What the DICOMweb path costs: a run through this server against the same run straight from Orthanc.

The peer is MONAI Label's own `/proxy`, which drops the Accept header (so it always gets the run unpacked)
and waits for the PACS on the event loop. The three take turns on the same Orthanc, each server in a process
of its own. The second table says how long a server takes to answer something trivial while eight answers of
a slow PACS come through it. Without ../shared/data a drawn run of the same size is used.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from pydicom import dcmread
from pydicom.dataset import FileDataset

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.pacs.dicomweb import connect  # noqa: E402
from lib.settings import PacsSettings, load_settings  # noqa: E402
from lib.start.embedded_pacs import EmbeddedPacs  # noqa: E402
from tests.builders import build_xa  # noqa: E402
from tests.ports import free_port  # noqa: E402

REAL: Final = ROOT.parent / "shared" / "data" / "dicom" / "xa_cine_96f_jpeg_baseline.dcm"
STORED: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*'
UNPACKED: Final = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1'
FRAMES: Final = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
N_SLOW: Final = 8
SLOW_S: Final = 3.0
HEALTH_LIMIT_MS: Final = 50.0


def main() -> None:
    """Measure and print two tables, or one JSON object."""
    parser = argparse.ArgumentParser(description="What the DICOMweb path costs.")
    parser.add_argument(
        "--repeats", type=int, default=15, help="how often each is fetched; medians are given"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), arguments.repeats)
    if arguments.json:
        print(json.dumps({"benchmark": "forwarding", "repeats": arguments.repeats, **result}))
        return
    print(f"{'fetching':<30}{'MB':>6}{'Orthanc':>11}{'ours':>11}{'ratio':>7}{'MONAI Label':>13}")
    for row in result["rows"]:
        print(
            f"{row['what']:<30}{row['mb']:>6.1f}{row['orthanc_ms']:>8.1f} ms{row['ours_ms']:>8.1f} ms"
            f"{row['ratio']:>7.2f}{row['monai_ms']:>10.1f} ms"
        )
    print(f"\n{f'health while {N_SLOW} slow answers pass':<36}{'median':>11}{'95 %':>11}")
    for row in result["health"]:
        print(f"{row['server']:<36}{row['median_ms']:>8.1f} ms{row['p95_ms']:>8.1f} ms")
    verdict = "kept" if result["health"][0]["p95_ms"] <= HEALTH_LIMIT_MS else "MISSED"
    print(f"target {HEALTH_LIMIT_MS:.0f} ms for ours: {verdict}")


def measure(folder: Path, repeats: int) -> dict[str, Any]:
    """Return the rows of both tables."""
    with ExitStack() as stack:
        orthanc = EmbeddedPacs(folder / "orthanc", http_port=free_port())
        orthanc.start()
        stack.callback(orthanc.stop)
        orthanc.wait()
        run = a_run()
        connect(PacsSettings(url=orthanc.url)).store([run])
        ours = stack.enter_context(server(serve_ours, orthanc.url, folder / "ours"))
        monai = stack.enter_context(server(serve_monai, orthanc.url, folder / "monai"))
        doors = {"orthanc": (orthanc.http_port, "/dicom-web"), "ours": (ours, "/dicom-web")}
        doors["monai"] = (monai, "/proxy/dicom/wado")
        rows = [fetch_all(what, path, accept, doors, repeats) for what, path, accept in requests_for(run)]
    return {"rows": rows, "health": [health(name, serve, folder) for name, serve in SERVERS]}


def a_run() -> FileDataset:
    """Return the real run, or a drawn one of its size."""
    if REAL.exists():
        return dcmread(REAL)
    return build_xa(n_frames=96, rows=512, columns=512)


def requests_for(run: FileDataset) -> list[tuple[str, str, str]]:
    """Return what is fetched: a name, a path, an Accept header."""
    instance = (
        f"/studies/{run.StudyInstanceUID}/series/{run.SeriesInstanceUID}/instances/{run.SOPInstanceUID}"
    )
    numbers = ",".join(str(number) for number in range(1, int(run.NumberOfFrames) + 1))
    return [
        ("the run as it is stored", instance, STORED),
        ("the run unpacked", instance, UNPACKED),
        ("its frames in one request", f"{instance}/frames/{numbers}", FRAMES),
        ("one frame", f"{instance}/frames/40", FRAMES),
        ("its metadata", f"{instance}/metadata", "application/dicom+json"),
    ]


def fetch_all(
    what: str, path: str, accept: str, doors: dict[str, tuple[int, str]], repeats: int
) -> dict[str, Any]:
    """Return the median time of every door, which take turns."""
    taken: dict[str, list[float]] = {name: [] for name in doors}
    sizes: dict[str, int] = {}
    for turn in range(repeats + 1):
        for name, (port, prefix) in doors.items():
            seconds, sizes[name] = fetch(port, prefix + path, accept)
            if turn:
                taken[name].append(seconds)
    medians = {name: statistics.median(times) * 1e3 for name, times in taken.items()}
    times_ms = {f"{name}_ms": round(median, 2) for name, median in medians.items()}
    ratio = round(medians["ours"] / medians["orthanc"], 2)
    return {"what": what, "mb": round(sizes["ours"] / 1e6, 2), "ratio": ratio, **times_ms}


def fetch(port: int, path: str, accept: str) -> tuple[float, int]:
    """Return how long one GET took in seconds, and how many bytes came."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept": accept})
    answer = connection.getresponse()
    n_bytes = len(answer.read())
    connection.close()
    seconds = time.perf_counter() - began
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"{path} was answered with {answer.status}.")
    return seconds, n_bytes


def health(name: str, serve: Callable[[int, str, str], None], folder: Path) -> dict[str, Any]:
    """Return how long a trivial answer takes while slow answers come through."""
    with slow_pacs() as url, server(serve, url, folder / "slow") as port:
        path = "/proxy/dicom/wado/studies/1.2" if serve is serve_monai else "/dicom-web/studies/1.2"
        readers = [threading.Thread(target=fetch, args=(port, path, STORED)) for _ in range(N_SLOW)]
        for reader in readers:
            reader.start()
        taken = []
        while any(reader.is_alive() for reader in readers):
            taken.append(fetch(port, "/fluoro/api/health", "*/*")[0] * 1e3)
            time.sleep(0.02)
    p95 = sorted(taken)[min(len(taken) - 1, int(0.95 * len(taken)))]
    return {"server": name, "median_ms": round(statistics.median(taken), 2), "p95_ms": round(p95, 2)}


@contextmanager
def slow_pacs() -> Iterator[str]:
    """Yield the DICOMweb root of something that takes seconds for every answer."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def answer(wire: socket.socket) -> None:
        with wire:
            wire.recv(65536)
            wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n")
            for _ in range(10):
                wire.sendall(b"x" * 100_000)
                time.sleep(SLOW_S / 10)

    def accept() -> None:
        while True:
            try:
                wire, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(wire,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/dicom-web"
    listener.close()


@contextmanager
def server(serve: Callable[[int, str, str], None], pacs_url: str, data: Path) -> Iterator[int]:
    """Run a server in a process of its own and yield its port."""
    port = free_port()
    data.mkdir(parents=True, exist_ok=True)
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(port, pacs_url, str(data)), daemon=True
    )
    process.start()
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join(10)


def wait_for(port: int) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            fetch(port, "/fluoro/api/health", "*/*")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


def serve_ours(port: int, pacs_url: str, data: str) -> None:
    """Serve our DICOMweb path."""
    from lib.datastore.cache import RunCache
    from lib.datastore.ledger import Ledger
    from lib.datastore.shelf import RunShelf
    from lib.server.dicomweb_path import dicomweb_router
    from lib.server.routes_health import health_router
    from lib.server.services import Services

    settings = load_settings(data=data, pacs={"url": pacs_url})
    pacs, ledger = connect(settings.pacs), Ledger.in_folder(settings.data)
    shelf = RunShelf(pacs, ledger, RunCache(settings.data / "cache", 10**9), list_seconds=2)
    services = Services(settings, pacs, ledger, shelf)
    app = FastAPI()
    app.include_router(health_router(services))
    app.include_router(dicomweb_router(services))
    uvicorn.run(app, port=port, log_level="critical", access_log=False)


def serve_monai(port: int, pacs_url: str, data: str) -> None:
    """Serve MONAI Label's proxy."""
    os.environ |= {"MONAI_LABEL_STUDIES": pacs_url, "MONAI_LABEL_APP_DIR": data}
    from monailabel.endpoints import proxy

    app = FastAPI()
    app.include_router(proxy.router)

    @app.get("/fluoro/api/health")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    uvicorn.run(app, port=port, log_level="critical", access_log=False)


SERVERS: Final = (("ours", serve_ours), ("MONAI Label's /proxy", serve_monai))


if __name__ == "__main__":
    main()
