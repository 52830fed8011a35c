"""No id, tag, name or parameter of a request is a path of the server; nothing leads beyond DICOMweb."""

import pytest
from pydicom.uid import generate_uid

from tests.builders import build_xa, to_bytes
from tests.integration.server.holes.asking import ask, put_file
from tests.watched_server import WatchedServer


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


@pytest.mark.parametrize("session_id", ["..", "%2e%2e", "..%2f..", "x", "meta.info"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_session_is_a_path(served: WatchedServer, method: str, session_id: str) -> None:
    answer = ask(served, method, f"/session/{session_id}", params={"image": "true"})

    assert answer.status_code in (404, 405)


def test_an_inference_finds_no_session_by_a_path(served: WatchedServer) -> None:
    answer = ask(served, "POST", "/infer/vesselness", params={"session_id": "../sessions"})

    assert answer.status_code == 404


def test_a_session_tells_no_path_of_the_server(served: WatchedServer) -> None:
    answer = put_file(served, "/session/", "../../evil.dcm", to_bytes(build_xa(n_frames=2)))

    told = answer.json()
    assert answer.status_code == 200
    assert str(served.folder) not in answer.text
    session = f"/session/{told['session_id']}"
    assert ask(served, "POST", "/infer/vesselness", params={"session_id": told["session_id"]}).ok
    assert ask(served, "DELETE", session).ok
    assert ask(served, "GET", session).status_code == 404
