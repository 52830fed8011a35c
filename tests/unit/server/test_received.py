"""Files that clients send."""

import errno
from io import BytesIO
from typing import Any

import pytest
from fastapi import UploadFile

from lib.errors import DiskFullError, InvalidInputError
from lib.server.received import received


def test_only_known_types_are_taken() -> None:
    with pytest.raises(InvalidInputError), received(UploadFile(BytesIO(b""), filename="a.exe"), [".nrrd"]):
        pass


def test_the_file_is_gone_when_the_block_ends() -> None:
    with received(UploadFile(BytesIO(b"abc"), filename="../A.NRRD"), [".nrrd"]) as path:
        assert path.read_bytes() == b"abc"

    assert not path.parent.exists()


def test_a_full_disk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", no_room)

    with pytest.raises(DiskFullError), received(UploadFile(BytesIO(b"abc"), filename="a.nrrd"), [".nrrd"]):
        pass
