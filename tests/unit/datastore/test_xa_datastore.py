"""MONAI Label's view of the runs, with a PACS in memory."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lib.datastore.cache import RunCache
from lib.datastore.desk import LabelDesk
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.seg_sender import SegSender
from lib.datastore.shelf import RunShelf
from lib.datastore.volumes import write_label
from lib.datastore.xa_datastore import XaDatastore
from lib.errors import InvalidInputError
from lib.labels import load_label_table
from lib.settings import PROJECT_FOLDER, Settings
from tests.builders import build_xa
from tests.fakes import FakePacs

N_FRAMES, ROWS, COLUMNS = 4, 32, 48


@pytest.fixture
def pacs() -> FakePacs:
    """Three runs."""
    return FakePacs([build_xa(n_frames=N_FRAMES, rows=ROWS, columns=COLUMNS) for _ in range(3)])


@pytest.fixture
def datastore(tmp_path: Path, pacs: FakePacs) -> Iterator[XaDatastore]:
    ledger = Ledger.in_folder(tmp_path)
    shelf = RunShelf(pacs, ledger, RunCache(tmp_path / "cache", 10**9), list_seconds=0)
    files = LabelFiles(tmp_path / "labels_saved")
    outbox = Outbox(ledger, SegSender(pacs, shelf, files), retry_s=60)
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    desk = LabelDesk(shelf, LabelStore(ledger, files), outbox, table, Settings(data=tmp_path))
    yield XaDatastore(shelf, desk, ledger)
    ledger.close()


@pytest.fixture
def label_file(tmp_path: Path) -> Path:
    path = tmp_path / "sent.nii.gz"
    write_label(path, np.ones((COLUMNS, ROWS, N_FRAMES), np.uint8), None)
    return path


def test_closing_ends_the_sender(datastore: XaDatastore) -> None:
    datastore.start_sending()
    thread = datastore.desk.outbox._thread

    datastore.close()

    assert thread is not None
    assert not thread.is_alive()


def test_a_volume_comes_with_its_dicom_file_which_the_methods_read(datastore: XaDatastore) -> None:
    image_id = datastore.list_images()[0]
    volume = Path(datastore.get_image_uri(image_id))
    dicom = volume.with_name(f"{image_id}.dcm")
    dicom.unlink()

    datastore.get_image_uri(image_id)

    assert dicom.exists()


@pytest.mark.parametrize("info", [{"x": float("nan")}, {"x": float("inf")}, {"x": "\ud800"}, ["x"], "x"])
def test_info_that_no_answer_could_repeat_is_refused(
    datastore: XaDatastore, label_file: Path, info: object
) -> None:
    image_id = datastore.list_images()[0]
    datastore.save_label(image_id, str(label_file), "final", {})

    with pytest.raises(InvalidInputError):
        datastore.update_image_info(image_id, info)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        datastore.update_label_info(image_id, "final", info)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        datastore.save_label(image_id, str(label_file), "final", info)  # type: ignore[arg-type]

    assert len(datastore.ledger.labels(image_id)) == 1


def test_info_from_a_client_does_not_hide_what_is_known_of_a_run(datastore: XaDatastore) -> None:
    image_id = datastore.list_images()[0]

    datastore.update_image_info(image_id, {"n_frames": 7, "note": "blurred"})

    info = datastore.get_image_info(image_id)
    assert (info["n_frames"], info["note"]) == (N_FRAMES, "blurred")


def test_an_archive_fetches_no_more_runs_than_it_holds(
    datastore: XaDatastore, pacs: FakePacs, label_file: Path, tmp_path: Path
) -> None:
    for image_id in datastore.list_images():
        datastore.save_label(image_id, str(label_file), "final", {})
    for file in (tmp_path / "cache").glob("*.dcm"):
        file.unlink()
    pacs.calls.clear()

    archive = Path(datastore.get_dataset_archive(limit_cases=1))

    with zipfile.ZipFile(archive) as opened:
        assert len(opened.namelist()) == 2
    archive.unlink()
    assert pacs.calls.count("retrieve") == 1


def test_an_archive_that_fails_leaves_no_file(
    datastore: XaDatastore, label_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    image_id = datastore.list_images()[0]
    datastore.save_label(image_id, str(label_file), "final", {})
    for file in (tmp_path / "labels_saved").rglob("*.nii.gz"):
        file.unlink()

    with pytest.raises(Exception, match="missing"):
        datastore.get_dataset_archive()

    assert list(temporary.iterdir()) == []
