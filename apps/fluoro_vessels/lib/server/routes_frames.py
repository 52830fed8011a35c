"""A run for scripts and pages: the list, one run's header, its frames as PNG, all of it as NIfTI."""

import hashlib
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from lib.datastore.records import LedgerRun
from lib.frames.carm import CArm
from lib.frames.cine import RunHeader
from lib.frames.read import read_header
from lib.frames.spacing import Spacing
from lib.pictures.png import frame_png
from lib.server.services import Services

RENDERING: Final = 1
"""Goes up when the same run gives other pixels than before; it is part of every ETag."""

UNCALIBRATED: Final = "uncalibrated"

_CACHING: Final = "private, no-cache"
"""Keep it, but ask each time whether it still holds: the run may have left the PACS."""


def frames_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads and give out no patient data beyond pixels and UIDs."""
    router = APIRouter(prefix="/fluoro/api/runs", tags=["Fluoro Vessels"])
    shelf, opened = services.shelf, services.opened

    @router.get("", summary="All runs of the PACS")
    def list_runs() -> dict[str, Any]:
        image_ids = shelf.image_ids()
        known = {run.image_id: run for run in services.ledger.runs()}
        return {"runs": [_listed(known[image_id]) for image_id in image_ids if image_id in known]}

    @router.get("/{image_id}.nii.gz", summary="A run as NIfTI, axes X, Y, frame")
    def volume(image_id: str, request: Request) -> Response:
        run = shelf.run(image_id)
        etag = _etag(run, "volume")
        if _is_fresh(request, etag):
            return _not_modified(etag)
        path = shelf.volume(run.image_id)
        return FileResponse(
            path, media_type="application/gzip", filename=f"{run.image_id}.nii.gz", headers=_headers(etag)
        )

    @router.get("/{image_id}/frames/{frame_number:int}.png", summary="One frame, numbered from 1")
    def frame(image_id: str, frame_number: int, request: Request) -> Response:
        run = shelf.run(image_id)
        etag = _etag(run, f"frame {frame_number}")
        if _is_fresh(request, etag):
            return _not_modified(etag)
        picture = opened.frame(run.image_id, shelf.dicom(run.image_id), frame_number - 1)
        return Response(frame_png(picture), media_type="image/png", headers=_headers(etag))

    @router.get("/{image_id}", summary="What a run's header says")
    def header(image_id: str) -> dict[str, Any]:
        run = shelf.run(image_id)
        return _listed(run) | _described(read_header(shelf.dicom(run.image_id)))

    return router


def _listed(run: LedgerRun) -> dict[str, Any]:
    return {
        "image_id": run.image_id,
        "study_instance_uid": run.study_instance_uid,
        "series_instance_uid": run.series_instance_uid,
        "sop_class_uid": run.sop_class_uid,
        "modality": run.modality,
        "n_frames": run.n_frames,
        "rows": run.rows,
        "columns": run.columns,
        "state": run.state.value,
    }


def _described(header: RunHeader) -> dict[str, Any]:
    return {
        "n_frames": header.n_frames,
        "rows": header.rows,
        "columns": header.columns,
        "spacing": _spacing(header.spacing),
        "timing": {
            "source": header.timing.source,
            "frames_per_second": header.timing.frames_per_second,
            "frame_times_ms": header.timing.frame_times_ms,
        },
        "c_arm": _c_arm(header.carm),
        "problems": header.problems,
    }


def _spacing(spacing: Spacing | None) -> dict[str, Any] | str:
    if spacing is None:
        return UNCALIBRATED
    return {
        "row_mm": spacing.row_mm,
        "column_mm": spacing.column_mm,
        "source": spacing.source.value,
        "is_calibrated": spacing.is_calibrated,
    }


def _c_arm(carm: CArm) -> dict[str, Any]:
    return {
        "view": carm.view,
        "primary_angles_deg": carm.primary_angles_deg,
        "secondary_angles_deg": carm.secondary_angles_deg,
        "sid_mm": carm.sid_mm,
        "sod_mm": carm.sod_mm,
        "ermf": carm.ermf,
        "r_wave_frame_numbers": [] if carm.ecg is None else [t + 1 for t in carm.ecg.r_wave_frames],
    }


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
