"""MONAI Label's contract for runs and labels as files and what is noted beside them.

Its own routes write uploads under a suffix that the sender chose, leave them behind when something fails,
and answer a broken `params` with a server error.
"""

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile
from monailabel.interfaces.app import MONAILabelApp
from starlette.responses import FileResponse

from lib.datastore.xa_datastore import XaDatastore
from lib.errors.incoming import ChecksumError
from lib.frames.size import SizeLimits
from lib.server.openapi import a_file
from lib.server.params import parse_params
from lib.server.received import received
from lib.server.upload_body import ReceivedFile
from lib.server.upload_store import read_upload

Info = Annotated[str, Form()]

ANY_SUFFIX = (".dcm", "")
"""DICOM files are known by what they hold; their names end in anything."""


class Output(StrEnum):
    """What is told of the datastore."""

    STATS = "stats"
    ALL = "all"
    TRAIN = "train"


def datastore_router(monai: MONAILabelApp, limits: SizeLimits) -> APIRouter:
    """Return the routes; they run in worker threads."""
    router = APIRouter(prefix="/datastore", tags=["Datastore"])
    store: XaDatastore = monai.datastore()
    _add_lists(router, store)
    _add_images(router, store, limits)
    _add_labels(router, store)
    return router


def _add_lists(router: APIRouter, store: XaDatastore) -> None:
    @router.get("/", summary="Counts, all runs with their labels, or the pairs for training")
    def datastore(output: Output = Output.STATS) -> Any:
        if output is Output.STATS:
            return store.status()
        return store.json() if output is Output.ALL else store.datalist()


def _add_images(router: APIRouter, store: XaDatastore, limits: SizeLimits) -> None:
    @router.put("/", include_in_schema=False)
    @router.put("/image", summary="Store a DICOM file in the PACS; its own UID becomes the id")
    def add(
        file: Annotated[UploadFile, File()], image: str | None = None, params: Info = "{}"
    ) -> dict[str, str]:
        del image
        parse_params(params, reserved=frozenset())
        with received(file, ANY_SUFFIX) as path:
            read_upload(ReceivedFile("The file", path), limits)
            return {"image": store.add_image("", str(path), {})}

    @router.delete("/", include_in_schema=False)
    @router.delete("/image", summary="Refused: runs live in the PACS")
    def remove(id: str) -> None:
        store.remove_image(id)

    @router.head("/image", summary="Whether a run is there", response_class=Response)
    def check(image: str, check_sum: str | None = None) -> Response:
        path = Path(store.get_image_uri(image))
        if check_sum and _sha256_of(check_sum) != hashlib.sha256(path.read_bytes()).hexdigest():
            raise ChecksumError
        return Response()

    @router.get(
        "/image", summary="A run as NIfTI", response_class=Response, responses=a_file("application/gzip")
    )
    def download(image: str) -> FileResponse:
        return _file(store.get_image_uri(image))

    @router.get("/image/info", summary="What is noted beside a run")
    def info(image: str) -> dict[str, Any]:
        return store.get_image_info(image)

    @router.put("/image/info", summary="Note something beside a run")
    def note(image: str, info: Info = "{}") -> None:
        store.update_image_info(image, parse_params(info, reserved=frozenset()))


def _add_labels(router: APIRouter, store: XaDatastore) -> None:
    @router.head("/label", summary="Whether a run has a label", response_class=Response)
    def check(image: str, tag: str) -> Response:
        store.get_label_uri(image, tag)
        return Response()

    @router.get(
        "/label", summary="A label as NIfTI", response_class=Response, responses=a_file("application/gzip")
    )
    def download(label: str, tag: str) -> FileResponse:
        return _file(store.get_label_uri(label, tag))

    @router.delete("/label", summary="Take a label out of the lists")
    def remove(id: str, tag: str) -> dict[str, Any]:
        store.remove_label(id, tag)
        return {}

    @router.get("/label/info", summary="What is noted beside a label")
    def info(label: str, tag: str) -> dict[str, Any]:
        return store.get_label_info(label, tag)

    @router.put("/label/info", summary="Note something beside a label")
    def note(label: str, tag: str, info: Info = "{}") -> None:
        store.update_label_info(label, tag, parse_params(info, reserved=frozenset()))

    @router.put("/updatelabelinfo", include_in_schema=False)
    def note_as_before(label: str, tag: str, params: Info = "{}") -> None:
        note(label, tag, params)


def _file(path: str) -> FileResponse:
    return FileResponse(path, media_type="application/gzip", filename=Path(path).name)


def _sha256_of(check_sum: str) -> str:
    """Return the digits of SHA256:HEX, or of HEX alone."""
    return check_sum.rpartition(":")[2].lower()
