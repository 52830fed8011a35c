"""A small application behind the real gate, with keys of all roles and an issuer of the tests' own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from lib.access.person import signed_in_name
from lib.access.roles import Role
from lib.sections.access import AuthSettings
from lib.server.auth.access import Access, install_gate
from lib.server.auth.routes_page import page_router
from lib.server.auth.routes_token import token_router
from lib.server.errors import install_error_translator
from lib.server.owner import Owner
from tests.small_issuer import AUDIENCE, CLIENT, SmallIssuer

HOST = "http://127.0.0.1:8000"
Guarded = Callable[..., "House"]


class House:
    """An application behind the gate; `client()` is a browser or a program of its own."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.app = FastAPI()
        install_error_translator(self.app)
        self.app.include_router(token_router(access))
        self.app.include_router(page_router(access))
        _add_routes(self.app)
        install_gate(self.app, access)

    def client(self, url: str = HOST, **headers: str) -> TestClient:
        return TestClient(self.app, url, headers=headers, follow_redirects=False)

    def key(self, role: Role = Role.ANNOTATOR, name: str = "ada", days: float | None = None) -> str:
        return self.access.keys.add(name, role, days)[1]

    def with_key(self, role: Role = Role.ANNOTATOR, name: str = "ada") -> TestClient:
        return self.client(Authorization=f"Bearer {self.key(role, name)}")

    def signed_in(self, role: Role = Role.ANNOTATOR, name: str = "ada") -> TestClient:
        """Return a browser of somebody who used the sign-in page."""
        browser = self.client()
        browser.post("/login", data={"key": self.key(role, name)})
        return browser


def _add_routes(app: FastAPI) -> None:
    @app.get("/fluoro/api/health")
    def health() -> str:
        return "alive"

    @app.get("/info/")
    def info(owner: Owner) -> dict[str, Any]:
        return {"owner": owner, "signed_in": signed_in_name()}

    @app.put("/fluoro/api/runs/{image_id}/state")
    @app.post("/fluoro/api/models/rollback")
    async def change(request: Request) -> dict[str, Any]:
        return {"length": len(await request.body()), "signed_in": signed_in_name()}

    @app.get("/ohif/{path:path}")
    def viewer(path: str) -> str:
        return path

    @app.get("/forgotten")
    def forgotten() -> str:
        return "a route that is in no rule"


@pytest.fixture
def issuer() -> SmallIssuer:
    return SmallIssuer()


@pytest.fixture
def guarded(tmp_path: Path, issuer: SmallIssuer) -> Guarded:
    """Return a maker of houses; settings of the section `auth` may differ."""

    def make(**settings: Any) -> House:
        oidc = {"issuer": issuer.url, "audience": AUDIENCE, "client_id": CLIENT}
        own = AuthSettings.model_validate({"enabled": True, "oidc": oidc} | settings)
        return House(Access(own, tmp_path, issuer.transport()))

    return make


@pytest.fixture
def house(guarded: Guarded) -> House:
    return guarded()
