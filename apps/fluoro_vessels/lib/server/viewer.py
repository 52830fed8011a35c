"""Serves the prebuilt OHIF viewer below /ohif/, and our extension and mode of it below /fluoro/viewer/."""

import mimetypes
import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from lib.server.viewer_policy import policy_for
from lib.settings import PROJECT_FOLDER

INDEX: Final = "index.html"
OUR_MODULES: Final = PROJECT_FOLDER / "viewer"
APP_CONFIG: Final = OUR_MODULES / "app-config.js"

_TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webapp": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What browsers insist on; the rest is left to the machine's own table."""

_HASHED: Final = re.compile(r"(^|\.)[0-9a-f]{16}\.")
"""A name with a content hash: the same name always has the same upstream content."""

_MODULE: Final = re.compile(r"(?:[a-z0-9_-]{1,64}/){0,4}[a-z0-9_-]{1,64}\.(?:js|css)")
"""Our scripts and style sheets; a path of this form stays in the folder, and no other file has it."""

_DAY: Final = "public, max-age=86400, immutable"
"""A day and no longer, because a change of our patches does not change the name."""

_ASK_AGAIN: Final = "no-cache"

_HEADERS: Final = {
    "Content-Security-Policy": policy_for(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_MISSING: Final = "The viewer's files are missing. Run ./start_server.sh --setup-only, then start again.\n"

_SWITCHED_OFF: Final = (
    "This server runs without the viewer. Start it without --without-viewer to have it here."
)


def viewer_router(folder: Path, app_config: Path = APP_CONFIG) -> APIRouter:
    """Return the routes of the viewer.

    The names are read once; a path that is none of them is a page of the viewer and gets
    index.html, or nothing if it has a dot and so names a file. No path reaches another file.

    Args:
        folder: The unpacked viewer, see `viewer_files.viewer_folder`.
        app_config: OHIF's settings, served as /ohif/app-config.js.
    """
    router = APIRouter(include_in_schema=False)
    files = _files(folder) | {"app-config.js": app_config}
    policy = policy_for(files[INDEX].read_text(encoding="utf-8")) if INDEX in files else policy_for()

    @router.api_route("/ohif", methods=["GET", "HEAD"])
    def add_the_slash() -> Response:
        return RedirectResponse("/ohif/")

    @router.api_route("/ohif/{path:path}", methods=["GET", "HEAD"])
    def viewer_file(path: str) -> Response:
        if path in files and path != INDEX:
            return _answer(files[path])
        if INDEX not in files:
            return PlainTextResponse(_MISSING, status_code=503)
        if path != INDEX and "." in path.rsplit("/", 1)[-1]:
            return PlainTextResponse("The viewer has no such file.\n", status_code=404)
        return _answer(files[INDEX], policy)

    return router


def modules_router(folder: Path = OUR_MODULES) -> APIRouter:
    """Return the routes of our extension and mode, which the viewer loads when it starts.

    Args:
        folder: Where their scripts and style sheets lie; nothing else of it is given out.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route("/fluoro/viewer/{path:path}", methods=["GET", "HEAD"])
    def module(path: str) -> Response:
        file = folder / path
        if not _MODULE.fullmatch(path) or not file.is_file():
            return PlainTextResponse("The fluoroscopy mode has no such file.\n", status_code=404)
        return _answer(file)

    return router


def no_viewer_router() -> APIRouter:
    """Return what answers instead of the viewer on a server that was started without it."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/ohif", methods=["GET", "HEAD"])
    @router.api_route("/ohif/{path:path}", methods=["GET", "HEAD"])
    def no_viewer() -> Response:
        return JSONResponse({"detail": _SWITCHED_OFF}, status_code=404)

    @router.api_route("/", methods=["GET", "HEAD"])
    def root() -> Response:
        return RedirectResponse("/info/")

    return router


def media_type(file: Path) -> str:
    """Return the MIME type of a file by its name."""
    return _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _files(folder: Path) -> dict[str, Path]:
    """Return all files of the viewer by their path below /ohif/."""
    found = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(folder).as_posix(): file for file in found}


def _answer(file: Path, policy: str | None = None) -> Response:
    """Send a file; names with a hash are kept by the browser."""
    caching = {"Cache-Control": _DAY if _HASHED.search(file.name) else _ASK_AGAIN}
    own = {"Content-Security-Policy": policy} if policy else {}
    return FileResponse(file, media_type=media_type(file), headers=_HEADERS | own | caching)
