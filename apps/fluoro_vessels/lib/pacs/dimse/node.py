"""Who is on the other side, and as whom we call."""

import re
import ssl
from dataclasses import dataclass
from typing import Final

from lib.errors import DicomNodeError

NODE: Final = re.compile(r"(?P<ae>[^@\\\s]{1,16})@(?P<host>\[[^\]]+\]|[^:\[\]\s]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class DicomNode:
    """A DICOM node that we can call.

    Attributes:
        ae_title: Its application entity title, 1 to 16 characters.
        host: Name or address.
        port: TCP port.
        has_tls: It speaks TLS.
    """

    ae_title: str
    host: str
    port: int
    has_tls: bool = False

    @classmethod
    def parse(cls, text: str) -> "DicomNode":
        """Return the node that AET@HOST:PORT names.

        Raises:
            DicomNodeError: The text cannot be an address.
        """
        match = NODE.fullmatch(text)
        if match is None or not 0 < int(match["port"]) < 65536:
            raise DicomNodeError(text)
        return cls(match["ae"], match["host"].strip("[]"), int(match["port"]))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.ae_title}@{host}:{self.port}"


@dataclass(frozen=True)
class Caller:
    """As whom we call, and how patiently.

    Attributes:
        ae_title: Our application entity title.
        timeout_s: Longest wait for one answer.
        tls: How TLS is spoken with nodes that want it; None: with the roots that this machine trusts.
    """

    ae_title: str = "FLUORO"
    timeout_s: float = 30.0
    tls: ssl.SSLContext | None = None
