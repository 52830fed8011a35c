"""What listens where on this machine, as the Linux kernel tells it."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lib.errors.start import PortInUseError

LOOPBACK: Final = "127.0.0.1"
ANSWER_S: Final = 15.0
"""How long a service may take to answer."""

_LISTENING: Final = "0A"
"""State of a listening socket in /proc/net/tcp."""


@dataclass(frozen=True)
class Listener:
    """An address and a port that a process listens on."""

    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int

    @property
    def is_loopback(self) -> bool:
        """Only this machine reaches it."""
        mapped = getattr(self.address, "ipv4_mapped", None)
        return (mapped or self.address).is_loopback

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


def require_free_port(port: int, flag: str, host: str = LOOPBACK) -> None:
    """Make sure that a port can be opened.

    Raises:
        PortInUseError: Something listens there, or this user may not open it.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PortInUseError(port, flag, error.strerror or "cannot be opened") from error


def answers_ok(host: str, port: int, path: str, has_tls: bool = False) -> bool:
    """Ask over HTTP whether a service is there: a GET is answered with 200."""
    return answer_of(host, port, path, has_tls)[0] == http.client.OK


def answer_of(host: str, port: int, path: str, has_tls: bool = False) -> tuple[int, bytes]:
    """Return the status and the body that answer a GET; 0 and nothing where nobody answers.

    It is our own child that is asked, by an address that its certificate does not name: with TLS, the
    certificate is not looked at.
    """
    connection = _connection(host, port, has_tls)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _connection(host: str, port: int, has_tls: bool) -> http.client.HTTPConnection:
    if not has_tls:
        return http.client.HTTPConnection(host, port, timeout=ANSWER_S)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=ANSWER_S, context=context)


def listeners(pid: int) -> list[Listener]:
    """Return all that a process listens on by TCP."""
    own = set(_socket_inodes(pid))
    found = []
    for table in ("tcp", "tcp6"):
        for local, state, inode in _rows(Path(f"/proc/{pid}/net/{table}")):
            if state == _LISTENING and inode in own:
                found.append(_listener(local))
    return found


def _socket_inodes(pid: int) -> Iterator[str]:
    """Yield the inode of every socket that a process holds."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            yield target.removeprefix("socket:[").removesuffix("]")


def _rows(table: Path) -> Iterator[tuple[str, str, str]]:
    """Yield local address, state and inode of every row of /proc/net/tcp or tcp6."""
    if not table.exists():
        return
    for line in table.read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        yield fields[1], fields[3], fields[9]


def _listener(local: str) -> Listener:
    """Read `0100007F:1F90`: 32-bit words in the machine's byte order, then the port."""
    words, port = local.split(":")
    packed = b"".join(bytes.fromhex(words[at : at + 8])[::-1] for at in range(0, len(words), 8))
    return Listener(ipaddress.ip_address(packed), int(port, 16))
