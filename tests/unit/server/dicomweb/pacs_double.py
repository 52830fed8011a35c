"""The DICOMweb path: what its tests share."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
from fastapi.testclient import TestClient

from lib.server.dicomweb_path import dicomweb_router
from tests.unit.server.conftest import MakeServices, Serve

ROOT = "http://pacs.test:8042/dicom-web"


class Body(httpx.AsyncByteStream):
    """A body that says when it was let go, and may break."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self.chunks, self.error, self.is_closed = chunks, error, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        self.is_closed = True


def answered(
    content: bytes = b"", status: int = 200, kind: str = "application/dicom+json", **headers: str
) -> httpx.Response:
    """Return an answer whose body has not been read, as it comes from a network."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers={"Content-Type": kind, **named}, stream=Body(content))


class Pacs(httpx.AsyncBaseTransport):
    """Answers in the PACS' place and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.bodies: list[bytes] = []
        self.answer = answered(b"[]")
        self.failures: list[Exception] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.failures:
            raise self.failures.pop(0)
        self.bodies.append(await request.aread())
        return self.answer


def client_to(transport: Pacs, make_services: MakeServices, serve: Serve, **settings: Any) -> TestClient:
    services = make_services(**{"pacs": {"url": ROOT}, **settings})
    return serve(dicomweb_router(services, transport))
