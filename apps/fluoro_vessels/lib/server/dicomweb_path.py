"""The PACS' DICOMweb below /dicom-web/ of this server: what OHIF and scripts talk to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
from fastapi import APIRouter, Request
from starlette.responses import Response

from lib.server.dicomweb_forward import Forwarder
from lib.server.dicomweb_rules import resource_of
from lib.server.services import Services

_ALL_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""All are taken, so that one that is refused gets a sentence."""


def dicomweb_router(services: Services, transport: httpx.AsyncBaseTransport | None = None) -> APIRouter:
    """Return the DICOMweb path; its connections live as long as the application that includes it."""
    forwarder = Forwarder(services.settings, transport)

    @asynccontextmanager
    async def connections(_: Any) -> AsyncIterator[None]:
        async with forwarder:
            yield

    router = APIRouter(lifespan=connections, include_in_schema=False)

    @router.api_route("/dicom-web/{path:path}", methods=_ALL_METHODS)
    async def forward(request: Request) -> Response:
        resource = resource_of(request.method, request.scope.get("raw_path") or request.url.path.encode())
        return await forwarder.forward(request, resource)

    return router
