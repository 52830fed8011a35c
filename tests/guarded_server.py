"""A server where people sign in, its keys, and an issuer of the test's own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from lib.access.key_file import FILE, KeyFile
from lib.access.roles import Role
from tests.servers import TestServer
from tests.small_issuer import AUDIENCE, CLIENT, SmallIssuer, served

ORIGIN = "https://viewer.hospital"


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


@contextmanager
def guarded_server(data: Path, pacs_url: str) -> Iterator[Guarded]:
    """Yield a running server that asks who everybody is."""
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
        server = ListingServer(data, pacs_url, settings)
        server.start()
        try:
            yield Guarded(server, KeyFile(data / FILE), issuer)
        finally:
            server.stop()
