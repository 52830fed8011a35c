"""Every hole that MONAI Label 0.8.5 has as it ships, tried against the running server: closed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pydicom.uid import generate_uid

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa, to_bytes
from tests.hostile_files import (
    deflated_bomb,
    detached_nrrd,
    giant_run,
    nifti,
    pickled_array,
    zip_that_climbs,
)
from tests.integration.conftest import TestPacs
from tests.integration.server.conftest import MAX_UPLOAD_MB, PASSWORD
from tests.watched_server import WatchedServer

TIMEOUT_S = 60
FORM_START = b'--b\r\nContent-Disposition: form-data; name="label"; filename="a.nrrd"\r\n\r\n'


@pytest.fixture(scope="module")
def image_id(orthanc: TestPacs) -> str:
    run = build_xa(n_frames=2)
    connect(PacsSettings(url=orthanc.url)).store([run])
    return str(run.SOPInstanceUID)


def ask(served: WatchedServer, method: str, path: str, **more: Any) -> requests.Response:
    """Send a path as it is written: requests would take the dots out of it."""
    request = requests.Request(method, f"{served.url}/", **more).prepare()
    query = request.url.partition("?")[2] if request.url else ""
    request.url = f"{served.url}{path}{'?' + query if query else ''}"
    with requests.Session() as session:
        return session.send(request, timeout=TIMEOUT_S)


def infer(
    served: WatchedServer, image_id: str, params: object, task: str = "vesselness"
) -> requests.Response:
    body = {"params": json.dumps(params)}
    return ask(served, "POST", f"/infer/{task}", params={"image": image_id}, data=body)


def put_file(served: WatchedServer, path: str, name: str, data: bytes, **params: str) -> requests.Response:
    field = {"/datastore/label": "label", "/session/": "files"}.get(path, "file")
    return ask(served, "PUT", path, params=params, files={field: (name, data)})


@pytest.mark.parametrize("path", ["/datastore/", "/datastore/image"])
@pytest.mark.parametrize("image", ["../../x", "/etc/cron.d/x", "x\x00y"])
def test_an_upload_goes_to_the_pacs_and_no_image_id_makes_a_file(
    served: WatchedServer, path: str, image: str
) -> None:
    run = build_xa(n_frames=1)

    answer = put_file(served, path, "../../../climbed.dcm", to_bytes(run), image=image)

    assert answer.json() == {"image": str(run.SOPInstanceUID)}
    assert not list(served.folder.parent.rglob("*climbed*"))


def test_the_name_of_an_upload_cannot_break_the_server(served: WatchedServer) -> None:
    for name in ("..", ".", "x." + "y" * 3000, "a\x01b", "%00", "CON", "meta.info"):
        answer = put_file(served, "/datastore/image", name, b"no DICOM")
        assert answer.status_code == 400, name


@pytest.mark.parametrize("tag", ["../..", "/etc", "..%2f..", ".hidden", "a/b"])
def test_no_tag_is_a_path(served: WatchedServer, image_id: str, tag: str) -> None:
    answer = put_file(served, "/datastore/label", "label.nrrd", b"", image=image_id, tag=tag)

    assert answer.status_code == 400
    assert "tag" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/proxy/dicom/%2e%2e/system",
        "/proxy/dicom/studies",
        "/dicom-web/%2e%2e/system",
        "/dicom-web/..%2fsystem",
        "/dicom-web/../system",
        "/dicom-web/studies/%2e%2e/%2e%2e/system",
        "/dicom-web/servers",
        "/dicom-web//system",
        "/dicom-web/studies;/../../instances",
    ],
)
def test_nothing_of_the_pacs_beyond_dicomweb_can_be_reached(served: WatchedServer, path: str) -> None:
    answer = ask(served, "GET", path)

    assert answer.status_code in (400, 404, 405)
    assert "DicomAet" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_nothing_of_the_pacs_can_be_changed_but_by_storing(served: WatchedServer, method: str) -> None:
    answer = ask(served, method, f"/dicom-web/studies/{generate_uid()}/series")

    assert answer.status_code == 405


@pytest.mark.parametrize(
    "params",
    [
        {"image": "/etc/passwd"},
        {"label": "/etc/passwd"},
        {"label_path": "/etc/passwd"},
        {"model": "../../x"},
        {"model_filename": "/tmp/x.pt"},
        {"image_path": "/etc"},
        {"session": "x"},
        {"bundle_path": "/tmp"},
        {"logging": "DEBUG"},
        {"timeout": 10**9},
        {"label_tag": "../..", "save_label": True},
        {"result_extension": "/../../x.nii.gz"},
        {"sensitivity": "1e999"},
        {"client_id": ["x"] * 10},
        {"device": "cuda; rm"},
        {"result_dtype": "object"},
    ],
)
def test_params_name_no_server_path_and_nothing_that_the_task_does_not_take(
    served: WatchedServer, image_id: str, params: dict[str, object]
) -> None:
    answer = infer(served, image_id, params)

    assert answer.status_code == 400, answer.text


def test_what_clients_send_with_every_request_is_taken(served: WatchedServer, image_id: str) -> None:
    usual = {
        "client_id": "slicer-1",
        "result_extension": ".nrrd",
        "result_dtype": "uint8",
        "result_compress": False,
        "label_info": [{"name": "vessel", "idx": 1}],
        "reset_state": True,
        "device": "cuda",
    }

    assert infer(served, image_id, usual).status_code == 200


@pytest.mark.parametrize(
    "params", [{"bundle_path": "/tmp"}, {"gpus": "0;x"}, {"logging": "x"}, {"max_workers": 10**6}, {"x": 1}]
)
def test_a_batch_hands_nothing_to_its_process_that_it_does_not_know(
    served: WatchedServer, params: dict[str, object]
) -> None:
    answer = ask(served, "POST", "/batch/infer/vesselness", json=params)

    assert answer.status_code == 400


@pytest.mark.parametrize("session_id", ["..", "%2e%2e", "..%2f..", "x", "meta.info"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_session_is_a_path(served: WatchedServer, method: str, session_id: str) -> None:
    answer = ask(served, method, f"/session/{session_id}", params={"image": "true"})

    assert answer.status_code in (404, 405)


def test_an_inference_finds_no_session_by_a_path(served: WatchedServer) -> None:
    answer = ask(served, "POST", "/infer/vesselness", params={"session_id": "../sessions"})

    assert answer.status_code == 404


def test_archives_are_not_unpacked(served: WatchedServer) -> None:
    data = zip_that_climbs()

    answers = [
        put_file(served, "/session/", "run.zip", data, uncompress="true"),
        put_file(served, "/session/", "run.zip", data),
        put_file(served, "/datastore/image", "run.dcm", data),
        ask(served, "POST", "/fluoro/api/upload", files={"file": ("run.dcm", data)}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert not list(served.folder.parent.rglob("climbed.txt"))


def test_a_session_tells_no_path_of_the_server(served: WatchedServer) -> None:
    answer = put_file(served, "/session/", "../../evil.dcm", to_bytes(build_xa(n_frames=2)))

    told = answer.json()
    assert answer.status_code == 200
    assert str(served.folder) not in answer.text
    session = f"/session/{told['session_id']}"
    assert ask(served, "POST", "/infer/vesselness", params={"session_id": told["session_id"]}).ok
    assert ask(served, "DELETE", session).ok
    assert ask(served, "GET", session).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/reload", "/reload/", "/logs/", "/model/vessels", "/model/info/vessels", "/docs", "/redoc"]
)
def test_routes_that_are_not_offered_are_not_there(served: WatchedServer, method: str, path: str) -> None:
    assert ask(served, method, path).status_code in (404, 405)


def test_no_foreign_page_may_read_an_answer(served: WatchedServer) -> None:
    origin = {"Origin": "https://evil.example"}

    answers = [ask(served, "GET", "/info/", headers=origin)]
    answers.append(
        ask(served, "OPTIONS", "/info/", headers={**origin, "Access-Control-Request-Method": "PUT"})
    )

    for answer in answers:
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_body_that_says_to_be_too_long_is_refused_unread(served: WatchedServer) -> None:
    too_long = {"Content-Length": str((MAX_UPLOAD_MB + 1) * 2**20), "Content-Type": "application/dicom"}

    for path in ("/fluoro/api/upload", "/dicom-web/studies"):
        request = requests.Request("POST", f"{served.url}{path}", headers=too_long, data=b"").prepare()
        request.headers.update(too_long)
        request.body = b"x"
        with requests.Session() as session:
            assert session.send(request, timeout=TIMEOUT_S).status_code == 413, path


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/fluoro/api/upload", "application/dicom"),
        ("PUT", "/datastore/label?image=1.2", "multipart/form-data; boundary=b"),
        ("POST", "/fluoro/api/masks", "application/json"),
        ("POST", "/activelearning/first", "application/json"),
        ("POST", "/infer/vesselness", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_without_a_length_ends_at_the_limit(
    served: WatchedServer, method: str, path: str, kind: str
) -> None:
    def pieces() -> Iterator[bytes]:
        yield FORM_START if "multipart" in kind else b""
        for _ in range(MAX_UPLOAD_MB + 4):
            yield b"[" * 2**20

    try:
        answer = ask(served, method, path, data=pieces(), headers={"Content-Type": kind})
    except requests.ConnectionError:
        return  # the server hung up while we still sent
    assert answer.status_code == 413


def test_a_body_that_is_no_file_has_a_smaller_limit(served: WatchedServer) -> None:
    answer = ask(served, "POST", "/fluoro/api/masks", json={"label": "x" * 2**20})

    assert answer.status_code == 413
    assert "JSON_MB" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bomb.dcm", deflated_bomb(256)),
        ("rows.dcm", giant_run()),
        ("frames.dcm", giant_run(64, 64, 2_000_000_000)),
        ("all.dcm", giant_run(8000, 8000, 9000)),
    ],
)
def test_a_run_that_declares_or_unpacks_to_too_much_is_not_decoded(
    served: WatchedServer, name: str, data: bytes
) -> None:
    before = served.memory_mb()

    answers = [
        put_file(served, "/datastore/image", name, data),
        put_file(served, "/session/", name, data),
        ask(served, "POST", "/fluoro/api/upload", files={"file": (name, data)}),
        ask(served, "POST", "/infer/vesselness", files={"file": (name, data)}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4, [answer.text for answer in answers]
    assert served.memory_mb() - before < 100


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("giant.nii.gz", nifti((30_000, 30_000, 30_000))),
        ("offset.nii.gz", nifti((4, 4, 4), offset=3e9)),
        ("detached.nrrd", detached_nrrd(Path("/etc/passwd"))),
        ("pickle.nii", pickled_array()),
    ],
)
def test_a_volume_that_claims_or_points_to_too_much_is_not_read(
    served: WatchedServer, image_id: str, name: str, data: bytes
) -> None:
    answers = [
        put_file(served, "/session/", name, data),
        put_file(served, "/datastore/label", name, data, image=image_id),
        ask(served, "POST", "/infer/vesselness", files={"file": (name, data)}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 3, [answer.text for answer in answers]


def test_a_pickled_mask_is_not_loaded(served: WatchedServer, image_id: str) -> None:
    session = ask(served, "POST", "/fluoro/api/sessions", json={"image_id": image_id, "start": "empty"})
    path = f"/fluoro/api/sessions/{session.json()['session_id']}/frames/1/mask"

    answer = ask(served, "PUT", path, params={"label": "vessel"}, data=pickled_array())

    assert answer.status_code == 400


def test_no_log_has_the_password_of_the_pacs(served: WatchedServer) -> None:
    ask(served, "GET", "/fluoro/api/ready")

    assert PASSWORD not in served.server.logs()


def test_nothing_was_written_outside_or_left_behind(served: WatchedServer) -> None:
    """The last of this file: what all tests above made the server do."""
    assert served.outside() == []
    assert served.left_behind() == []
