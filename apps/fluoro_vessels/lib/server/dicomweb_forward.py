"""Hands one DICOMweb request on to the PACS and its answer back, both as streams.

Nothing is held: a chunk goes on as it comes, and who reads slowly slows down who writes. The
client's own credentials, cookies and connection headers stay here, the PACS' too.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Final

import anyio
import httpx
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lib.errors import PacsRefusedError, PacsUnavailableError, TooLargeError
from lib.pacs.session import address_of, is_loopback, user_and_password
from lib.server.dicomweb_addresses import Addresses, client_root, forwarded
from lib.server.dicomweb_rules import require_query
from lib.settings import PacsSettings, Settings

logger = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 32
"""To the PACS at a time; Orthanc answers 50."""

KEEPALIVE_S: Final = 0.8
"""How long an idle connection is kept: Orthanc closes its own after 1 s."""

_TO_PACS: Final = (
    "accept",
    "accept-charset",
    "content-type",
    "content-length",
    "range",
    "if-none-match",
    "if-modified-since",
)
_TO_CLIENT: Final = (
    "accept-ranges",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "expires",
    "last-modified",
    "vary",
    "warning",
)
_HARMLESS: Final = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
"""A PACS may hold documents with scripts; opened from here they must not act as our pages."""

_OUR_CREDENTIALS_FAILED: Final = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
)


class Forwarder:
    """Keeps the connections to the PACS; `async with` closes them.

    Args:
        settings: Where the PACS is, and how much may be sent to it.
        transport: What carries requests instead of the network, for tests.
    """

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._address = address_of(settings.pacs.url)
        self._limit_mb = settings.server.max_upload_mb
        self._pacs = settings.pacs
        self._transport = transport
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> "Forwarder":
        """Make ready; no connection is opened yet."""
        self._http = _client(self._pacs, self._transport)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def forward(self, request: Request, resource: bytes) -> StreamingResponse:
        """Ask the PACS for a resource and return its answer, whose body is still to come.

        Raises:
            PacsUnavailableError: It does not answer, or with a server error.
            PacsRefusedError: It does not take our credentials, or sends the client elsewhere.
            TooLargeError: The client sends more than the settings allow.
        """
        addresses = Addresses(self._address, client_root(request))
        response = await self._send(self._request(request, resource))
        try:
            self._require_usable(response)
        except BaseException:
            await response.aclose()
            raise
        headers = {name: response.headers[name] for name in _TO_CLIENT if name in response.headers}
        chunks = response.aiter_raw()
        if addresses.concern(response):
            headers.pop("content-length", None)
            chunks = addresses.replaced(chunks)
        return _Answer(response, self._said_if_broken(chunks), headers)

    def _request(self, request: Request, resource: bytes) -> httpx.Request:
        root = httpx.URL(self._address)
        query = bytes(request.scope["query_string"])
        require_query(query)
        target = root.raw_path + b"/" + resource + (b"?" + query if query else b"")
        headers = {
            name: ", ".join(request.headers.getlist(name)) for name in _TO_PACS if name in request.headers
        }
        headers |= {"Accept-Encoding": "identity", "Forwarded": forwarded(request)}
        self._require_small(int(headers.get("content-length", 0)))
        body = self._counted(request) if request.method == "POST" else None
        if self._http is None:
            raise RuntimeError("the forwarder is used outside its lifespan")
        return self._http.build_request(
            request.method, root.copy_with(raw_path=target), headers=headers, content=body
        )

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """Send; a reading request is repeated once, because an idle connection may just have ended."""
        if self._http is None:
            raise RuntimeError("the forwarder is used outside its lifespan")
        try:
            try:
                return await self._http.send(request, stream=True)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if request.method != "GET":
                    raise
                return await self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise PacsUnavailableError(self._address, _reason(error)) from error

    def _require_usable(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in _OUR_CREDENTIALS_FAILED:
            raise PacsRefusedError(
                self._address, "answer", f"it does not take our credentials (HTTP {status})"
            )
        if response.is_redirect:
            raise PacsRefusedError(
                self._address, "answer", "it sends us elsewhere; set FLUORO_PACS__URL to there"
            )
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
            raise PacsUnavailableError(self._address, f"HTTP {status}")

    async def _counted(self, request: Request) -> AsyncIterator[bytes]:
        """Yield the client's body, and stop when it grows too large."""
        n_bytes = 0
        async for chunk in request.stream():
            n_bytes += len(chunk)
            self._require_small(n_bytes)
            yield chunk

    def _require_small(self, n_bytes: int) -> None:
        if n_bytes > self._limit_mb * 2**20:
            raise TooLargeError(self._limit_mb)

    async def _said_if_broken(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async for chunk in chunks:
                yield chunk
        except httpx.HTTPError as error:
            raise PacsUnavailableError(self._address, _reason(error)) from error


class _Answer(StreamingResponse):
    """A streamed answer that lets the PACS' connection go, whatever becomes of the client."""

    def __init__(
        self, response: httpx.Response, body: AsyncIterator[bytes], headers: Mapping[str, str]
    ) -> None:
        super().__init__(body, response.status_code, {**headers, **_HARMLESS})
        self._response = response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._response.aclose()


def _client(pacs: PacsSettings, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    headers, auth = {}, None
    user, password = user_and_password(pacs)
    if pacs.token is not None:
        headers["Authorization"] = f"Bearer {pacs.token.get_secret_value()}"
    elif user:
        auth = httpx.BasicAuth(user, password)
    return httpx.AsyncClient(
        auth=auth,
        headers=headers,
        timeout=httpx.Timeout(pacs.timeout_s, connect=pacs.connect_timeout_s),
        limits=httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEPALIVE_S),
        follow_redirects=False,
        trust_env=not is_loopback(pacs.url),
        transport=transport,
    )


def _reason(error: httpx.HTTPError) -> str:
    """Say in words what the connection did."""
    if isinstance(error, httpx.PoolTimeout):
        return f"all {MAX_CONNECTIONS} connections are busy"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return "the connection broke"
