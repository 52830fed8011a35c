"""Slow, broken and many answers; the whole server."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
from tests.integration.server.dicomweb.addresses import ANY, Dribble, path_of
from tests.servers import TestServer


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
