"""The cookies of the sign-in page: no script reads them, and no other site sends them along with a change."""

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

SIGN_IN: Final = "fluoro"
"""Proves a sign-in."""

ON_THE_WAY: Final = "fluoro-oidc"
"""What we have to remember while somebody is at the issuer."""


def name_of(scope: Scope, name: str) -> str:
    """Return a cookie's full name; over HTTPS browsers take `__Host-` from this very host only."""
    return f"__Host-{name}" if is_https(scope) else name


def is_https(scope: Scope) -> bool:
    """Return whether the client reached us, or the proxy that we trust, over HTTPS."""
    return scope.get("scheme") == "https"


def cookie_in(scope: Scope, name: str) -> str | None:
    """Return a cookie that came with a request, None where there is none."""
    wanted = name_of(scope, name)
    for header in Headers(scope=scope).getlist("cookie"):
        for part in header.split(";"):
            key, _, value = part.strip().partition("=")
            if key == wanted:
                return value
    return None


def set_cookie(response: Response, scope: Scope, name: str, value: str, seconds: int) -> None:
    """Let an answer set a cookie for the whole server."""
    response.set_cookie(
        name_of(scope, name),
        value,
        max_age=seconds,
        path="/",
        secure=is_https(scope),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, scope: Scope, name: str) -> None:
    """Let an answer take a cookie away."""
    set_cookie(response, scope, name, "", 0)
