"""What a DICOMweb client sees of the PACS through us."""

import socket
from urllib.parse import urlsplit

import pytest
import requests
from dicomweb_client import DICOMwebClient
from pydicom.dataset import FileDataset

from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.integration.server.conftest import ServeFor
from tests.integration.server.dicomweb.addresses import ANY, addresses_in, path_of


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
