"""The adapter between an algorithm and MONAI Label."""

import errno
from pathlib import Path
from typing import Any

import pytest

from lib.errors import DiskFullError
from lib.infers import label_result
from lib.infers.algorithms.vesselness import Vesselness
from lib.infers.automatic import AlgorithmTask
from lib.labels import load_label_table
from lib.settings import PROJECT_FOLDER
from tests.builders import build_xa, to_bytes


def test_a_result_that_finds_no_room_says_so_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    image, temporary = tmp_path / "run.dcm", tmp_path / "temporary"
    image.write_bytes(to_bytes(build_xa(n_frames=2, rows=64, columns=64)))
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr(label_result, "write_label", no_room)
    task = AlgorithmTask(Vesselness(), load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml"))

    with pytest.raises(DiskFullError):
        task({"image": str(image)})

    assert list(temporary.iterdir()) == []
