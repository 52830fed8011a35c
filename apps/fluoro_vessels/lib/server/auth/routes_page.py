"""Signing in and out with a browser."""

import logging
from http import HTTPStatus
from typing import Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from lib.errors import FluoroError, SignInFailedError
from lib.server.auth.access import Access
from lib.server.auth.cookie import ON_THE_WAY, SIGN_IN, cookie_in, drop_cookie, set_cookie
from lib.server.auth.form import small_form
from lib.server.auth.identify import address_of
from lib.server.auth.known import remember
from lib.server.auth.oidc_login import CALLBACK, CodeFlow, OnTheWay
from lib.server.auth.page import HOME, own_page, sign_in_page
from lib.server.errors import headers_of, status_of

logger = logging.getLogger(__name__)

WAY_S: Final = 600
"""So long somebody may take at the issuer."""


def page_router(access: Access) -> APIRouter:
    """Return `/login` and `/logout`, and the way to the issuer where there is one."""
    router = APIRouter(include_in_schema=False)
    has_issuer = access.code_flow is not None

    @router.get("/login")
    async def page(next: str = HOME) -> Response:
        if not access.settings.enabled:
            return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
        return sign_in_page(own_page(next), has_issuer=has_issuer)

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        form = await small_form(request)
        wanted = own_page(form.get("next", HOME))
        try:
            person = access.identifier.of_key(form.get("key", "").strip(), address_of(request.scope))
        except FluoroError as error:
            return _refused(error, wanted, has_issuer=has_issuer)
        remember(request.scope, person)
        return await _signed_in(access, request, await run_sync(access.sign_ins.begin, person), wanted)

    @router.post("/logout")
    async def sign_out(request: Request) -> Response:
        token = cookie_in(request.scope, SIGN_IN)
        if token is not None:
            await run_sync(access.sign_ins.end, token)
        answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        answer.headers["Clear-Site-Data"] = '"cache"'
        drop_cookie(answer, request.scope, SIGN_IN)
        return answer

    if access.code_flow is not None:
        _add_issuer(router, access, access.code_flow)
    return router


def _add_issuer(router: APIRouter, access: Access, flow: CodeFlow) -> None:
    """Add the way to the issuer and back."""

    @router.get("/login/oidc")
    async def leave(request: Request, next: str = HOME) -> Response:
        way = OnTheWay.begun(own_page(next))
        try:
            there = await flow.address(way, _back(access, request))
        except FluoroError as error:
            return _refused(error, way.wanted, has_issuer=True)
        answer = RedirectResponse(there, HTTPStatus.SEE_OTHER)
        set_cookie(answer, request.scope, ON_THE_WAY, way.as_cookie(), WAY_S)
        return answer

    @router.get(CALLBACK)
    async def come_back(request: Request) -> Response:
        wanted = HOME
        try:
            way = OnTheWay.of_cookie(cookie_in(request.scope, ON_THE_WAY))
            wanted = own_page(way.wanted)
            person = await flow.person(request.query_params, way, _back(access, request))
        except FluoroError as error:
            answer = _refused(error, wanted, has_issuer=True)
        else:
            remember(request.scope, person)
            token = await run_sync(access.sign_ins.begin, person)
            answer = await _signed_in(access, request, token, wanted)
        drop_cookie(answer, request.scope, ON_THE_WAY)
        return answer


async def _signed_in(access: Access, request: Request, token: str, wanted: str) -> Response:
    """Let a browser prove from now on who uses it; who was signed in there before no longer is."""
    before = cookie_in(request.scope, SIGN_IN)
    if before is not None:
        await run_sync(access.sign_ins.end, before)
    answer = RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
    set_cookie(answer, request.scope, SIGN_IN, token, access.sign_ins.seconds)
    return answer


def _refused(error: FluoroError, wanted: str, *, has_issuer: bool) -> Response:
    """Show the page again with what went wrong."""
    if isinstance(error, SignInFailedError):
        logger.info("a sign-in at the issuer failed: %s", error)
    answer = sign_in_page(wanted, has_issuer=has_issuer, said=str(error), status=status_of(error))
    answer.headers.update({k: v for k, v in headers_of(error).items() if k != "WWW-Authenticate"})
    return answer


def _back(access: Access, request: Request) -> str:
    """Return where the issuer sends people to, as it has to be listed there."""
    root = access.settings.public_url or str(request.base_url)
    return f"{root.rstrip('/')}{CALLBACK}"
