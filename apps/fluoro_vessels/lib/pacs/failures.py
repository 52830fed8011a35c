"""Turns what goes wrong on the way to a PACS into our own errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from requests import exceptions as http
from urllib3 import exceptions as wire

from lib.errors import FluoroError, PacsRefusedError, PacsUnavailableError

REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (wire.NameResolutionError, "its host name is unknown"),
    (http.ProxyError, "the proxy before it refuses"),
    (http.SSLError, "its TLS certificate is not accepted"),
    # NewConnectionError is a ConnectTimeoutError to urllib3, so it comes first.
    (wire.NewConnectionError, "connection refused"),
    (wire.ConnectTimeoutError, "no connection in time"),
    (wire.TimeoutError, "no answer in time"),
    (http.Timeout, "no answer in time"),
    (http.JSONDecodeError, "its answer is no DICOM JSON"),
    (http.ConnectionError, "the connection was lost"),
    (http.ChunkedEncodingError, "the connection was lost"),
)
"""The first class that fits the error, or what lies inside it, gives the reason."""

SIGN_IN: Final = (401, 403)
MAY_PASS: Final = (408, 429)


class BrokenAnswerError(http.RequestException):
    """A PACS answered with something that is not what DICOMweb says."""


@contextmanager
def translated(address: str, action: str) -> Iterator[None]:
    """Turn every failure of HTTP inside into one of ours.

    Args:
        address: DICOMweb root, without credentials.
        action: What was asked of the PACS, as in "refused to store".

    Raises:
        PacsUnavailableError: No answer, a server error, or an answer that is not DICOMweb.
        PacsRefusedError: Any other HTTP error.
    """
    try:
        yield
    except http.HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        raise status_error(address, action, status) from error
    except http.RequestException as error:
        raise PacsUnavailableError(address, reason_of(error)) from error


def status_error(address: str, action: str, status: int) -> FluoroError:
    """Return the error for an HTTP status of 400 or more."""
    if status >= 500 or status in MAY_PASS:
        return PacsUnavailableError(address, f"HTTP {status}")
    if status in SIGN_IN:
        variables = (
            "FLUORO_PACS__USERNAME with FLUORO_PACS__PASSWORD or _PASSWORD_FILE, or FLUORO_PACS__TOKEN"
        )
        return PacsRefusedError(address, action, f"HTTP {status}; set {variables}")
    if status == 404:
        return PacsUnavailableError(address, "HTTP 404: there is no DICOMweb service")
    return PacsRefusedError(address, action, f"HTTP {status}")


def reason_of(error: http.RequestException) -> str:
    """Return why a request failed, without address, credentials or ids."""
    if isinstance(error, BrokenAnswerError):
        return str(error)
    outer = error.args[0] if error.args else error
    inner = getattr(outer, "reason", None) or outer
    for kind, reason in REASONS:
        if isinstance(inner, kind) or isinstance(error, kind):
            return reason
    return type(error).__name__
