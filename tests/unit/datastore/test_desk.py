"""From a client's label file to a saved version and a SEG in the PACS, with a PACS in memory."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.datastore.cache import RunCache
from lib.datastore.desk import LabelDesk
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.seg_sender import SegSender
from lib.datastore.shelf import RunShelf
from lib.datastore.states import LabelState, RunState
from lib.datastore.volumes import read_label, write_label
from lib.errors import LabelShapeError, PacsUnavailableError, RunNotFoundError
from lib.labels import LabelTable, load_label_table
from lib.seg.read import read_seg
from lib.settings import PROJECT_FOLDER, Settings
from tests.builders import build_xa
from tests.fakes import FakePacs

N_FRAMES, ROWS, COLUMNS = 4, 32, 48


@pytest.fixture(scope="module")
def table() -> LabelTable:
    return load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")


class House:
    """The rooms around a desk, with one run in the PACS."""

    def __init__(self, data: Path, table: LabelTable, **elements: object) -> None:
        self.image = build_xa(n_frames=N_FRAMES, rows=ROWS, columns=COLUMNS, **elements)
        self.image_id = str(self.image.SOPInstanceUID)
        self.data = data
        self.pacs = FakePacs([self.image])
        self.ledger = Ledger.in_folder(data)
        self.shelf = RunShelf(self.pacs, self.ledger, RunCache(data / "cache", 10**9), list_seconds=0)
        self.files = LabelFiles(data / "labels_saved")
        self.outbox = Outbox(self.ledger, SegSender(self.pacs, self.shelf, self.files), retry_s=60)
        store = LabelStore(self.ledger, self.files)
        self.desk = LabelDesk(self.shelf, store, self.outbox, table, Settings(data=data))

    def label_file(self, volume: NDArray[np.uint8] | None = None) -> Path:
        """Write a label, by default one whose place differs on each frame."""
        if volume is None:
            volume = np.zeros((COLUMNS, ROWS, N_FRAMES), np.uint8)
            for t in range(N_FRAMES):
                volume[5 * t : 5 * t + 4, 10:20, t] = 1
        path = self.data / "sent.nii.gz"
        write_label(path, volume, None)
        return path

    def segs(self) -> list[str]:
        run = self.pacs.find_run(self.image_id)
        return [seg.series_description for seg in self.pacs.list_segs(run)]


@pytest.fixture
def house(tmp_path: Path, table: LabelTable) -> House:
    return House(tmp_path, table)


def test_a_submitted_label_reaches_the_pacs_bit_for_bit(house: House, table: LabelTable) -> None:
    file = house.label_file()

    house.desk.save(house.shelf.run(house.image_id), file, "final", {"client_id": "ann"})
    house.outbox.run_once()

    run = house.pacs.find_run(house.image_id)
    [seg] = house.pacs.list_segs(run)
    label = read_seg(house.pacs.retrieve_seg(seg), N_FRAMES, table)
    assert np.array_equal(label.label_map().transpose(2, 1, 0), read_label(file)[0])
    assert label.author == "ann"
    assert house.ledger.run(house.image_id).state is RunState.DONE


def test_a_run_that_does_not_state_its_frames_keeps_them_all(tmp_path: Path, table: LabelTable) -> None:
    house = House(tmp_path, table, NumberOfFrames=None)
    file = house.label_file()

    house.desk.save(house.shelf.run(house.image_id), file, "final", {})
    house.outbox.run_once()

    [seg] = house.pacs.list_segs(house.pacs.find_run(house.image_id))
    label = read_seg(house.pacs.retrieve_seg(seg), N_FRAMES, table)
    assert np.array_equal(label.label_map().transpose(2, 1, 0), read_label(file)[0])


def test_a_draft_stays_here(house: House) -> None:
    label = house.desk.save(house.shelf.run(house.image_id), house.label_file(), "original", {})
    house.outbox.run_once()

    assert label.state is LabelState.DRAFT
    assert house.segs() == []


def test_a_second_version_is_a_second_series_that_says_so(house: House) -> None:
    for _ in range(2):
        house.desk.save(house.shelf.run(house.image_id), house.label_file(), "final", {})
    house.outbox.run_once()

    assert ["v1" in house.segs()[0], "v2" in house.segs()[1]] == [True, True]


def test_saving_needs_no_pacs_once_the_run_was_opened(house: House) -> None:
    house.shelf.dicom(house.image_id)
    house.pacs.is_down = True

    label = house.desk.save(house.shelf.run(house.image_id), house.label_file(), "final", {})
    house.outbox.run_once()
    house.pacs.is_down = False
    sender = Outbox(house.ledger, SegSender(house.pacs, house.shelf, house.files), retry_s=60)
    sent = sender.run_once(house.ledger.label(label.id).created_at.replace(year=2100))

    assert sent == 1
    assert len(house.segs()) == 1


def test_a_label_of_a_run_that_the_pacs_lost_waits_and_is_sent_when_the_run_is_back(house: House) -> None:
    run = house.shelf.run(house.image_id)
    house.shelf.dicom(house.image_id)
    house.pacs.lose(house.image_id)

    label = house.desk.save(run, house.label_file(), "final", {})
    house.outbox.run_once()
    n_while_lost = len(house.pacs._files)
    house.pacs.store([house.image])
    house.outbox.run_once(label.created_at.replace(year=2100))

    assert n_while_lost == 0
    assert len(house.segs()) == 1


def test_a_label_of_another_shape_is_refused_and_nothing_is_stored(house: House) -> None:
    run = house.shelf.run(house.image_id)
    file = house.label_file(np.ones((COLUMNS, ROWS, N_FRAMES + 1), np.uint8))

    with pytest.raises(LabelShapeError, match=r"\(48, 32, 5\).*\(48, 32, 4\)"):
        house.desk.save(run, file, "final", {})

    assert house.ledger.labels(house.image_id) == []
    assert not (house.data / "labels_saved").exists()


def test_an_empty_label_can_be_submitted(house: House) -> None:
    house.desk.save(
        house.shelf.run(house.image_id),
        house.label_file(np.zeros((COLUMNS, ROWS, N_FRAMES), np.uint8)),
        "final",
        {},
    )
    house.outbox.run_once()

    assert len(house.segs()) == 1


def test_an_unknown_run_is_not_found(house: House) -> None:
    with pytest.raises(RunNotFoundError):
        house.shelf.run("1.2.3.4")


def test_a_run_that_was_opened_is_read_again_without_the_pacs(house: House) -> None:
    path = house.shelf.volume(house.image_id)
    house.pacs.is_down = True

    assert house.shelf.volume(house.image_id) == path


def test_a_list_needs_the_pacs(house: House) -> None:
    house.pacs.is_down = True

    with pytest.raises(PacsUnavailableError, match=r"pacs\.test"):
        house.shelf.image_ids()
