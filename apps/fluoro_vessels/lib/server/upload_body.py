"""The body of an upload, written into a folder as it comes: a form with files, or one bare DICOM file."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from lib.datastore.durable import disk_full_says_so
from lib.errors import TooLargeError, UploadRefusedError

BATCH: Final = 2**20
"""Bytes that are collected before a worker thread writes them."""

MAX_FILES: Final = 5000
MAX_NAME: Final = 200

_HOW: Final = (
    "Send a form with files (curl -F file=@run.dcm), or one file as application/dicom "
    "(curl -H 'Content-Type: application/dicom' --data-binary @run.dcm)."
)


@dataclass(frozen=True)
class ReceivedFile:
    """A file of an upload: what its sender calls it, and where it lies now."""

    name: str
    path: Path


class Sink(Protocol):
    """Takes a body piece by piece, never from two threads at once."""

    def write(self, data: bytes) -> None:
        """Take the next piece."""
        ...

    def finish(self) -> list[ReceivedFile]:
        """Return the files, after the last piece."""
        ...

    def close(self) -> None:
        """Let go of an open file, whole or not."""
        ...


async def receive(request: Request, folder: Path, limit_mb: int) -> list[ReceivedFile]:
    """Write the files of a request's body into a folder; the event loop never waits for the disk.

    Raises:
        TooLargeError: The body is larger than the limit.
        UploadRefusedError: It is no upload, or a broken one.
        DiskFullError: The disk is full.
    """
    declared = request.headers.get("content-length", "")
    _require_small(int(declared) if declared.isdecimal() else 0, limit_mb)
    sink = _sink_for(request.headers.get("content-type", ""), folder)
    try:
        await _fill(sink, request, folder, limit_mb)
        return sink.finish()
    finally:
        sink.close()


async def _fill(sink: Sink, request: Request, folder: Path, limit_mb: int) -> None:
    n_bytes, batch = 0, bytearray()
    async for chunk in request.stream():
        n_bytes += len(chunk)
        _require_small(n_bytes, limit_mb)
        batch += chunk
        if len(batch) >= BATCH:
            await run_in_threadpool(_write, sink, bytes(batch), folder)
            batch.clear()
    await run_in_threadpool(_write, sink, bytes(batch), folder)


def _write(sink: Sink, data: bytes, folder: Path) -> None:
    with disk_full_says_so(folder):
        sink.write(data)


def _require_small(n_bytes: int, limit_mb: int) -> None:
    if n_bytes > limit_mb * 2**20:
        raise TooLargeError(limit_mb)


def _sink_for(content_type: str, folder: Path) -> Sink:
    media_type, options = parse_options_header(content_type)
    if media_type == b"application/dicom":
        return _BareSink(folder)
    if media_type == b"multipart/form-data" and options.get(b"boundary"):
        return _FormSink(folder, options[b"boundary"])
    raise UploadRefusedError(f"The request is no upload. {_HOW}")


class _BareSink:
    """One file that is the whole body."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "0"
        self._file = self._path.open("wb", buffering=0)

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def finish(self) -> list[ReceivedFile]:
        return [ReceivedFile("the request's body", self._path)]

    def close(self) -> None:
        self._file.close()


class _FormSink:
    """The files of a form; its other fields are dropped."""

    def __init__(self, folder: Path, boundary: bytes) -> None:
        self._folder = folder
        self._files: list[ReceivedFile] = []
        self._open: IO[bytes] | None = None
        self._field, self._value, self._disposition = b"", b"", b""
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._on_part_begin,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_part_end": self.close,
                    "on_end": self._on_end,
                },
            )
        except FormParserError as error:
            raise UploadRefusedError(f"The form's boundary is not valid. {_HOW}") from error

    def write(self, data: bytes) -> None:
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise UploadRefusedError(f"The form is broken. Nothing was stored. {_HOW}") from error

    def finish(self) -> list[ReceivedFile]:
        if not self._is_whole:
            raise UploadRefusedError(f"The form ends in the middle. Nothing was stored. {_HOW}")
        if not self._files:
            raise UploadRefusedError(f"The form has no file. {_HOW}")
        return self._files

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _on_part_begin(self) -> None:
        self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field, self._value = b"", b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        if not name:
            return
        if len(self._files) >= MAX_FILES:
            raise UploadRefusedError(f"The form has more than {MAX_FILES} files. Send fewer at once.")
        path = self._folder / str(len(self._files))
        self._open = path.open("wb", buffering=0)
        self._files.append(ReceivedFile(name[:MAX_NAME], path))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._open is not None:
            self._open.write(data[start:end])

    def _on_end(self) -> None:
        self._is_whole = True
