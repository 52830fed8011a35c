"""DICOMweb through this server, against a real Orthanc and over real sockets."""

import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from dicomweb_client import DICOMwebClient
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.uid import RLELossless

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa, encode
from tests.integration.conftest import TestPacs
from tests.integration.server.conftest import ServeFor
from tests.servers import TestServer

ANY = 'multipart/related; type="application/dicom"; transfer-syntax=*'


@pytest.fixture
def run(orthanc: TestPacs) -> FileDataset:
    """A run that the shared Orthanc has."""
    dataset = build_xa(n_frames=6, rows=64, columns=64, PatientComments="x" * 100)
    dataset.add_new(0x00091001, "OB", b"\1" * 5000)
    dataset.add_new(0x00090010, "LO", "FLUORO TESTS")
    connect(PacsSettings(url=orthanc.url)).store([dataset])
    return dataset


def path_of(run: FileDataset) -> str:
    return (
        f"/dicom-web/studies/{run.StudyInstanceUID}/series/{run.SeriesInstanceUID}"
        f"/instances/{run.SOPInstanceUID}"
    )


def addresses_in(found: Any) -> list[str]:
    """Return every address anywhere in a DICOM JSON answer."""
    if isinstance(found, dict):
        return [address for value in found.values() for address in addresses_in(value)]
    if isinstance(found, list):
        return [address for value in found for address in addresses_in(value)]
    return [found] if isinstance(found, str) and found.startswith("http") else []


def test_a_dicomweb_client_finds_reads_and_stores_through_us(ours: str, run: FileDataset) -> None:
    client = DICOMwebClient(f"{ours}/dicom-web")
    other = build_xa(study_instance_uid=run.StudyInstanceUID)

    client.store_instances([other])
    found = client.search_for_instances(run.StudyInstanceUID)
    frames = client.retrieve_instance_frames(
        run.StudyInstanceUID,
        run.SeriesInstanceUID,
        run.SOPInstanceUID,
        [1, 6],
        media_types=(("application/octet-stream", "*"),),
    )
    got = client.retrieve_instance(other.StudyInstanceUID, other.SeriesInstanceUID, other.SOPInstanceUID)

    assert {one["00080018"]["Value"][0] for one in found} == {run.SOPInstanceUID, other.SOPInstanceUID}
    assert [bytes(frame) for frame in frames] == [run.PixelData[:4096], run.PixelData[-4096:]]
    assert got.PixelData == other.PixelData


