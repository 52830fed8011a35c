"""The walk of docs/architecture.md with the real files: load, list, segment, save, read back."""

import io
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest
import requests

from lib.arrays import from_volume
from lib.labels import load_label_table
from lib.pacs.dicomweb import DicomWebPacs, connect
from lib.pacs.runs import SegRef
from lib.seg.check import check_seg
from lib.seg.read import read_seg
from lib.settings import PROJECT_FOLDER, PacsSettings
from tests.integration.conftest import TestPacs
from tests.servers import TestServer

FILES = (
    "rf_single_464x512.dcm",
    "xa_cine_12f_jpeg_lossless_malformed.dcm",
    "xa_cine_96f_jpeg_baseline.dcm",
    "xa_secondary_capture_1024_10bit_j2k.dcm",
    "xa_secondary_capture_1024_10bit_jpll.dcm",
)


def fluoro(*arguments: str) -> Any:
    """Run `./fluoro` as a person does and return its JSON."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("FLUORO_")}
    done = subprocess.run(
        [str(PROJECT_FOLDER / "fluoro"), *arguments, "--json"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def wait_for(find: Callable[[], list[SegRef]], timeout_s: float = 30.0) -> list[SegRef]:
    until = time.monotonic() + timeout_s
    while not find() and time.monotonic() < until:
        time.sleep(0.1)
    return find()


def newest_label(pacs: DicomWebPacs, image_id: str, n_frames: int) -> Any:
    run = pacs.find_run(image_id)
    segs = wait_for(lambda: pacs.list_segs(run))
    seg = pacs.retrieve_seg(segs[-1])
    assert check_seg(seg, pacs.retrieve(run)) == ()
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    return read_seg(seg, n_frames, table)


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_goes_all_the_way_and_comes_back_bit_for_bit(
    name: str, shared_data: Path, server: TestServer, orthanc: TestPacs, tmp_path: Path
) -> None:
    file = shared_data / "dicom" / name
    header = pydicom.dcmread(file, stop_before_pixels=True)
    image_id, n_frames = str(header.SOPInstanceUID), int(header.get("NumberOfFrames") or 1)

    loaded = fluoro("load", str(file), "--studies", orthanc.url)
    listed = fluoro("list", "--studies", orthanc.url)
    answer = requests.post(
        f"{server.url}/infer/vessels", params={"image": image_id, "output": "image"}, timeout=120
    )
    (tmp_path / "label.nii.gz").write_bytes(answer.content)
    saved = requests.put(
        f"{server.url}/datastore/label",
        params={"image": image_id, "tag": "final"},
        files={"label": ("label.nii.gz", io.BytesIO(answer.content))},
        timeout=60,
    )
    label = newest_label(connect(PacsSettings(url=orthanc.url)), image_id, n_frames)

    sent = from_volume(np.asarray(nibabel.load(tmp_path / "label.nii.gz").dataobj))
    assert loaded["failed"] == 0
    assert image_id in json.dumps(listed)
    assert saved.ok, saved.text
    assert sent.shape == (n_frames, header.Rows, header.Columns)
    assert np.array_equal(label.label_map(), sent)


def test_segment_needs_no_server_and_one_bad_file_does_not_stop_the_others(
    shared_data: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.dcm"
    bad.write_bytes(b"not DICOM")
    good = shared_data / "dicom" / "rf_single_464x512.dcm"

    done = subprocess.run(
        [
            str(PROJECT_FOLDER / "fluoro"),
            "segment",
            str(bad),
            str(good),
            "-o",
            str(tmp_path / "out"),
            "--json",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    outcomes = {Path(file["path"]).name: file["outcome"] for file in json.loads(done.stdout)["files"]}
    assert done.returncode == 1
    assert outcomes["rf_single_464x512.dcm"] == "segmented"
    assert outcomes["bad.dcm"] == "failed"
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".dcm", ".mp4", ".png"}
