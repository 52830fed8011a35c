"""Upload: what is taken, what is refused with which sentence, and that nothing stays behind."""

import errno
import gzip
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from fastapi.testclient import TestClient
from pydicom.uid import MediaStorageDirectoryStorage

from lib.server import routes_upload, upload_body
from lib.server.routes_upload import upload_router
from lib.server.services import Services
from tests.builders import build_xa, to_bytes
from tests.fakes import FakePacs
from tests.unit.server.conftest import MakeServices, Serve

URL = "/fluoro/api/upload"


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(server={"max_upload_mb": 1})


@pytest.fixture
def pacs(services: Services) -> FakePacs:
    assert isinstance(services.pacs, FakePacs)
    return services.pacs


@pytest.fixture
def client(services: Services, serve: Serve) -> Iterator[TestClient]:
    yield serve(upload_router(services))
    folder = services.settings.data / routes_upload.FOLDER
    assert list(folder.iterdir()) == [], "something was left behind"


def form(*files: tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("file", file) for file in files]


def test_the_files_of_a_form_reach_the_pacs(client: TestClient, services: Services) -> None:
    one, two = build_xa(), build_xa(modality="RF")

    answer = client.post(URL, files=form(("one.dcm", to_bytes(one)), ("two.dcm", to_bytes(two))))

    assert answer.status_code == 200
    assert [file["sop_instance_uid"] for file in answer.json()["files"]] == [
        one.SOPInstanceUID,
        two.SOPInstanceUID,
    ]
    assert all(file["stored"] and file["is_run"] for file in answer.json()["files"])
    assert services.pacs.retrieve(services.pacs.find_run(one.SOPInstanceUID)).PixelData == one.PixelData


def test_one_bare_file_reaches_the_pacs(client: TestClient, services: Services) -> None:
    run = build_xa()

    answer = client.post(URL, content=to_bytes(run), headers={"Content-Type": "application/dicom"})

    assert answer.status_code == 200
    assert services.pacs.find_run(run.SOPInstanceUID)


def test_what_was_uploaded_is_in_the_next_list(make_services: MakeServices, serve: Serve) -> None:
    services = make_services(datastore={"list_seconds": 3600})
    services.shelf._list_seconds = 3600
    assert services.shelf.image_ids() == []
    run = build_xa()

    serve(upload_router(services)).post(URL, files=form(("a.dcm", to_bytes(run))))

    assert services.shelf.image_ids() == [run.SOPInstanceUID]


def test_other_fields_of_a_form_do_no_harm(client: TestClient) -> None:
    answer = client.post(
        URL, files=form(("a.dcm", to_bytes(build_xa()))), data={"comment": "x" * 5000, "filename": "y"}
    )

    assert answer.status_code == 200
    assert len(answer.json()["files"]) == 1


def test_an_instance_that_is_no_run_is_stored_and_said_to_be_none(client: TestClient) -> None:
    answer = client.post(URL, files=form(("ct.dcm", to_bytes(build_xa(modality="CT")))))

    assert (answer.status_code, answer.json()["files"][0]["is_run"]) == (200, False)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.dcm", to_bytes(build_xa()))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a.dcm is not a DICOM file"),
        (b"hello", "a.dcm is not a DICOM file"),
        (b"\0" * 128 + b"DICM", "a.dcm has no SOPClassUID, SOPInstanceUID"),
        (b"\0" * 128 + b"DICM" + b"\xff" * 400, "a.dcm has no SOPClassUID"),
        (to_bytes(build_xa())[:300], "a.dcm"),
        (zipped(), "a.dcm is a ZIP archive. Unpack it"),
        (gzip.compress(b"x"), "a.dcm is a gzip archive"),
        (to_bytes(build_xa(StudyInstanceUID=None)), "no StudyInstanceUID"),
        (to_bytes(build_xa(sop_class_uid=MediaStorageDirectoryStorage)), "a.dcm is a DICOMDIR"),
    ],
)
def test_what_is_no_dicom_instance_is_refused_with_a_sentence(
    client: TestClient, pacs: FakePacs, content: bytes, said: str
) -> None:
    answer = client.post(URL, files=form(("a.dcm", content)))

    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert answer.json()["files"][0] == {
        "name": "a.dcm",
        "stored": False,
        "status": 400,
        "detail": answer.json()["detail"],
    }
    assert "store" not in pacs.calls


def test_one_bad_file_does_not_stop_the_others(client: TestClient, services: Services) -> None:
    run = build_xa()

    answer = client.post(URL, files=form(("bad.txt", b"hello"), ("good.dcm", to_bytes(run))))

    assert answer.status_code == 207
    assert [file["stored"] for file in answer.json()["files"]] == [False, True]
    assert services.pacs.find_run(run.SOPInstanceUID)


