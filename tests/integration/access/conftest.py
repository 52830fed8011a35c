"""One server where people sign in, with an issuer, for all tests of this folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
import pytest
import requests

from lib.access.key_file import FILE, KeyFile
from lib.access.roles import Role
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa, draw_run
from tests.integration.conftest import TestPacs
from tests.servers import TestServer
from tests.small_issuer import AUDIENCE, CLIENT, SmallIssuer, served

ORIGIN = "https://viewer.hospital"
N_FRAMES, ROWS, COLUMNS = 4, 96, 128


class ListingServer(TestServer):
    """A server that also tells which routes it has."""

    app = "tests.integration.access.listed:app"


@dataclass(frozen=True)
class Guarded:
    """The server, its keys and its issuer."""

    server: TestServer
    keys: KeyFile
    issuer: SmallIssuer

    @property
    def url(self) -> str:
        return self.server.url

    def key(self, role: Role, name: str = "ada") -> str:
        return self.keys.add(name, role)[1]

    def ask(self, method: str, path: str, shown: str | None = None, **more: object) -> requests.Response:
        """Send a request with an API key or a token."""
        headers = {"Authorization": f"Bearer {shown}"} if shown else {}
        headers |= more.pop("headers", {})  # type: ignore[arg-type]
        return requests.request(
            method, f"{self.url}{path}", headers=headers, timeout=60, allow_redirects=False, **more
        )  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def guarded(orthanc: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A server that asks who everybody is."""
    data = tmp_path_factory.mktemp("a guarded server")
    with served(SmallIssuer()) as issuer:
        settings = {
            "FLUORO_AUTH__ENABLED": "true",
            "FLUORO_AUTH__CORS_ORIGINS": json.dumps([ORIGIN]),
            "FLUORO_AUTH__OIDC__ISSUER": issuer.url,
            "FLUORO_AUTH__OIDC__AUDIENCE": AUDIENCE,
            "FLUORO_AUTH__OIDC__CLIENT_ID": CLIENT,
            "FLUORO_DATASTORE__LIST_SECONDS": "0",
            "FLUORO_SERVER__VIEWER": "true",
        }
        server = ListingServer(data, orthanc.url, settings)
        server.start()
        yield Guarded(server, KeyFile(data / FILE), issuer)
        server.stop()


@pytest.fixture
def image_id(orthanc: TestPacs) -> str:
    """A new run in the PACS."""
    run = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS), patient_name="CANARY^BIRD")
    connect(PacsSettings(url=orthanc.url)).store([run])
    return str(run.SOPInstanceUID)


@pytest.fixture
def label_file(tmp_path: Path) -> Path:
    """A label as a client writes it."""
    volume = np.zeros((COLUMNS, ROWS, N_FRAMES), np.uint8)
    volume[10:20, 30:40] = 1
    path = tmp_path / "label.nii.gz"
    nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), path)
    return path
