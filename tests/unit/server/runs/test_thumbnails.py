"""Thumbnails of runs."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from pydicom.dataset import FileDataset

from lib.server.routes_frames import frames_router
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.conftest import MakeServices, Serve, count_decoding
from tests.unit.server.runs.calls import URL


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were decoded for thumbnails, in order."""
    return count_decoding(monkeypatch, "lib.server.run_pictures.read_cine")


@pytest.mark.parametrize(("rows", "columns", "size"), [(32, 48, (128, 85)), (300, 150, (64, 128))])
def test_a_thumbnail_is_the_fullest_frame_at_128_pixels(
    make_services: MakeServices, serve: Serve, rows: int, columns: int, size: tuple[int, int]
) -> None:
    run = build_xa(n_frames=3, rows=rows, columns=columns)
    client = serve(frames_router(make_services(run)))

    answer = client.get(f"{URL}/{run.SOPInstanceUID}/thumbnail.png")

    picture = Image.open(io.BytesIO(answer.content))
    number = client.get(f"{URL}/{run.SOPInstanceUID}").json()["fullest_frame_number"]
    frame = Image.open(io.BytesIO(client.get(f"{URL}/{run.SOPInstanceUID}/frames/{number}.png").content))
    assert (picture.mode, picture.size) == ("L", size)
    expected = np.asarray(frame.resize(size, Image.Resampling.BOX), float)
    assert np.abs(np.asarray(picture, float) - expected).mean() < 4
    assert answer.headers["Content-Type"] == "image/png"


def test_a_thumbnail_is_made_once_and_confirmed_to_who_has_it(
    client: TestClient, run: FileDataset, decoded: list[Path]
) -> None:
    url = f"{URL}/{run.SOPInstanceUID}/thumbnail.png"
    first = client.get(url)

    again = client.get(url)
    confirmed = client.get(url, headers={"If-None-Match": first.headers["ETag"]})

    assert again.content == first.content
    assert (confirmed.status_code, confirmed.content) == (304, b"")
    assert len(decoded) == 1


def test_thumbnails_drive_no_opened_run_out_of_the_memory(
    client: TestClient, run: FileDataset, other: FileDataset, services: Services
) -> None:
    client.get(f"{URL}/{run.SOPInstanceUID}/frames/1.png")
    held = services.opened.size_bytes()

    client.get(f"{URL}/{other.SOPInstanceUID}/thumbnail.png")

    assert services.opened.size_bytes() == held > 0


def test_a_list_that_asks_for_many_thumbnails_at_once_gets_all(
    client: TestClient, services: Services
) -> None:
    urls = [f"{URL}/{image_id}/thumbnail.png" for image_id in services.shelf.image_ids()] * 3

    with ThreadPoolExecutor(6) as browser:
        answers = list(browser.map(client.get, urls))

    assert {answer.status_code for answer in answers} == {200}
