"""STOW-RS: instances, from files or datasets, as one streamed multipart message.

dicomweb-client's own store keeps three copies of a message in memory and does not return what
the PACS says about each instance when it refuses one; so the message is written here.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pydicom import Dataset, dcmwrite
from requests import Response, Session
from requests import exceptions as http

from lib.errors import FileUnreadableError
from lib.errors.incoming import DatasetBrokenError
from lib.frames.values import MALFORMED, Values
from lib.pacs.failures import SIGN_IN

CHUNK_BYTES: Final = 1 << 20

UNWRITABLE: Final = (*MALFORMED, RecursionError)
"""What pydicom raises at values that it read and cannot write."""

REASONS: Final = {
    0x0110: "processing failure",
    0x0117: "invalid instance",
    0x0122: "SOP class not supported",
    0x0124: "not authorised",
    0xA700: "out of resources",
    0xA900: "data set does not match SOP class",
    0xC000: "cannot understand",
}
"""Failure Reason (0008,1197), PS3.18 I.2.2 and PS3.4 B.2.3."""


@dataclass(frozen=True)
class Outgoing:
    """An instance on its way to a PACS."""

    sop_instance_uid: str
    n_bytes: int
    chunks: Callable[[], Iterator[bytes]]
    """Gives the Part 10 file, as often as it is called."""


def outgoing_dataset(dataset: Dataset) -> Outgoing:
    """Return a dataset with its file meta information, encoded.

    Raises:
        DatasetBrokenError: It has a value that cannot be encoded.
    """
    file = BytesIO()
    try:
        dcmwrite(file, dataset, enforce_file_format=True)
        uid = str(dataset.SOPInstanceUID)
    except UNWRITABLE as error:
        raise DatasetBrokenError(Values(dataset).text("SOPInstanceUID") or "without UID") from error
    encoded = file.getvalue()
    return Outgoing(uid, len(encoded), lambda: iter((encoded,)))


def outgoing_file(path: Path, sop_instance_uid: str) -> Outgoing:
    """Return a file; its bytes are sent as they are and are never all in memory.

    Raises:
        FileUnreadableError: It cannot be read; also raised by `chunks`, where urllib3 would take
            an OSError for a lost connection.
    """

    def chunks() -> Iterator[bytes]:
        left = n_bytes
        try:
            with path.open("rb") as file:
                while left and (chunk := file.read(min(CHUNK_BYTES, left))):
                    left -= len(chunk)
                    yield chunk
        except OSError as error:
            raise FileUnreadableError(path.name, error.strerror or "error") from error
        if left:
            raise FileUnreadableError(path.name, "it became shorter meanwhile")

    try:
        n_bytes = path.stat().st_size
    except OSError as error:
        raise FileUnreadableError(path.name, error.strerror or "error") from error
    return Outgoing(sop_instance_uid, n_bytes, chunks)


class Multipart:
    """The body of a STOW request; its length is known before it is read."""

    def __init__(self, parts: Sequence[Outgoing]) -> None:
        self.boundary = uuid.uuid4().hex
        self._parts = parts
        self._head = f"--{self.boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        self._end = f"--{self.boundary}--\r\n".encode()

    @property
    def content_type(self) -> str:
        """The Content-Type of the request."""
        return f'multipart/related; type="application/dicom"; boundary={self.boundary}'

    def __len__(self) -> int:
        """Return the length in bytes; with it requests sends a Content-Length and no chunks."""
        return sum(len(self._head) + part.n_bytes + 2 for part in self._parts) + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield self._head
            yield from part.chunks()
            yield b"\r\n"
        yield self._end


def store_instances(
    session: Session, studies_url: str, parts: Sequence[Outgoing], timeout_s: float
) -> dict[str, str]:
    """Send instances in one request and return those that were not stored, with the reason.

    Returns:
        Reason by SOP Instance UID; empty when all were stored.

    Raises:
        requests.RequestException: There was no answer, or a server error.
        FileUnreadableError: A file could not be read to its end.
    """
    body = Multipart(parts)
    answer = session.post(
        studies_url,
        data=body,
        headers={"Content-Type": body.content_type, "Accept": "application/dicom+json"},
        # urllib3 sends the body under the time-out of the connection.
        timeout=(timeout_s, timeout_s),
    )
    if answer.status_code >= 500 or answer.status_code in (*SIGN_IN, 404, 408, 429):
        raise http.HTTPError(response=answer)
    return refusals(answer, [part.sop_instance_uid for part in parts])


def refusals(answer: Response, sent: Sequence[str]) -> dict[str, str]:
    """Return which of the instances sent the answer does not confirm, with the reason.

    An Orthanc answers 200 also when it dropped an instance without a word, and 400 when it stored
    all but one; so what counts is whether an instance is among those confirmed.

    DICOM:
        Store Instances Response Module, PS3.18 I.2: Failed SOP Sequence (0008,1198), Referenced
        SOP Sequence (0008,1199).
    """
    said = _json_of(answer)
    failed = {_value(item, "00081155"): _failure(item) for item in _items(said, "00081198")}
    if answer.ok and "00081199" not in said:
        return {uid: failed[uid] for uid in sent if uid in failed}
    stored = {_value(item, "00081155") for item in _items(said, "00081199")}
    silent = (
        f"not confirmed, HTTP {answer.status_code}; it may be cut off, or of a kind that this PACS refuses"
    )
    return {uid: failed.get(uid, silent) for uid in sent if uid in failed or uid not in stored}


def _json_of(answer: Response) -> dict[str, Any]:
    """Return the answer's DICOM JSON; {} when there is none."""
    try:
        said = answer.json()
    except http.JSONDecodeError:
        return {}
    first = said[0] if isinstance(said, list) and said else said
    return first if isinstance(first, dict) else {}


def _items(said: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    return (said.get(tag) or {}).get("Value") or []


def _value(item: dict[str, Any], tag: str) -> Any:
    return next(iter((item.get(tag) or {}).get("Value") or ()), None)


def _failure(item: dict[str, Any]) -> str:
    """Return the reason of an item of Failed SOP Sequence in words."""
    code = _value(item, "00081197") or 0
    # The last hexadecimal digits of these codes are the PACS's own.
    words = REASONS.get(code) or REASONS.get(code & 0xFF00) or REASONS.get(code & 0xF000) or "refused"
    return f"{words}, reason {code:04X}"
