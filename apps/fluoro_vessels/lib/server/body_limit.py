"""How long a request's body may be, and whether there is room for it: looked at before anybody reads it."""

from collections.abc import Mapping
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.datastore.quota import Quota
from lib.errors import FluoroError, TooLargeError
from lib.errors.limits import BodyLengthError, JsonTooLargeError
from lib.server.errors import answer_to
from lib.settings import Settings

MEGA: Final = 2**20

FILES: Final = ("multipart/", "application/dicom", "application/octet-stream", "image/")
"""Content types of files: they may be large, and they fill the data folder."""

STORES: Final = frozenset({"POST", "PUT", "PATCH"})

MOST_FIELDS: Final = 32
"""Fields of a form; each is held in memory, with up to 1 MB."""

MOST_FILES: Final = 8
"""Files of a form; the first MB of each is held in memory. `/fluoro/api/upload` reads its own form."""


class BodyLimit:
    """ASGI middleware: refuses a body that says to be too long, and stops one that becomes so.

    A file may have `server.max_upload_mb`, everything else `limits.json_mb`.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._quota = Quota(settings.data, settings.datastore.quota_gb)
        self._errors: Mapping[bool, TooLargeError] = {
            True: TooLargeError(settings.server.max_upload_mb),
            False: JsonTooLargeError(settings.limits.json_mb),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_file = headers.get("content-type", "").lower().startswith(FILES)
        try:
            await self._require_room(scope["method"], headers, is_file)
        except FluoroError as error:
            await answer_to(error)(scope, receive, send)
            return
        body = _Counted(receive, send, self._errors[is_file])
        await self._app(scope, body.receive, body.send)
        await body.answer(scope)

    async def _require_room(self, method: str, headers: Headers, is_file: bool) -> None:
        """Compare what the body says of itself with the limits."""
        declared = headers.get("content-length", "0")
        if not declared.isascii() or not declared.isdecimal() or len(declared) > 18:
            raise BodyLengthError
        if int(declared) > self._errors[is_file].limit_mb * MEGA:
            raise self._errors[is_file]
        if is_file and method in STORES and self._quota.is_limited:
            await run_in_threadpool(self._quota.require_room, int(declared))


class _Counted:
    """A body that ends when it becomes too long; whatever the application then says, 413 is the answer."""

    def __init__(self, receive: Receive, send: Send, error: TooLargeError) -> None:
        self._receive = receive
        self._send = send
        self._error = error
        self._n_bytes = 0
        self._has_begun = False

    @property
    def _is_too_long(self) -> bool:
        return self._n_bytes > self._error.limit_mb * MEGA

    async def receive(self) -> Message:
        """Return the next piece, or the client's going where the limit is reached."""
        message = await self._receive()
        self._n_bytes += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self._is_too_long else message

    async def send(self, message: Message) -> None:
        """Send what the application says, unless it says it of half a body."""
        if self._has_begun or not self._is_too_long:
            self._has_begun = True
            await self._send(message)

    async def answer(self, scope: Scope) -> None:
        """Say that the body was too long, if nothing was answered before."""
        if self._is_too_long and not self._has_begun:
            await answer_to(self._error)(scope, self._receive, self._send)
