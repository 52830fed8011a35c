"""`fluoro publish` with everything real: headers, pixels read by tesseract, and the last look."""

import json
import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.cli.main import run
from lib.datastore.states import LabelState
from lib.frames.read import read_cine
from lib.settings import settings
from tests.builders import build_xa
from tests.labelled_archive import Archive

NAME = "QUIETWATER"
SIZE = 256


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Return the data folder of the command, with no PACS behind it; skip where nothing can read."""
    if shutil.which("tesseract") is None:
        if os.environ.get("CI"):
            pytest.fail("tesseract is not installed")
        pytest.skip("tesseract is not installed")
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FLUORO_PACS__URL", "http://127.0.0.1:9/dicom-web")
    settings.cache_clear()
    (tmp_path / "data").mkdir()
    return Archive(tmp_path / "data")


def frames_with(text: str) -> NDArray[np.uint8]:
    """Return (4, 256, 256): a vessel that moves over a grey slope, and a text that stays."""
    slope = np.add.outer(np.linspace(90, 150, SIZE), np.linspace(0, 40, SIZE))
    frames = np.repeat(slope[None], 4, axis=0).astype(np.uint8)
    for t, frame in enumerate(frames):
        cv2.line(frame, (40 + 10 * t, 120), (200, 180 + 10 * t), 40, 4)
        cv2.putText(frame, text, (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    return frames


def test_a_name_in_the_picture_is_gone_from_everything(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filmed = build_xa(pixels=frames_with(NAME), PatientID="ID-99", patient_name=f"{NAME.title()}^Eve")
    archive.pacs.store([filmed])
    image_id = str(filmed.SOPInstanceUID)
    archive.shelf.dicom(image_id)
    label_map = np.zeros((4, SIZE, SIZE), np.uint8)
    label_map[1, 140:150, 100:120] = 1
    label = archive.save(image_id, label_map)
    archive.ledger.set_label_state(label.id, LabelState.APPROVED, "boss")

    code = run(["publish", "-o", str(tmp_path / "set"), "--license", "CC0", "--json"])

    said = json.loads(capsys.readouterr().out)
    assert (code, said.get("n_runs"), said.get("left_out")) == (0, 1, {})
    (published,) = tmp_path.glob("set/dicom/*/*/run.dcm")
    shown = read_cine(published).frames
    assert np.ptp(shown[:, 10:24, 10:120]) < 0.1, "where the name stood"
    assert np.ptp(shown[:, 100:200, 60:200]) > 0.3, "where the vessel is"
    picture = cv2.imread(str(next(tmp_path.glob("set/coco/images/*/*.png"))), cv2.IMREAD_GRAYSCALE)
    assert np.ptp(picture[10:24, 10:120]) < 26
