"""Tells requests of our own pages from those that another site makes a browser send.

Whoever has the viewer open may have other pages open, too. What browsers say of themselves,
Sec-Fetch-Site and Origin, no page can change; programs that are no browsers send neither.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from lib.errors import HostNotServedError, OtherSiteError
from lib.sections.access import is_loopback_name

LOOKING: Final = ("GET", "HEAD", "OPTIONS")
_OURS: Final = ("same-origin", "none")
"""`none`: a person typed the address or opened a bookmark."""


def require_own_site(method: str, headers: Headers, origins: Collection[str]) -> None:
    """Make sure that no other site's page makes a change in somebody's name.

    Args:
        method: The request's method; those that only look are not concerned.
        headers: The request's.
        origins: Other origins that may.

    Raises:
        OtherSiteError: It does.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if method in LOOKING or origin in origins:
        return
    if site is not None:
        is_ours = site in _OURS
    else:
        is_ours = origin is None or urlsplit(origin).netloc == headers.get("host", "")
    if not is_ours:
        raise OtherSiteError


def require_loopback_name(headers: Headers, names: Collection[str]) -> None:
    """Make sure that a browser reached this machine under a name of its own.

    A page may let its own host name mean 127.0.0.1 and so read what a server there answers (DNS
    rebinding). Its requests carry that name.

    Raises:
        HostNotServedError: The Host header has another name.
    """
    host = host_in(headers.get("host", ""))
    if host and not is_loopback_name(host) and host not in names:
        raise HostNotServedError


def host_in(netloc: str) -> str:
    """Return the host of `host:port`, in small letters and without the brackets of an IPv6 address."""
    host = netloc.rpartition(":")[0] if ":" in netloc and not netloc.endswith("]") else netloc
    return host.strip("[]").lower()
