"""MONAI Label's contract where a client saves or submits a label, or takes all of them as an archive."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from monailabel.interfaces.app import MONAILabelApp
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from lib.datastore.states import FINAL_TAG
from lib.datastore.volumes import RESULT_SUFFIXES
from lib.server.observe.facts import note
from lib.server.openapi import a_file
from lib.server.params import parse_params
from lib.server.received import received


def labels_router(monai: MONAILabelApp) -> APIRouter:
    """Return the routes; they run in worker threads."""
    router = APIRouter(prefix="/datastore", tags=["Datastore"])

    @router.put("/label", summary="Save or submit a label")
    def save_label(
        image: str,
        label: Annotated[UploadFile, File()],
        params: Annotated[str, Form()] = "{}",
        tag: str = FINAL_TAG,
    ) -> dict[str, Any]:
        values = parse_params(params, reserved=frozenset())
        with received(label, RESULT_SUFFIXES) as path:
            label_id = monai.datastore().save_label(image, str(path), tag or FINAL_TAG, values)
        note(subject=label_id)
        more = monai.on_save_label(image, label_id) or {}
        return {**more, "image": image, "label": label_id}

    @router.get(
        "/dataset",
        summary="All runs with a final label, and the labels, as ZIP",
        response_class=Response,
        responses=a_file("application/zip"),
    )
    def dataset(limit_cases: int | None = None) -> FileResponse:
        path = Path(monai.datastore().get_dataset_archive(limit_cases))
        return FileResponse(path, filename="dataset.zip", background=BackgroundTask(path.unlink))

    return router
