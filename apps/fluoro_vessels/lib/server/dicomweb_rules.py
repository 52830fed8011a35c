"""Which requests below /dicom-web/ are DICOMweb: the rest never reaches the PACS.

The path is judged as it came over the wire, before anybody decodes it. Orthanc and others keep
more than DICOMweb at the same address (Orthanc: its whole REST API one `..` away, and
`/dicom-web/servers`, which sends images elsewhere), so only known resources pass.
"""

import re
from typing import Final

from lib.errors import MethodRefusedError, PathRefusedError, UnknownResourceError

PREFIX: Final = b"/dicom-web/"
MAX_LENGTH: Final = 8192
"""Longest path; a list of 1000 frame numbers has about 4000 characters."""

_ESCAPED: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})|%(2[ef]|5c|25|[01][0-9a-f]|7f)", re.IGNORECASE)
"""Percent signs that hide a dot, a slash, a backslash, another percent sign or a control character."""

_PLAIN: Final = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
"""What RFC 3986 allows in a path."""

_QUERY: Final = re.compile(rb"[!-\"$-~]*")
"""Printable ASCII without '#', after which a client would send no more."""

_UID: Final = rb"[^/]{1,192}"
"""A UID as the PACS lists it, malformed ones too: 64 characters, percent-encoded."""

_STUDY: Final = rb"studies/" + _UID
_SERIES: Final = _STUDY + rb"/series/" + _UID
_INSTANCE: Final = _SERIES + rb"/instances/" + _UID
_SEARCH: Final = rb"studies|series|instances|" + _STUDY + rb"/(series|instances)|" + _SERIES + rb"/instances"
_RETRIEVE: Final = (
    rb"(" + _STUDY + rb"|" + _SERIES + rb"|" + _INSTANCE + rb")(/metadata|/rendered|/thumbnail|/pixeldata)?|"
    + _INSTANCE + rb"/frames/[0-9,]+(/rendered|/thumbnail)?"
)  # fmt: skip
_BULK: Final = (
    rb"("
    + _STUDY
    + rb"|"
    + _SERIES
    + rb"|"
    + _INSTANCE
    + rb")/(bulk|bulkdata)(/[^/]{1,192})*|bulkdata(/[^/]{1,192})+"
)
_READABLE: Final = re.compile(rb"(" + _SEARCH + rb"|" + _RETRIEVE + rb"|" + _BULK + rb")")
_STORABLE: Final = re.compile(rb"studies(/" + _UID + rb")?")


def resource_of(method: str, raw_path: bytes) -> bytes:
    """Return the DICOMweb resource that a request names, relative to the DICOMweb root.

    Args:
        method: HTTP method.
        raw_path: The path as sent, still percent-encoded, without the query string.

    Raises:
        PathRefusedError: The path could mean another place than it says.
        UnknownResourceError: DICOMweb has no such resource.
        MethodRefusedError: The resource can be used, but not like this.
    """
    _, found, resource = raw_path.partition(PREFIX)
    if not found:
        raise UnknownResourceError
    _require_plain(resource)
    allowed = _methods(resource)
    if not allowed:
        raise UnknownResourceError
    if method not in allowed:
        raise MethodRefusedError(method, allowed)
    return resource


def require_query(query: bytes) -> None:
    """Make sure that a query string can be sent on as it is.

    Raises:
        PathRefusedError: It has a character that does not belong into an address.
    """
    if not _QUERY.fullmatch(query):
        raise PathRefusedError("its query has a character that must be percent-encoded")


def _require_plain(resource: bytes) -> None:
    if len(resource) > MAX_LENGTH:
        raise PathRefusedError(f"it is longer than {MAX_LENGTH} characters")
    if _ESCAPED.search(resource):
        raise PathRefusedError(
            "it hides a dot, slash, backslash, percent sign or control character in an escape"
        )
    if not _PLAIN.fullmatch(resource):
        raise PathRefusedError("it has a character that does not belong into a path")
    parts = resource.split(b"/")
    if b"" in parts[:-1] or b"." in parts or b".." in parts:
        raise PathRefusedError("it has an empty part, '.' or '..'")


def _methods(resource: bytes) -> tuple[str, ...]:
    """Return what can be done with a resource; () if there is none."""
    readable = _READABLE.fullmatch(resource) is not None
    storable = _STORABLE.fullmatch(resource) is not None
    return (("GET",) if readable else ()) + (("POST",) if storable else ())
