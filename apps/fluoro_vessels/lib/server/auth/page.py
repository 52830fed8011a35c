"""The sign-in page: plain HTML without scripts, so that nothing has to be allowed for it."""

import base64
import hashlib
from html import escape
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.responses import HTMLResponse

STYLE: Final = """
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #0b0f14;
  color: #e6edf3; font: 16px/1.5 system-ui, sans-serif; }
main { width: 22rem; max-width: calc(100vw - 3rem); }
h1 { margin: 0 0 .25rem; font-size: 1.4rem; }
p { margin: 0 0 1.5rem; color: #9aa7b4; font-size: .9rem; }
p[role=alert] { color: #ffb4a9; }
label { display: block; margin-bottom: .3rem; }
input, button, a.button { box-sizing: border-box; width: 100%; padding: .6rem .8rem; border-radius: .4rem;
  border: 1px solid #33404d; background: #131a22; color: inherit; font: inherit; }
button, a.button { display: block; margin-top: .8rem; background: #1f6feb; border-color: #1f6feb;
  color: #fff; text-align: center; text-decoration: none; cursor: pointer; }
:focus-visible { outline: 3px solid #79c0ff; outline-offset: 2px; }
hr { margin: 1.5rem 0; border: 0; border-top: 1px solid #33404d; }
"""

_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in - Fluoro Vessels</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body><main><h1>Fluoro Vessels</h1><p>Research only, not for clinical use.</p>{said}{issuer}
<form method="post" action="/login">
<input type="hidden" name="next" value="{wanted}">
<label for="key">API key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required{focus}>
<button type="submit">Sign in</button>
</form></main></body></html>
"""

_ISSUER: Final = '<a class="button" href="/login/oidc?next={wanted}">Sign in with your institution</a><hr>'

HOME: Final = "/"
"""The page for who wanted none."""

LONGEST: Final = 1024
"""Characters of the address of a page that is kept during a sign-in."""


def sign_in_page(
    wanted: str, *, has_issuer: bool, said: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """Return the page.

    Args:
        wanted: The page to show afterwards.
        has_issuer: People may sign in at an OIDC issuer, too.
        said: What went wrong before, a sentence.
        status: The answer's status.
    """
    text = _PAGE.format(
        style=STYLE,
        said=f'<p role="alert">{escape(said)}</p>' if said else "",
        issuer=_ISSUER.format(wanted=quote(wanted, safe="")) if has_issuer else "",
        wanted=escape(wanted, quote=True),
        focus="" if has_issuer else " autofocus",
    )
    return HTMLResponse(text, status, HEADERS)


def own_page(wanted: str) -> str:
    """Return the page that somebody wants to see, or HOME where it is none of this server.

    Browsers read two slashes, or one and a backslash, as the beginning of another host's name, and drop
    tabs and line ends first.
    """
    is_plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted and len(wanted) <= LONGEST
    return wanted if is_plain and wanted.startswith("/") and not wanted.startswith("//") else HOME
