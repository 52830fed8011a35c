"""How the server is reached, and what it takes in."""

import ipaddress
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from lib.sections.section import Section


def _networks(text: str) -> str:
    """Refuse what is no list of addresses or networks: one that is misspelt would trust nobody, or all."""
    for part in filter(None, (part.strip() for part in text.split(","))):
        if ipaddress.ip_network(part).prefixlen == 0:
            raise ValueError(f"{part} is everybody; name the addresses of your proxies")
    return text


class ServerSettings(Section):
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    viewer: bool = True
    """Serve OHIF below /ohif/."""
    demo: bool = False
    """Load a simulated run at the start when the PACS is empty."""
    max_upload_mb: int = Field(2048, ge=1)
    session_idle_minutes: float = Field(1440.0, gt=0, le=525_600)
    """A session of prompts that nobody changed for so long has expired."""
    tls_certificate: Path | None = None
    """PEM file: the certificate and those between it and its root. With the key, the server speaks HTTPS."""
    tls_key: Path | None = None
    """PEM file: the certificate's private key, without a pass phrase."""
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    """Addresses or networks, with commas, whose X-Forwarded-For and -Proto are believed; none unless said."""

    @property
    def has_tls(self) -> bool:
        """The server speaks HTTPS itself."""
        return self.tls_certificate is not None

    @model_validator(mode="after")
    def _certificate_and_key(self) -> Self:
        """Refuse one without the other."""
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key go together: set both, or neither")
        return self


class LimitsSettings(Section):
    """What a request may bring; it is compared with what a file declares before anything is decoded."""

    json_mb: int = Field(16, ge=1, le=1024)
    """Longest body that is no file, in MB; `server.max_upload_mb` holds for files."""
    frames: int = Field(10_000, ge=1, le=100_000)
    """Most frames of a run that somebody sends."""
    frame_megapixels: float = Field(36.0, gt=0, le=64)
    """Most pixels of a frame, in millions."""
    run_megapixels: float = Field(1024.0, gt=0, le=2048)
    """Most pixels of all frames together, in millions; decoded, a pixel takes 4 bytes of memory."""
