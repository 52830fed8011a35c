"""MONAI Label's sessions of images that a client sends: one file, kept for an hour for `/infer`.

MONAI Label's own routes write the file under the name that its sender chose, unpack archives, and tell
the server's paths.
"""

import re
import uuid
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, UploadFile
from monailabel.interfaces.app import MONAILabelApp
from starlette.responses import FileResponse

from lib.datastore.volumes import RESULT_SUFFIXES
from lib.errors.incoming import ArchiveRefusedError, OneFileError, SentImageNotFoundError, SessionsOffError
from lib.frames.size import SizeLimits
from lib.server.image_size import require_small_image
from lib.server.received import received

IMAGE_SUFFIXES: Final = (*RESULT_SUFFIXES, ".dcm")
"""What an image may be."""

LONGEST_S: Final = 3600
_SESSION_ID: Final = re.compile(r"[0-9a-f]{32}")


def sent_router(monai: MONAILabelApp, limits: SizeLimits) -> APIRouter:
    """Return the routes; they run in worker threads. Who knows a session's id may use it."""
    router = APIRouter(prefix="/session", tags=["Session"])

    @router.put("/", summary="Send an image to infer on")
    def send(
        files: Annotated[list[UploadFile], File()], uncompress: bool = False, expiry: int = 0
    ) -> dict[str, Any]:
        if uncompress:
            raise ArchiveRefusedError
        if len(files) != 1:
            raise OneFileError(len(files))
        with received(files[0], IMAGE_SUFFIXES) as path:
            require_small_image(path, limits)
            keep_s = min(max(expiry, 0), LONGEST_S)
            session_id, _ = _sessions(monai).add_session(str(path), keep_s, session_id=uuid.uuid4().hex)
        return {"session_id": session_id, "session_info": _told(sent_image(monai, session_id))}

    @router.get("/{session_id}", summary="About an image that was sent, or the image", response_model=None)
    def show(session_id: str, update_ts: bool = False, image: bool = False) -> dict[str, Any] | FileResponse:
        info = sent_image(monai, session_id, is_used=update_ts)
        return FileResponse(info["image"], filename=Path(info["image"]).name) if image else _told(info)

    @router.delete("/{session_id}", summary="Drop an image that was sent")
    def drop(session_id: str) -> dict[str, Any]:
        info = sent_image(monai, session_id)
        _sessions(monai).remove_session(session_id)
        return _told(info)

    return router


def sent_image(monai: MONAILabelApp, session_id: str, *, is_used: bool = True) -> dict[str, Any]:
    """Return what MONAI Label keeps of an image that was sent; `image` is its path.

    Raises:
        SentImageNotFoundError: There is no such session, or the id is none.
    """
    known = _SESSION_ID.fullmatch(session_id)
    info = _sessions(monai).get_session(session_id, update_ts=is_used) if known else None
    if info is None:
        raise SentImageNotFoundError(session_id)
    return dict(info.to_json())


def _sessions(monai: MONAILabelApp) -> Any:
    sessions = monai.sessions()
    if sessions is None:
        raise SessionsOffError
    return sessions


def _told(info: dict[str, Any]) -> dict[str, Any]:
    """Return what a client learns: no path of this server."""
    return {
        "name": info["name"],
        "image": Path(info["image"]).name,
        **{key: info[key] for key in ("create_ts", "last_access_ts", "expiry")},
    }
