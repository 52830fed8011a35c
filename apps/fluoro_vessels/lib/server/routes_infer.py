"""`POST /infer/{model}` with MONAI Label's contract: image, json, all, dicom_seg."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Final

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
from lib.frames.size import HARD, SizeLimits
from lib.infers.request_keys import require_known_keys
from lib.server.image_size import require_small_image
from lib.server.infer_stages import timed_infer
from lib.server.openapi import a_file
from lib.server.params import parse_params
from lib.server.received import received
from lib.server.routes_sent import IMAGE_SUFFIXES, sent_image

_ANSWERS: Final = ("multipart/form-data", "application/gzip", "application/octet-stream", "application/dicom")
"""Media types of results beside JSON."""


def infer_router(monai: MONAILabelApp, limits: SizeLimits = HARD) -> APIRouter:
    """Return the route; it runs in a worker thread. `limits` hold for images that come with a request."""
    router = APIRouter(prefix="/infer", tags=["Infer"])

    @router.post("/{model}", summary="Segment a run", responses=a_file(*_ANSWERS))
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
        require_known_keys(model, monai._infers[model], values)
        with ExitStack() as stack:
            given = _image_of(monai, image, session_id, _sent(file, limits, stack))
            request = {**values, "model": model, "image": given}
            if label is not None:
                request["label_path"] = str(stack.enter_context(received(label, RESULT_SUFFIXES)))
            result = timed_infer(monai, request)
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


def _sent(file: UploadFile | None, limits: SizeLimits, stack: ExitStack) -> Path | None:
    """Return where an image lies that came with the request, None where none did."""
    if file is None:
        return None
    path = stack.enter_context(received(file, IMAGE_SUFFIXES))
    require_small_image(path, limits)
    return path


def _image_of(monai: MONAILabelApp, image: str, session_id: str, sent: Path | None) -> str:
    """Return what a request is about: a run's id, or the path of an image that came with it or before it."""
    if sent is not None:
        return str(sent)
    if session_id:
        return str(sent_image(monai, session_id)["image"])
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
