"""Where clients go: a server on loopback where everybody may, and one where people sign in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from monailabel.client import MONAILabelClient

from lib.access.roles import Role
from tests.slicer import slicer_client

CLIENT_ID = "slicer-1"
SIGNED_IN = "ada of Slicer"


@dataclass(frozen=True)
class Place:
    """A server as a client finds it.

    Attributes:
        url: Its address.
        key: The API key that is shown; '' where nobody signs in.
    """

    url: str
    key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def author(self) -> str:
        """Under whose name a client's labels are."""
        return SIGNED_IN if self.key else CLIENT_ID

    def client(self, client_class: Any, folder: Path) -> Any:
        """Return a client that has done all that it must before it may ask."""
        client = client_class(self.url, tmpdir=str(folder), client_id=CLIENT_ID)
        if self.key:
            client.update_auth(client.auth_token(SIGNED_IN, self.key))
        return client

    def ask(self, method: str, path: str, **request: Any) -> requests.Response:
        """Ask without a client."""
        return requests.request(method, f"{self.url}{path}", headers=self.headers, timeout=60, **request)


@pytest.fixture(scope="module", params=["everybody may", "people sign in"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "everybody may":
        return Place(request.getfixturevalue("server").url)
    guarded = request.getfixturevalue("guarded")
    key = guarded.key(Role.ANNOTATOR, SIGNED_IN)
    return Place(guarded.url, key, {"Authorization": f"Bearer {key}"})


@pytest.fixture(scope="module", params=["package", "slicer"])
def client_class(request: pytest.FixtureRequest) -> Any:
    return MONAILabelClient if request.param == "package" else slicer_client()


@pytest.fixture
def client(client_class: Any, place: Place, tmp_path: Path) -> Any:
    return place.client(client_class, tmp_path)
