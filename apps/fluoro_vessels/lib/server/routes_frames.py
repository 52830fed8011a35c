"""A run for scripts and pages: the list, one run, its labels, its frames as PNG, all of it as NIfTI."""

import hashlib
import json
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from lib.datastore.records import LedgerRun
from lib.errors import FrameError
from lib.frames.read import read_header
from lib.pictures.png import frame_png
from lib.server.openapi import a_file
from lib.server.owner import Owner
from lib.server.run_answers import about_all, about_one, described, version
from lib.server.run_models import LabelListAnswer, RunDetailsAnswer, RunListAnswer
from lib.server.services import Services

RENDERING: Final = 1
"""Goes up when the same run gives other pixels than before; it is part of every ETag."""

_CACHING: Final = "private, no-cache"
"""Keep it, but ask each time whether it still holds: the run may have left the PACS."""


def frames_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads and give out no patient data beyond pixels and UIDs."""
    router = APIRouter(prefix="/fluoro/api/runs", tags=["Fluoro Vessels"])
    _add_pixel_routes(router, services)
    _add_run_routes(router, services)
    return router


def _add_run_routes(router: APIRouter, services: Services) -> None:
    """The list, and one run in words; after the pixels, whose paths an image id would fit too."""
    shelf, ledger = services.shelf, services.ledger

    @router.get("", summary="All runs of the PACS", response_model=RunListAnswer)
    def list_runs(owner: Owner) -> Response:
        image_ids = shelf.image_ids()
        known, about = {run.image_id: run for run in ledger.runs()}, about_all(ledger, owner)
        return _json({"runs": [about.listed(known[image_id]) for image_id in image_ids if image_id in known]})

    @router.get(
        "/{image_id}/labels", summary="All versions of a run's labels", response_model=LabelListAnswer
    )
    def list_labels(image_id: str) -> Response:
        labels = ledger.labels(shelf.run(image_id).image_id)
        return _json({"labels": [version(label) for label in reversed(labels)]})

    @router.get("/{image_id}", summary="What a run's header says", response_model=RunDetailsAnswer)
    def header(image_id: str, owner: Owner) -> Response:
        run = shelf.run(image_id)
        told = described(read_header(shelf.dicom(run.image_id)))
        about = about_one(ledger, owner, services.run_reader.facts(run))
        fullest = {"fullest_frame_number": _fullest_number(services, run)}
        return _json({**about.listed(run), **fullest, **told})


def _add_pixel_routes(router: APIRouter, services: Services) -> None:
    """The run as volume, its frames and its thumbnail."""
    shelf, opened = services.shelf, services.opened

    @router.get(
        "/{image_id}.nii.gz",
        summary="A run as NIfTI, axes X, Y, frame",
        response_class=Response,
        responses=a_file("application/gzip"),
    )
    def volume(image_id: str, request: Request) -> Response:
        run = shelf.run(image_id)
        etag = _etag(run, "volume")
        if _is_fresh(request, etag):
            return _not_modified(etag)
        path = shelf.volume(run.image_id)
        return FileResponse(
            path, media_type="application/gzip", filename=f"{run.image_id}.nii.gz", headers=_headers(etag)
        )

    @router.get(
        "/{image_id}/frames/{frame_number:int}.png",
        summary="One frame, numbered from 1",
        response_class=Response,
        responses=a_file("image/png"),
    )
    def frame(image_id: str, frame_number: int, request: Request) -> Response:
        run = shelf.run(image_id)
        etag = _etag(run, f"frame {frame_number}")
        if _is_fresh(request, etag):
            return _not_modified(etag)
        picture = opened.frame(run.image_id, shelf.dicom(run.image_id), frame_number - 1)
        return Response(frame_png(picture), media_type="image/png", headers=_headers(etag))

    @router.get(
        "/{image_id}/thumbnail.png",
        summary="The frame that shows the vessels best, 128 pixels on its longer side",
        response_class=Response,
        responses=a_file("image/png"),
    )
    def thumbnail(image_id: str, request: Request) -> Response:
        run = shelf.run(image_id)
        etag = _etag(run, "thumbnail")
        if _is_fresh(request, etag):
            return _not_modified(etag)
        data = services.pictures.thumbnail(run).read_bytes()
        return Response(data, media_type="image/png", headers=_headers(etag))


def _fullest_number(services: Services, run: LedgerRun) -> int | None:
    """Return the number of the frame to open a run at, None where its pixels cannot be read."""
    try:
        return services.pictures.fullest(run) + 1
    except FrameError:
        return None


def _json(answer: dict[str, Any]) -> Response:
    """Send an answer as it is: to check one of 2,000 runs against its model takes longer than to make it."""
    return Response(json.dumps(answer, ensure_ascii=False, allow_nan=False), media_type="application/json")


def _etag(run: LedgerRun, what: str) -> str:
    """Return the name of an answer that stays the same as long as its bytes do."""
    digest = hashlib.sha256(f"{run.image_id}/{what}/{RENDERING}".encode()).hexdigest()
    return f'"{digest[:32]}"'


def _is_fresh(request: Request, etag: str) -> bool:
    held = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return etag in held or "*" in held


def _not_modified(etag: str) -> Response:
    return Response(status_code=304, headers=_headers(etag))


def _headers(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": _CACHING}
