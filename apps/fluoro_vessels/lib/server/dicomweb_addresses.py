"""Makes the PACS' own addresses in its answers lead through this server.

A PACS writes absolute addresses into its JSON (Retrieve URL, Bulk Data URI). It is told the
client's view of this server by the Forwarded header, which Orthanc follows; a PACS that does not,
or whose DICOMweb root has another path than ours, writes addresses that a client cannot reach or
that go past this server, and those are replaced in the stream.

    DICOM: Retrieve URL (0008,1190), PS3.18 10.6.3.3.1; BulkDataURI, PS3.18 F.2.2.
"""

import re
from collections.abc import AsyncIterator
from typing import Final

import httpx
from starlette.requests import Request

from lib.errors import PathRefusedError

OUR_ROOT: Final = "/dicom-web"

_HOST: Final = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")
_JSON: Final = re.compile(r"application/(dicom\+)?json\b", re.IGNORECASE)


def client_root(request: Request) -> str:
    """Return the DICOMweb root as the client reaches it: scheme://host[:port][root path]/dicom-web.

    Raises:
        PathRefusedError: The Host header is no host.
    """
    if not _HOST.fullmatch(request.url.netloc):
        raise PathRefusedError("its Host header names no host")
    root_path = str(request.scope.get("root_path", "")).rstrip("/")
    return f"{request.url.scheme}://{request.url.netloc}{root_path}{OUR_ROOT}"


def forwarded(request: Request) -> str:
    """Return the Forwarded header (RFC 7239).

    The host is not quoted, as the RFC would have it for one with a port: Orthanc 1.10.1 copies
    the quotes into its addresses.
    """
    return f"proto={request.url.scheme};host={request.url.netloc}"


class Addresses:
    """Replaces the PACS' DICOMweb root by ours in one answer.

    Args:
        pacs_root: DICOMweb root of the PACS, as in the settings.
        our_root: The same root as the client reaches it, see `client_root`.
    """

    def __init__(self, pacs_root: str, our_root: str) -> None:
        at_pacs, at_ours = httpx.URL(pacs_root.rstrip("/")), httpx.URL(our_root)
        followed = at_pacs.copy_with(scheme=at_ours.scheme, netloc=at_ours.netloc)
        roots = {str(at_pacs), str(followed)} - {our_root} or {our_root}
        self._wanted = re.compile(b"|".join(re.escape(f"{root}/".encode()) for root in sorted(roots)))
        self._ours = f"{our_root}/".encode()
        self._longest = max(len(root) for root in roots) + 1

    def concern(self, response: httpx.Response) -> bool:
        """Say whether an answer can have addresses that are to be replaced: plain JSON."""
        media_type = response.headers.get("Content-Type", "")
        return _JSON.match(media_type) is not None and "Content-Encoding" not in response.headers

    async def replaced(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield a body with every address replaced, also one that lies across two chunks."""
        rest = b""
        async for chunk in chunks:
            done, rest = self._split(rest + chunk)
            if done:
                yield done
        if rest:
            yield self._wanted.sub(self._ours, rest)

    def _split(self, text: bytes) -> tuple[bytes, bytes]:
        """Return what is finished, and the end of the text, in which an address may just begin."""
        safe = max(0, len(text) - self._longest + 1)
        done, at = [], 0
        for found in self._wanted.finditer(text):
            done += [text[at : found.start()], self._ours]
            at = found.end()
        end = max(at, safe)
        return b"".join([*done, text[at:end]]), text[end:]
