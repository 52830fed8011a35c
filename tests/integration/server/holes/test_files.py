"""Files that unpack, declare or point to too much, or that hide code, are not read."""

from pathlib import Path

import pytest

from tests.hostile_files import (
    deflated_bomb,
    detached_nrrd,
    giant_run,
    nifti,
    pickled_array,
    zip_that_climbs,
)
from tests.integration.server.holes.asking import ask, put_file
from tests.watched_server import WatchedServer


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
