"""What only a real PACS can show."""

import hashlib
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from pydicom import DataElement, Dataset, dcmread
from pydicom.uid import generate_uid

from lib.errors import PacsRefusedError, PacsUnavailableError, RunNotFoundError
from lib.pacs.dicomweb import DicomWebPacs, connect
from lib.pacs.files import DicomFile, Outcome, examine
from lib.settings import PacsSettings
from tests.builders import build_xa, to_bytes


def real_files(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "dicom").glob("*.dcm"))


def elements(dataset: Dataset) -> list[DataElement]:
    """Return all elements but the retired group lengths, which pydicom does not write."""
    return [element for element in dataset if element.tag.element != 0]


def delete(orthanc: Any, sop_instance_uid: str) -> None:
    """Delete an instance as an operator of the PACS does."""
    root = orthanc.url.removesuffix("/dicom-web")
    (found,) = requests.post(f"{root}/tools/lookup", data=sop_instance_uid, timeout=5).json()
    requests.delete(f"{root}/instances/{found['ID']}", timeout=5).raise_for_status()


def test_the_real_files_come_back_byte_for_byte(pacs: DicomWebPacs, shared_data: Path) -> None:
    files = [examine(path, is_named=True) for path in real_files(shared_data)]
    outcomes = list(pacs.store_files([file for file in files if isinstance(file, DicomFile)]))

    assert [outcome.outcome for outcome in outcomes] == [Outcome.STORED] * 5
    for outcome in outcomes:
        copy = BytesIO()
        pacs.retrieve_to(pacs.find_run(outcome.sop_instance_uid), copy)
        assert hashlib.sha256(copy.getvalue()).digest() == hashlib.sha256(outcome.path.read_bytes()).digest()


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_the_real_files_survive_being_stored_as_datasets(pacs: DicomWebPacs, shared_data: Path) -> None:
    sent = [dcmread(path) for path in real_files(shared_data)]
    pacs.store(sent)

    got = [pacs.retrieve(pacs.find_run(dataset.SOPInstanceUID)) for dataset in sent]

    assert [dataset.PixelData for dataset in got] == [dataset.PixelData for dataset in sent]
    assert [elements(dataset) for dataset in got] == [elements(dataset) for dataset in sent]


def test_a_junk_instance_between_good_ones_is_the_only_one_refused(pacs: DicomWebPacs) -> None:
    good, bad = [build_xa(), build_xa()], build_xa(study_instance_uid="1.2.3", StudyInstanceUID=None)

    with pytest.raises(PacsRefusedError) as caught:
        pacs.store([good[0], bad, good[1]])

    assert bad.SOPInstanceUID in str(caught.value)
    assert not any(dataset.SOPInstanceUID in str(caught.value) for dataset in good)
    assert {pacs.find_run(dataset.SOPInstanceUID).n_frames for dataset in good} == {4}


def test_a_truncated_file_does_not_stop_the_others(pacs: DicomWebPacs, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        content = to_bytes(build_xa())
        (tmp_path / f"{name}.dcm").write_bytes(content[: len(content) // 2] if name == "b" else content)
    files = [examine(path, is_named=True) for path in sorted(tmp_path.iterdir())]

    outcomes = list(pacs.store_files([file for file in files if isinstance(file, DicomFile)]))

    assert {o.path.name: str(o.outcome) for o in outcomes} == {
        "a.dcm": "stored",
        "b.dcm": "failed",
        "c.dcm": "stored",
    }


def test_a_pacs_that_comes_back_works_again_with_the_same_client(fresh_orthanc: Any) -> None:
    pacs = connect(PacsSettings(url=fresh_orthanc.url, retries=0))
    dataset = build_xa()
    pacs.store([dataset])

    fresh_orthanc.stop()
    with pytest.raises(PacsUnavailableError, match=fresh_orthanc.url):
        pacs.list_runs()
    with pytest.raises(PacsUnavailableError):
        pacs.store([dataset])
    fresh_orthanc.start()

    assert [run.sop_instance_uid for run in pacs.list_runs()] == [dataset.SOPInstanceUID]


def test_pages_of_any_size_bring_every_run(orthanc: Any, pacs: DicomWebPacs) -> None:
    pacs.store([build_xa() for _ in range(23)])
    all_runs = set(pacs.list_runs())

    for page_size in (10, 11, 23):
        runs = connect(PacsSettings(url=orthanc.url, page_size=page_size)).list_runs()
        assert len(runs) == len(all_runs)
        assert set(runs) == all_runs


def test_the_list_follows_what_comes_and_goes(orthanc: Any, pacs: DicomWebPacs) -> None:
    first, second = build_xa(), build_xa()
    pacs.store([first])
    assert first.SOPInstanceUID in {run.sop_instance_uid for run in pacs.list_runs()}

    pacs.store([second])
    assert second.SOPInstanceUID in {run.sop_instance_uid for run in pacs.list_runs()}
    delete(orthanc, first.SOPInstanceUID)

    assert set(pacs.list_runs()) == set(pacs.list_runs_anew())
    assert first.SOPInstanceUID not in {run.sop_instance_uid for run in pacs.list_runs()}


def test_many_threads_share_one_client(pacs: DicomWebPacs) -> None:
    datasets = [build_xa(n_frames=n + 1) for n in range(8)]
    pacs.store(datasets)
    got: dict[int, int] = {}

    def work(n: int) -> None:
        run = pacs.find_run(datasets[n].SOPInstanceUID)
        got[n] = len(pacs.retrieve(run).PixelData)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == {n: len(datasets[n].PixelData) for n in range(8)}


def test_a_run_that_was_deleted_meanwhile_is_not_found(orthanc: Any, pacs: DicomWebPacs) -> None:
    dataset = build_xa()
    pacs.store([dataset])
    run = pacs.find_run(dataset.SOPInstanceUID)
    delete(orthanc, run.sop_instance_uid)

    with pytest.raises(RunNotFoundError):
        pacs.retrieve(run)
    with pytest.raises(RunNotFoundError):
        pacs.retrieve_frames(run, [1])


def test_a_study_that_is_not_there_has_no_segs(pacs: DicomWebPacs) -> None:
    dataset = build_xa(study_instance_uid=generate_uid())
    pacs.store([dataset])

    assert pacs.list_segs(pacs.find_run(dataset.SOPInstanceUID)) == []


def test_a_pacs_that_is_down_says_so_soon() -> None:
    pacs = connect(PacsSettings(url="http://127.0.0.1:1/dicom-web"))

    start = time.perf_counter()
    with pytest.raises(PacsUnavailableError, match="connection refused"):
        pacs.ping()

    assert time.perf_counter() - start < 3
