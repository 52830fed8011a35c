"""`POST /infer/{model}` with MONAI Label's contract: image, json, all, dicom_seg."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.background import BackgroundTasks
from fastapi.responses import Response
from monailabel.endpoints.infer import ResultType, send_response
from monailabel.interfaces.app import MONAILabelApp
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from lib.datastore.ids import check_image_id
from lib.datastore.volumes import RESULT_SUFFIXES
from lib.datastore.xa_datastore import XaDatastore
from lib.errors import InvalidInputError, UnknownTaskError
from lib.server.params import parse_params
from lib.server.received import received


def infer_router(monai: MONAILabelApp) -> APIRouter:
    """Return the route; it runs in a worker thread."""
    router = APIRouter(prefix="/infer", tags=["Infer"])

    @router.post("/{model}", summary="Segment a run")
    def infer(  # noqa: PLR0913  the contract has so many
        background: BackgroundTasks,
        model: str,
        image: str = "",
        session_id: str = "",
        params: Annotated[str, Form()] = "{}",
        file: Annotated[UploadFile | None, File()] = None,
        label: Annotated[UploadFile | None, File()] = None,
        output: ResultType | None = None,
    ) -> Any:
        values = parse_params(params)
        _require_possible(monai, model, image, output)
        with ExitStack() as stack:
            request = {**values, "model": model, "image": _image_of(monai, image, session_id, file, stack)}
            if label is not None:
                request["label_path"] = str(stack.enter_context(received(label, RESULT_SUFFIXES)))
            result = monai.infer(request)
        if output is ResultType.dicom_seg:
            return _dicom_seg(monai.datastore(), image, result, values)
        return send_response(monai.datastore(), result, output, background)

    return router


def _require_possible(monai: MONAILabelApp, model: str, image: str, output: ResultType | None) -> None:
    """Refuse before anything is segmented what cannot be answered afterwards."""
    if model not in monai._infers:
        raise UnknownTaskError(model, sorted(monai._infers))
    if output is ResultType.dicom_seg and not image:
        raise InvalidInputError("A DICOM SEG belongs to a run of the PACS. Give `image=` with its id.")


def _image_of(
    monai: MONAILabelApp, image: str, session_id: str, file: UploadFile | None, stack: ExitStack
) -> str:
    """Return what a request is about: a run's id, or the path of an image that came with it."""
    if file is not None:
        return str(stack.enter_context(received(file, (*RESULT_SUFFIXES, ".dcm"))))
    if session_id:
        session = monai.sessions().get_session(session_id)
        if session is None:
            raise InvalidInputError(
                f"There is no session {session_id[:40]!r}; it may have expired. Send the image."
            )
        return str(session.image)
    if not image:
        raise InvalidInputError(
            "The request names no image. Give `image=` with the SOP Instance UID of a run."
        )
    return str(monai.datastore().run(check_image_id(image)).image_id)


def _dicom_seg(store: XaDatastore, image: str, result: dict[str, Any], values: dict[str, Any]) -> Response:
    """Answer with the label map as a DICOM SEG of the run."""
    label_file = Path(result["file"])
    folder = Path(tempfile.mkdtemp(prefix="seg-"))
    try:
        path = store.write_seg_file(image, label_file, {**values, "params": result["params"]}, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        label_file.unlink(missing_ok=True)
    return FileResponse(
        path,
        media_type="application/dicom",
        filename=path.name,
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )
