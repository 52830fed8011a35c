"""The stock clients of MONAI Label against a server where people sign in."""

from pathlib import Path
from typing import Any

import pytest
from monailabel.client import MONAILabelClient

from lib.access.roles import Role
from tests.guarded_server import Guarded
from tests.integration.access.conftest import COLUMNS, N_FRAMES, ROWS
from tests.slicer import slicer_client

CLASSICAL = "vesselness"


@pytest.fixture(scope="module", params=["package", "slicer"])
def client_class(request: pytest.FixtureRequest) -> Any:
    return MONAILabelClient if request.param == "package" else slicer_client()


def signed_in(guarded: Guarded, client_class: Any, role: Role, name: str, folder: Path) -> Any:
    """Sign in as 3D Slicer does: it asks whether it has to, and for a token by a name and a password."""
    client = client_class(guarded.url, tmpdir=str(folder), client_id="somebody else")
    assert client.auth_enabled()
    token = client.auth_token(name, guarded.key(role, name))
    client.update_auth(token)
    assert client.auth_valid_token()
    return client


def test_without_a_sign_in_a_client_gets_nothing(guarded: Guarded, client_class: Any) -> None:
    client = client_class(guarded.url)

    assert not client.auth_valid_token()
    with pytest.raises(Exception, match="401"):
        client.info()


def test_a_wrong_password_gets_no_token(guarded: Guarded, client_class: Any) -> None:
    with pytest.raises(Exception, match="401"):
        client_class(guarded.url).auth_token("ada", "secret")


def test_the_whole_walk_of_a_client_works_and_is_under_the_name_of_the_key(
    guarded: Guarded, client_class: Any, image_id: str, label_file: Path, tmp_path: Path
) -> None:
    name = f"ada of {client_class.__module__}"
    client = signed_in(guarded, client_class, Role.ANNOTATOR, name, tmp_path)

    models = client.info()["models"]
    sample = client.next_sample("first", {})
    result, _ = client.infer(CLASSICAL, image_id, {"result_extension": ".nrrd"})
    saved = client.save_label(
        image_id, str(label_file), "final", {"label_info": [{"name": "vessel", "idx": 1}]}
    )
    label = client.datastore()["objects"][image_id]["labels"]["final"]["info"]

    assert CLASSICAL in models
    assert sample["id"]
    assert Path(result).stat().st_size > 0
    assert saved["image"] == image_id
    assert label["author"] == name


def test_a_client_of_a_viewer_reads_and_changes_nothing(
    guarded: Guarded, client_class: Any, image_id: str, label_file: Path, tmp_path: Path
) -> None:
    client = signed_in(guarded, client_class, Role.VIEWER, "vera", tmp_path)

    assert image_id in client.datastore()["objects"]
    with pytest.raises(Exception, match="403"):
        client.infer(CLASSICAL, image_id, {})
    with pytest.raises(Exception, match="403"):
        client.save_label(image_id, str(label_file), "final", {})


def test_dicomweb_asks_who_one_is_and_then_gives_the_frames(guarded: Guarded, image_id: str) -> None:
    key = guarded.key(Role.VIEWER)
    query = f"/dicom-web/instances?SOPInstanceUID={image_id}"

    found = guarded.ask("GET", query, key).json()[0]
    study, series = (found[tag]["Value"][0] for tag in ("0020000D", "0020000E"))
    frame = guarded.ask(
        "GET",
        f"/dicom-web/studies/{study}/series/{series}/instances/{image_id}/frames/1",
        key,
        headers={"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'},
    )

    assert guarded.ask("GET", query).status_code == 401
    assert frame.status_code == 200
    assert len(frame.content) > ROWS * COLUMNS
    assert guarded.ask("POST", "/dicom-web/studies", key, data=b"").status_code == 403
    assert int(found["00280008"]["Value"][0]) == N_FRAMES
