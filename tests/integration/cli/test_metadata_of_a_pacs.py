"""`fluoro metadata` of the runs that a real PACS holds."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from lib.cli.main import run
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings, settings
from tests.builders import build_enhanced_xa, build_xa, to_bytes


@pytest.fixture
def _own_data(tmp_path: Path, fresh_orthanc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FLUORO_PACS__URL", fresh_orthanc.url)
    settings.cache_clear()


@pytest.mark.usefixtures("_own_data")
def test_the_runs_of_an_orthanc_become_rows(
    fresh_orthanc: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [
        build_xa(patient_name="CANARY", PositionerPrimaryAngle=-30, PositionerSecondaryAngle=20),
        build_enhanced_xa(patient_name="CANARY", angles=[(10, 0), (20, 0), (30, 0), (40, 0)]),
    ]
    connect(PacsSettings(url=fresh_orthanc.url)).store(runs)
    (tmp_path / "file.dcm").write_bytes(to_bytes(runs[0]))

    code = run(["metadata", "-o", str(tmp_path / "out.csv"), "--json"])
    said = json.loads(capsys.readouterr().out)
    run(["metadata", str(tmp_path / "file.dcm"), "-o", str(tmp_path / "file.parquet")])

    with (tmp_path / "out.csv").open(newline="") as file:
        rows = {row["sop_instance_uid"]: row for row in csv.DictReader(file)}
    (from_file,) = pyarrow.parquet.read_table(tmp_path / "file.parquet").to_pylist()
    assert (code, said["n_runs"], said["n_frames"]) == (0, 2, 8)
    assert rows[runs[0].SOPInstanceUID]["view"] == from_file["view"] == "RAO 30 CRA 20"
    assert rows[runs[1].SOPInstanceUID]["last_primary_deg"] == "40"
    assert {row["patient"] for row in rows.values()} == {from_file["patient"]}
    assert "CANARY" not in (tmp_path / "out.csv").read_text() + (tmp_path / "out.frames.csv").read_text()
