"""A server that is killed while runs come: what it acknowledged reaches the PACS, and once."""

from pathlib import Path

from pydicom.uid import generate_uid

from tests.builders import build_xa, to_bytes
from tests.integration.conftest import TestPacs
from tests.integration.dimse.conftest import DicomServer, instances, wait_until
from tests.integration.dimse.dcmtk import Storing

N_RUNS = 200
N_ASSOCIATIONS = 4


def make_runs(folder: Path, study: str) -> dict[Path, str]:
    """Return small runs of a study: SOP Instance UID by file."""
    runs: dict[Path, str] = {}
    for number in range(N_RUNS):
        dataset = build_xa(n_frames=1, rows=16, columns=16, study_instance_uid=study, patient_name="CANARY^A")
        runs[folder / f"{number:03d}.dcm"] = str(dataset.SOPInstanceUID)
        (folder / f"{number:03d}.dcm").write_bytes(to_bytes(dataset))
    return runs


def store(files: list[Path], server: DicomServer, folder: Path) -> list[Storing]:
    parts = [files[n::N_ASSOCIATIONS] for n in range(N_ASSOCIATIONS)]
    logs = [folder / f"{id(files)}-{n}.log" for n in range(N_ASSOCIATIONS)]
    return [Storing(part, server.node, log) for part, log in zip(parts, logs, strict=True) if part]


def acknowledged(storing: list[Storing]) -> list[Path]:
    return [file for one in storing for file in one.acknowledged()]


def test_each_acknowledged_run_is_in_the_pacs_once(
    dicom_server: DicomServer, orthanc: TestPacs, tmp_path: Path
) -> None:
    study, server = generate_uid(), dicom_server
    runs = make_runs(tmp_path, study)
    storing = store(list(runs), server, tmp_path)

    wait_until(lambda: len(acknowledged(storing)) >= N_RUNS // 3)
    server.kill()
    for one in storing:
        one.wait()
    kept = acknowledged(storing)
    assert N_RUNS // 3 <= len(kept) < N_RUNS

    server.start()
    wait_until(lambda: server.n_on_disk() == 0)
    assert {runs[file] for file in kept} <= set(instances(orthanc.url, study))

    again = store([file for file in runs if file not in set(kept)], server, tmp_path)
    for one in again:
        one.wait()
    wait_until(lambda: server.n_on_disk() == 0)

    assert sorted(instances(orthanc.url, study)) == sorted(runs.values())
    assert "CANARY" not in server.logs()
