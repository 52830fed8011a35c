"""How the server's process listens: HTTPS by certificate files, and whose forwarded headers it believes."""

import ssl
import stat
from pathlib import Path
from typing import Any, Final

from lib.errors.tls import CertificateError, OpenKeyError
from lib.sections.server import ServerSettings

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def listening(settings: ServerSettings) -> dict[str, Any]:
    """Return what uvicorn has to know beside the application.

    X-Forwarded-For and -Proto count only from the proxies that the settings name: anybody else could write
    another address into the audit log, or pretend to speak HTTPS.

    Raises:
        CertificateError: The files are no certificate and its key.
        OpenKeyError: Other people of this machine may read the key.
    """
    proxies = trusted_proxies(settings)
    return {
        "host": settings.host,
        "port": settings.port,
        "proxy_headers": bool(proxies),
        "forwarded_allow_ips": proxies,
        **_tls(settings),
    }


def trusted_proxies(settings: ServerSettings) -> list[str]:
    """Return the addresses and networks of the settings."""
    return [part.strip() for part in settings.trusted_proxies.split(",") if part.strip()]


def is_in_clear(settings: ServerSettings) -> bool:
    """Tell whether keys and images would cross the network unencrypted: no TLS, no proxy, beyond loopback."""
    return settings.host not in LOOPBACK and not settings.has_tls and not settings.trusted_proxies


def _tls(settings: ServerSettings) -> dict[str, str]:
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None or key is None:
        return {}
    _require_usable(certificate, key)
    return {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}


def _require_usable(certificate: Path, key: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_password)
        is_open = stat.S_IMODE(key.stat().st_mode) & stat.S_IROTH
    except (OSError, ValueError) as error:
        raise CertificateError(certificate, key, getattr(error, "reason", None) or str(error)) from error
    if is_open:
        raise OpenKeyError(key)


def _no_password() -> str:
    """Answer what OpenSSL would otherwise ask on the terminal."""
    raise ValueError("the key has a pass phrase")
