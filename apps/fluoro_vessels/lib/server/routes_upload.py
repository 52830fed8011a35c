"""`POST /fluoro/api/upload`: DICOM files by browser or HTTP into the PACS."""

import logging
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from lib.datastore.durable import disk_full_says_so
from lib.errors import UnavailableError
from lib.server.errors import headers_of
from lib.server.image_size import limits_of
from lib.server.observe.facts import note
from lib.server.services import Services
from lib.server.upload_body import receive
from lib.server.upload_store import Outcome, as_json, overall, store_files

logger = logging.getLogger(__name__)

FOLDER: Final = "uploads"
_STALE_S: Final = 24 * 3600.0
"""What lies here for a day belongs to a process that died."""

_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            },
            "application/dicom": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def upload_router(services: Services) -> APIRouter:
    """Return the route. Answers 200 if all files were stored, 207 if some were, else the error's status."""
    folder = services.settings.data / FOLDER
    limit_mb = services.settings.server.max_upload_mb
    modalities = services.settings.pacs.modalities
    _sweep(folder)
    router = APIRouter(prefix="/fluoro/api", tags=["Fluoro Vessels"])

    @router.post("/upload", summary="Store DICOM files in the PACS", openapi_extra=_BODY)
    async def upload(request: Request) -> JSONResponse:
        async with _folder_in(folder) as received_folder:
            files = await receive(request, received_folder, limit_mb)
            outcomes = await run_in_threadpool(_store_and_list, services, files)
        status, error = overall(outcomes)
        body: dict[str, Any] = {"files": [as_json(outcome, modalities) for outcome in outcomes]}
        if error is not None:
            body["detail"] = str(error)
        return JSONResponse(body, status, headers_of(error) if error is not None else None)

    return router


def _store_and_list(services: Services, files: list[Any]) -> list[Outcome]:
    """Store, and let the new runs be in the next list."""
    outcomes = store_files(files, services.pacs, limits_of(services.settings.limits))
    for outcome in outcomes:
        if outcome.error is None and outcome.header is not None:
            note(image_id=str(outcome.header.SOPInstanceUID))
    if any(outcome.error is None for outcome in outcomes):
        services.arrivals.wake()
        try:
            services.shelf.refresh()
        except UnavailableError as error:
            logger.warning("the list of runs is not up to date: %s", error)
    return outcomes


@asynccontextmanager
async def _folder_in(parent: Path) -> AsyncIterator[Path]:
    """Yield a new folder; it is removed whatever happens."""
    folder = await run_in_threadpool(_new_folder, parent)
    try:
        yield folder
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)


def _new_folder(parent: Path) -> Path:
    with disk_full_says_so(parent):
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="upload-", dir=parent))


def _sweep(parent: Path) -> None:
    """Remove what processes that died left behind."""
    for left in parent.glob("upload-*"):
        if left.stat().st_mtime < time.time() - _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
