"""What a listener of the tests keeps."""

from pathlib import Path

from lib.errors import FluoroError
from lib.pacs.dimse.commitment import Commitment
from lib.pacs.dimse.received import ReceivedObject


class Kept:
    """Keeps received objects in a folder, or raises what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problem: FluoroError | None = None
        self.objects: list[ReceivedObject] = []
        self.files: list[bytes] = []
        self.commitments: list[Commitment] = []

    def take(self, received: ReceivedObject) -> None:
        if self.problem is not None:
            raise self.problem
        self.objects.append(received)
        self.files.append(received.path.read_bytes())
