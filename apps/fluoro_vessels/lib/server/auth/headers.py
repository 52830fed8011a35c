"""What every answer tells browsers, unless the router already said something stricter or better."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.server.auth.cookie import is_https

ALWAYS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), payment=(), microphone=(self)",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'; sandbox"
    ),
}
"""For answers that are no pages: opened in a browser by themselves they can do nothing.

The microphone is for labels that people speak. Browsers draw an image that is opened by itself with
styles in the page.
"""

HTTPS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}

PRIVATE: Final = {"Cache-Control": "no-store"}
"""Where people sign in, no browser or proxy keeps what they saw, except what says that it may."""


class SecurityHeaders:
    """ASGI middleware that adds them.

    Args:
        app: What answers.
        is_private: People sign in, so answers are theirs alone.
    """

    def __init__(self, app: ASGIApp, *, is_private: bool) -> None:
        self._app = app
        self._added = {**ALWAYS, **PRIVATE} if is_private else dict(ALWAYS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = {**self._added, **HTTPS_ONLY} if is_https(scope) else self._added

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