def test_an_answer_has_the_bytes_of_the_pacs(ours: str, orthanc: TestPacs, run: FileDataset) -> None:
    path = path_of(run)
    direct = orthanc.url.removesuffix("/dicom-web")

    for suffix, accept in (
        ("", ANY),
        ("/frames/2", 'multipart/related; type="application/octet-stream"'),
        ("/frames/2/rendered", "image/jpeg"),
    ):
        answers = [
            requests.get(root + path + suffix, headers={"Accept": accept}, timeout=20)
            for root in (ours, direct)
        ]
        bodies = [
            answer.content.replace(root.encode(), b"").split(b"\r\n\r\n", 1)[-1][:4000]
            for answer, root in zip(answers, (ours, direct), strict=True)
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert bodies[0] == bodies[1]


def test_every_address_in_an_answer_can_be_followed_through_us(ours: str, run: FileDataset) -> None:
    listed = requests.get(f"{ours}/dicom-web/studies/{run.StudyInstanceUID}/instances", timeout=20).json()
    metadata = requests.get(f"{ours}{path_of(run)}/metadata", timeout=20).json()

    retrieve = addresses_in(listed)
    bulk = addresses_in(metadata)

    assert retrieve
    assert any("/bulk/" in address for address in bulk)
    for address in retrieve + bulk:
        assert address.startswith(f"{ours}/dicom-web/studies/")
        assert requests.get(address, timeout=20).status_code == 200


def test_a_proxy_before_us_gives_its_own_address_to_the_client(ours: str, run: FileDataset) -> None:
    listed = requests.get(
        f"{ours}/dicom-web/studies/{run.StudyInstanceUID}/instances",
        headers={"Host": "angio.hospital.test:8443"},
        timeout=20,
    )

    assert all(
        address.startswith("http://angio.hospital.test:8443/dicom-web/")
        for address in addresses_in(listed.json())
    )


@pytest.mark.parametrize(
    "target",
    [
        "/dicom-web/../system",
        "/dicom-web/%2e%2e/system",
        "/dicom-web/%2E%2E/system",
        "/dicom-web/studies/../../system",
        "/dicom-web/studies/..%2f..%2fsystem",
        "/dicom-web/studies/%252e%252e/%252e%252e/system",
        "/dicom-web/studies\\..\\..\\system",
        "/dicom-web//127.0.0.1/system",
        "/dicom-web/http://127.0.0.1:{port}/system",
        "http://127.0.0.1:{port}/system",
        "/dicom-web/studies?/../../system#/../system",
        "/dicom-web/servers",
        "/dicom-web/app/client/index.html",
        "/%64icom-web/%2e%2e/system",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_path_leads_to_the_rest_of_orthanc(ours: str, orthanc: TestPacs, method: str, target: str) -> None:
    host = urlsplit(ours)
    assert host.port is not None
    line = f"{method} {target.format(port=orthanc.pacs.http_port)} HTTP/1.1"
    request = f"{line}\r\nHost: x\r\nConnection: close\r\n\r\n"

    with socket.create_connection((host.hostname or "", host.port), timeout=10) as wire:
        wire.sendall(request.encode())
        answer = b"".join(iter(lambda: wire.recv(65536), b""))

    status = int(answer.split()[1])
    assert status in (400, 404, 405)
    assert b"DicomAet" not in answer
    assert b"Orthanc" not in answer


def test_a_pacs_that_goes_and_comes_back_is_unavailable_meanwhile(
    fresh_orthanc: TestPacs, serve_for: ServeFor
) -> None:
    url = serve_for(fresh_orthanc.url)
    assert requests.get(f"{url}/dicom-web/studies", timeout=20).status_code == 200

    fresh_orthanc.stop()
    down = requests.get(f"{url}/dicom-web/studies", timeout=20)
    ready_while_down = requests.get(f"{url}/fluoro/api/ready", timeout=20)
    alive_while_down = requests.get(f"{url}/fluoro/api/health", timeout=20)
    fresh_orthanc.start()
    back = requests.get(f"{url}/dicom-web/studies", timeout=20)

    assert (down.status_code, "Retry-After" in down.headers) == (503, True)
    assert fresh_orthanc.url in down.json()["detail"]
    assert (ready_while_down.status_code, alive_while_down.status_code) == (503, 200)
    assert (back.status_code, back.json()) == (200, [])


class Dribble:
    """A PACS that sends the head of an answer at once and the body very slowly, or never ends it."""

    def __init__(self, piece: bytes, n_pieces: int, pause_s: float, n_bytes: int) -> None:
        self.piece, self.n_pieces, self.pause_s, self.n_bytes = piece, n_pieces, pause_s, n_bytes
        self.n_asked = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/dicom-web"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(wire,), daemon=True).start()

    def _answer(self, wire: socket.socket) -> None:
        with wire:
            wire.recv(65536)
            self.n_asked += 1
            head = f"Content-Type: application/dicom\r\nContent-Length: {self.n_bytes}"
            wire.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
            for _ in range(self.n_pieces):
                with suppress(ConnectionError):
                    wire.sendall(self.piece)
                time.sleep(self.pause_s)


def test_the_server_answers_others_while_slow_answers_come_through(serve_for: ServeFor) -> None:
    slow = Dribble(b"x" * 65536, n_pieces=40, pause_s=0.05, n_bytes=40 * 65536)
    url = serve_for(slow.url)
    with ThreadPoolExecutor(8) as readers:
        bodies = [
            readers.submit(requests.get, f"{url}/dicom-web/studies/1.{n}", timeout=30) for n in range(8)
        ]
        while slow.n_asked < 8:
            time.sleep(0.01)

        taken = []
        with requests.Session() as session:
            for _ in range(30):
                began = time.perf_counter()
                assert session.get(f"{url}/fluoro/api/health", timeout=10).status_code == 200
                taken.append(time.perf_counter() - began)
                time.sleep(0.02)
        were_running = not any(body.done() for body in bodies)
        lengths = [len(body.result().content) for body in bodies]
    slow.close()

    assert were_running
    assert lengths == [40 * 65536] * 8
    assert statistics.median(taken) < 0.05


def test_the_first_piece_arrives_before_the_last_is_made(serve_for: ServeFor) -> None:
    slow = Dribble(b"x" * 1000, n_pieces=5, pause_s=0.4, n_bytes=5000)
    url = serve_for(slow.url)

    began = time.monotonic()
    with requests.get(f"{url}/dicom-web/studies/1.2", stream=True, timeout=30) as answer:
        first = next(answer.iter_content(1000))
        until_first = time.monotonic() - began
    slow.close()

    assert first == b"x" * 1000
    assert until_first < 1.0


def test_an_answer_that_the_pacs_cuts_off_is_seen_to_be_cut_off(serve_for: ServeFor) -> None:
    broken = Dribble(b"x" * 1000, n_pieces=2, pause_s=0.05, n_bytes=5000)
    url = serve_for(broken.url)

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        requests.get(f"{url}/dicom-web/studies/1.2", timeout=30)
    broken.close()

    assert requests.get(f"{url}/fluoro/api/health", timeout=10).status_code == 200


def test_more_clients_than_connections_all_get_their_answer(ours: str, run: FileDataset) -> None:
    with ThreadPoolExecutor(60) as readers:
        answers = list(
            readers.map(
                lambda n: requests.get(f"{ours}{path_of(run)}/frames/{n % 6 + 1}", timeout=30).status_code,
                range(120),
            )
        )

    assert answers == [200] * 120


def test_the_real_runs_come_through_as_they_are(ours: str, shared_data: Path) -> None:
    files = sorted((shared_data / "dicom").glob("xa_cine*.dcm"))
    for file in files:
        answer = requests.post(
            f"{ours}/fluoro/api/upload",
            data=file.read_bytes(),
            headers={"Content-Type": "application/dicom"},
            timeout=60,
        )
        (stored,) = answer.json()["files"]
        path = (
            f"/dicom-web/studies/{stored['study_instance_uid']}/series/{stored['series_instance_uid']}"
            f"/instances/{stored['sop_instance_uid']}"
        )
        got = requests.get(ours + path, headers={"Accept": ANY}, timeout=60)
        last = requests.get(
            f"{ours}{path}/frames/{dcmread(file, stop_before_pixels=True).NumberOfFrames}",
            headers={"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'},
            timeout=60,
        )

        assert (answer.status_code, stored["is_run"]) == (200, True)
        assert (got.status_code, last.status_code) == (200, 200)
        assert got.content.count(b"DICM") == 1
        assert len(got.content) >= file.stat().st_size


def test_a_name_in_a_query_is_in_no_log(server: TestServer) -> None:
    for path in (
        "studies?PatientName=CANARY*",
        "studies/CANARY",
        "%2e%2e/CANARY",
        "instances?00100010=CANARY",
    ):
        requests.get(f"{server.url}/dicom-web/{path}", timeout=20)

    assert "CANARY" not in server.logs()


def test_a_compressed_run_comes_through_the_whole_server(server: TestServer, orthanc: TestPacs) -> None:
    run = encode(build_xa(n_frames=4), RLELossless)
    connect(PacsSettings(url=orthanc.url)).store([run])

    got = DICOMwebClient(f"{server.url}/dicom-web").retrieve_instance(
        run.StudyInstanceUID,
        run.SeriesInstanceUID,
        run.SOPInstanceUID,
        media_types=(("application/dicom", "*"),),
    )

    assert got.PixelData == run.PixelData
