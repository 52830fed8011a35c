"""The DICOMweb path before a real PACS: what its tests share."""

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from pydicom.dataset import FileDataset

ANY = 'multipart/related; type="application/dicom"; transfer-syntax=*'


def path_of(run: FileDataset) -> str:
    return (
        f"/dicom-web/studies/{run.StudyInstanceUID}/series/{run.SeriesInstanceUID}"
        f"/instances/{run.SOPInstanceUID}"
    )


def addresses_in(found: Any) -> list[str]:
    """Return every address anywhere in a DICOM JSON answer."""
    if isinstance(found, dict):
        return [address for value in found.values() for address in addresses_in(value)]
    if isinstance(found, list):
        return [address for value in found for address in addresses_in(value)]
    return [found] if isinstance(found, str) and found.startswith("http") else []


class Dribble:
    """A PACS that sends the head of an answer at once and the body very slowly, or never ends it."""

    def __init__(self, piece: bytes, n_pieces: int, pause_s: float, n_bytes: int) -> None:
        self.piece, self.n_pieces, self.pause_s, self.n_bytes = piece, n_pieces, pause_s, n_bytes
        self.n_asked = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/dicom-web"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(wire,), daemon=True).start()

    def _answer(self, wire: socket.socket) -> None:
        with wire:
            wire.recv(65536)
            self.n_asked += 1
            head = f"Content-Type: application/dicom\r\nContent-Length: {self.n_bytes}"
            wire.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
            for _ in range(self.n_pieces):
                with suppress(ConnectionError):
                    wire.sendall(self.piece)
                time.sleep(self.pause_s)
