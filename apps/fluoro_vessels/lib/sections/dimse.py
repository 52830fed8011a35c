"""How DICOM nodes reach the server, and which nodes it sends to."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from lib.sections.section import Section

AeTitle = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[!-\[\]-~]([ -\[\]-~]*[!-\[\]-~])?$")]
"""1 to 16 characters of ASCII without backslash, PS3.5 6.2."""

_SENDER: Final = re.compile(r"(?P<ae>[^@\\]{1,16})@(?P<network>[0-9A-Fa-f.:/]+)")
_NODE_NAME: Final = r"^[a-z0-9][a-z0-9_-]{0,31}$"


def _sender(text: str) -> str:
    """Refuse what names no title with an address or network; misspelt, it would let in nobody, or all."""
    match = _SENDER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no sender; write AET@ADDRESS or AET@NETWORK, as in LAB1@10.0.0.0/24")
    if ipaddress.ip_network(match["network"]).prefixlen == 0:
        raise ValueError(f"{text!r} is everybody; name the addresses that may send")
    return text


Sender = Annotated[str, AfterValidator(_sender)]
NodeName = Annotated[str, Field(pattern=_NODE_NAME)]


class NodeSettings(Section):
    """A DICOM node that we send to and ask."""

    ae_title: AeTitle
    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    tls: bool = False
    """Speak TLS to it; its certificate has to be of `tls_roots`, or of a root that this machine trusts."""
    commitment: bool = False
    """Ask it to say that it keeps what it got (storage commitment)."""
    gets: tuple[Literal["seg", "sr"], ...] = ()
    """What it gets by itself as soon as the PACS has it."""


class DimseSettings(Section):
    """The DICOM listener, off as long as it has no port, and the nodes on the other side."""

    ae_title: AeTitle = "FLUORO"
    """How we call ourselves, and how others have to call us."""
    host: str = "127.0.0.1"
    port: int | None = Field(None, ge=1, le=65535)
    """Where nodes store objects; None keeps the listener off."""
    senders: tuple[Sender, ...] = ()
    """Who may: AET@ADDRESS or AET@NETWORK; nobody else gets an association."""
    nodes: dict[NodeName, NodeSettings] = Field(default_factory=dict)
    """Nodes that we send to and ask, by the names that people use here."""
    tls_certificate: Path | None = None
    """PEM file: with the key, the listener speaks TLS only, and we show it to nodes that want to see one."""
    tls_key: Path | None = None
    """PEM file: the certificate's private key, without a pass phrase."""
    tls_roots: Path | None = None
    """PEM file: roots of the nodes' certificates. With it, who calls us has to show one of theirs."""
    associations: int = Field(20, ge=1, le=200)
    """So many at a time."""
    max_object_mb: int = Field(4096, ge=1, le=65_536)
    """Largest object that is taken, in MB."""
    timeout_s: float = Field(30.0, gt=0, le=600)
    """Longest wait for one answer of a node, and for the next bytes of one that sends."""
    retry_s: float = Field(5.0, gt=0, le=600)
    """Pause before what was not sent on is sent again; it doubles up to ten minutes."""
    commitment_s: float = Field(600.0, gt=0, le=86_400)
    """A node that has not committed after so long is asked again."""
    keep_days: float = Field(30.0, gt=0, le=3650)
    """So long the queue shows what is done."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Refuse halves: a listener that nobody may use, a certificate without its key."""
        if self.port is not None and not self.senders:
            raise ValueError("a listener needs FLUORO_DIMSE__SENDERS: who may store, as AET@ADDRESS")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key go together: set both, or neither")
        return self
