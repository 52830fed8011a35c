"""DICOM TLS: the contexts of both sides, from PEM files.

DICOM:
    BCP 195 TLS Secure Transport Connection Profile, PS3.15 B.9: TLS 1.2 at least.
"""

import ssl

from lib.errors.dimse import DicomTlsError
from lib.pacs.dimse.node import Caller, DicomNode
from lib.sections.dimse import DimseSettings, NodeSettings


def caller_of(settings: DimseSettings) -> Caller:
    """Return as whom the settings let us call.

    Raises:
        DicomTlsError: A certificate file cannot be used.
    """
    return Caller(settings.ae_title, settings.timeout_s, _client_context(settings))


def node_of(settings: NodeSettings) -> DicomNode:
    """Return a node of the settings."""
    return DicomNode(settings.ae_title, settings.host, settings.port, settings.tls)


def listening_context(settings: DimseSettings) -> ssl.SSLContext | None:
    """Return how the listener speaks TLS; None: it does not.

    Raises:
        DicomTlsError: A certificate file cannot be used.
    """
    if settings.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, settings)
    if settings.tls_roots is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _client_context(settings: DimseSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, settings)
    return context


def _load(context: ssl.SSLContext, settings: DimseSettings) -> None:
    """Read our certificate with its key, and the roots of the others."""
    try:
        if settings.tls_certificate is not None:
            context.load_cert_chain(settings.tls_certificate, settings.tls_key, password="")
        if settings.tls_roots is not None:
            context.load_verify_locations(settings.tls_roots)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise DicomTlsError(str(settings.tls_certificate or settings.tls_roots)) from error