@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_a_file_that_was_cut_off_is_named_and_does_not_stop_the_others(
    client: TestClient, pacs: FakePacs, kept: float
) -> None:
    whole, run = to_bytes(build_xa()), build_xa()
    cut = whole[: int(len(whole) * kept)]

    answer = client.post(URL, files=form(("cut.dcm", cut), ("good.dcm", to_bytes(run))))

    assert answer.status_code == 207
    assert [file["stored"] for file in answer.json()["files"]] == [False, True]
    assert "the file was cut off" in answer.json()["files"][0]["detail"]
    assert pacs.calls.count("store") == 1


def test_what_the_pacs_refuses_is_said_for_that_file(client: TestClient, pacs: FakePacs) -> None:
    refused, taken = build_xa(), build_xa()
    pacs.refuses = {str(refused.SOPInstanceUID)}

    answer = client.post(URL, files=form(("a.dcm", to_bytes(refused)), ("b.dcm", to_bytes(taken))))

    assert answer.status_code == 207
    assert [file["stored"] for file in answer.json()["files"]] == [False, True]
    assert "refused to store" in answer.json()["files"][0]["detail"]


def test_a_pacs_that_is_down_is_asked_once(
    client: TestClient, pacs: FakePacs, monkeypatch: pytest.MonkeyPatch
) -> None:
    pacs.is_down = True
    asked: list[object] = []
    store = pacs.store
    monkeypatch.setattr(pacs, "store", lambda datasets: (asked.append(datasets), store(datasets)))

    answer = client.post(URL, files=form(*((f"{n}.dcm", to_bytes(build_xa())) for n in range(3))))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert pacs.address in answer.json()["detail"]
    assert [file["status"] for file in answer.json()["files"]] == [503, 503, 503]
    assert len(asked) == 1


@pytest.mark.parametrize("is_length_known", [True, False])
def test_more_than_the_limit_is_refused(client: TestClient, pacs: FakePacs, is_length_known: bool) -> None:
    body = b"x" * (2**20 + 1)

    answer = client.post(
        URL,
        content=body if is_length_known else iter([body[:1000], body[1000:]]),
        headers={"Content-Type": "application/dicom"},
    )

    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.json()["detail"]
    assert pacs.calls == []


def test_a_length_over_the_limit_is_refused_before_the_body_is_read(client: TestClient) -> None:
    answer = client.post(
        URL, content=iter([b""]), headers={"Content-Type": "application/dicom", "Content-Length": str(2**21)}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("content_type", "body", "said"),
    [
        ("application/json", b"{}", "no upload"),
        ("", b"", "no upload"),
        ("multipart/form-data", b"", "no upload"),
        ("multipart/form-data; boundary=" + "b" * 300, b"--b", "boundary"),
        ("multipart/form-data; boundary=b", b"", "ends in the middle"),
        ("multipart/form-data; boundary=b", b"nonsense", "broken"),
        ("multipart/form-data; boundary=b", b"--b--\r\n", "no file"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.dcm"\r\n\r\ncut off',
            "ends in the middle",
        ),
    ],
)
def test_a_body_that_is_no_upload_is_refused_with_how_to_do_it(
    client: TestClient, content_type: str, body: bytes, said: str
) -> None:
    answer = client.post(URL, content=body, headers={"Content-Type": content_type})

    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert "curl" in answer.json()["detail"]


def test_a_form_of_too_many_files_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_body, "MAX_FILES", 2)

    answer = client.post(URL, files=form(*((f"{n}", b"x") for n in range(3))))

    assert answer.status_code == 400
    assert "more than 2 files" in answer.json()["detail"]


def test_the_name_of_a_file_says_nothing_about_where_it_lies(client: TestClient, services: Services) -> None:
    answer = client.post(URL, files=form(("../../../evil.dcm", to_bytes(build_xa()))))

    assert answer.status_code == 200
    assert not list(services.settings.data.parent.rglob("evil.dcm"))


def test_a_full_disk_is_said_and_stores_nothing(
    client: TestClient, pacs: FakePacs, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def open_full(path: Path, mode: str = "r", *args: Any, **options: Any) -> IO[Any]:
        return Full() if mode == "wb" and path.name == "0" else opened(path, mode, *args, **options)

    monkeypatch.setattr(Path, "open", open_full)

    answer = client.post(URL, content=to_bytes(build_xa()), headers={"Content-Type": "application/dicom"})

    assert answer.status_code == 507
    assert pacs.calls == []


def test_what_a_dead_process_left_is_removed_at_the_start(services: Services, tmp_path: Path) -> None:
    old, new = (tmp_path / routes_upload.FOLDER / name for name in ("upload-old", "upload-new"))
    old.mkdir(parents=True)
    new.mkdir()
    os.utime(old, (0, 0))

    upload_router(services)

    assert (old.exists(), new.exists()) == (False, True)
    new.rmdir()
