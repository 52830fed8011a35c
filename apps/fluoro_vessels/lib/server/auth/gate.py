"""ASGI middleware: nothing gets to a router that has not passed here."""

import logging
from collections.abc import Collection
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.access.person import LONGEST_NAME, Person, SignedInBy, asking
from lib.access.roles import Role
from lib.datastore.incoming import LOCAL
from lib.errors import FluoroError, NotSignedInError, OnlyLoopbackError, RoleTooLowError
from lib.sections.access import is_loopback_name
from lib.server.auth.identify import Identifier
from lib.server.auth.known import STRANGER, remember
from lib.server.auth.own_site import require_loopback_name, require_own_site
from lib.server.auth.rules import least_role
from lib.server.errors import answer_to

logger = logging.getLogger(__name__)

SIGN_IN_PAGE: Final = "/login"
_POLICY_VIOLATED: Final = 1008
"""Close code of RFC 6455 for who may not."""


class Door(Protocol):
    """Decides about one request."""

    async def let_in(self, scope: Scope) -> Person:
        """Return who asks and may do what they ask; otherwise raise a FluoroError."""
        ...


class OpenDoor:
    """Nobody signs in: whoever is on this machine may all, and pages of other sites may nothing.

    Args:
        names: How this machine may be called, beside localhost.
        origins: Other origins whose pages may make changes.
    """

    def __init__(self, names: Collection[str], origins: Collection[str]) -> None:
        self._names = names
        self._origins = origins

    async def let_in(self, scope: Scope) -> Person:
        """Return who says to ask.

        Raises:
            OnlyLoopbackError: They reached us over the network.
            HostNotServedError: Their browser was told a wrong name for this machine.
            OtherSiteError: A page of another site made their browser ask.
        """
        server, headers = scope.get("server"), Headers(scope=scope)
        if server and _is_on_network(str(server[0])):
            raise OnlyLoopbackError
        require_loopback_name(headers, self._names)
        require_own_site(scope["method"], headers, self._origins)
        name = headers.get("x-client-id", "")[:LONGEST_NAME] or LOCAL
        return Person(name, Role.ADMIN, SignedInBy.NOTHING)


class GuardedDoor:
    """People sign in, and may what their role may."""

    def __init__(self, identifier: Identifier, origins: Collection[str]) -> None:
        self._identifier = identifier
        self._origins = origins

    async def let_in(self, scope: Scope) -> Person:
        """Return who asks.

        Raises:
            NotSignedInError: Nobody knows.
            RoleTooLowError: They may not.
            OtherSiteError: A page of another site made their browser ask.
            NotFoundError: There is no such address; only who is signed in is told.
        """
        headers, method = Headers(scope=scope), scope["method"]
        remember(scope, STRANGER)
        try:
            least = least_role(method, scope["path"])
        except FluoroError:
            await self._identifier.person(scope)
            raise
        if least is None:
            require_own_site(method, headers, self._origins)
            return STRANGER
        person, is_by_cookie = await self._identifier.person(scope)
        if is_by_cookie:
            require_own_site(method, headers, origins=())
        if person.role is None or person.role < least:
            remember(scope, person)
            raise RoleTooLowError(person.name, person.role.word if person.role else None, least.word)
        return person


class Gate:
    """Lets in whom a door lets in, and tells all others why not; there are no WebSockets here."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATED})
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            person = await self._door.let_in(scope)
        except FluoroError as error:
            await _refusal(scope, error)(scope, receive, send)
            return
        remember(scope, person)
        with asking(person):
            await self._app(scope, receive, send)


def _refusal(scope: Scope, error: FluoroError) -> Response:
    """Return the answer to who may not; a person with a browser is led to the sign-in page."""
    headers = Headers(scope=scope)
    is_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    if isinstance(error, NotSignedInError) and is_page:
        query = scope["query_string"].decode("latin-1")
        wanted = quote(f"{scope['path']}?{query}" if query else scope["path"], safe="")
        return RedirectResponse(f"{SIGN_IN_PAGE}?next={wanted}", HTTPStatus.SEE_OTHER)
    return answer_to(error)


def _is_on_network(address: str) -> bool:
    """Return whether a socket's own address is one that other machines reach; a name is a test's."""
    return any(mark in address for mark in ".:") and not is_loopback_name(address)
