"""Drafts that the PACS gets all the same, as SEGs that say that nobody reviewed them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from lib.datastore.ledger_labels import STORE_DRAFT
from lib.datastore.states import LabelState, RunState
from lib.errors import LabelShapeError, TagStateError
from lib.labels import load_label_table
from lib.seg.read import read_seg
from tests.arriving import SHAPE, Ward, a_run_that_came, open_ward

INFO = {"client_id": "arrival", "params": {"algorithm": "dark", "version": "7"}}


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    with open_ward(tmp_path) as ward:
        yield ward


def a_map(value: int = 1) -> np.ndarray:
    label_map = np.zeros(SHAPE, np.uint8)
    label_map[1, 10:20, 30:40] = value
    return label_map


def save(ward: Ward, image_id: str, *, sends_seg: bool = True) -> str:
    run = ward.ledger.run(image_id)
    return ward.desk.save_draft(run, a_map(), "original", INFO, sends_seg=sends_seg).id


def test_a_wanted_draft_reaches_the_pacs_and_stays_a_draft(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())

    label = ward.ledger.label(save(ward, image_id))
    ward.desk.outbox.run_once()

    assert (label.state, label.author, label.model) == (LabelState.DRAFT, "arrival", "dark@7")
    assert ward.ledger.run(image_id).state is RunState.IN_PROGRESS
    assert ward.segs(image_id) == ["Draft v1 of image 1 (vessel)"]
    assert ward.ledger.seg_states([label.id]) == {label.id: "sent"}


def test_its_seg_says_that_a_method_made_it_and_nobody_reviewed_it(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    save(ward, image_id)
    ward.desk.outbox.run_once()

    [ref] = ward.pacs.list_segs(ward.pacs.find_run(image_id))
    seg = ward.pacs.retrieve_seg(ref)

    assert seg.SegmentSequence[0].SegmentAlgorithmType == "AUTOMATIC"
    assert seg.ContentDescription == "Draft of a run that nobody reviewed, version 1"
    table = load_label_table(ward.desk.settings.labels)
    assert np.array_equal(read_seg(seg, SHAPE[0], table).label_map(), a_map())


def test_other_drafts_stay_here(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())

    label_id = save(ward, image_id, sends_seg=False)

    assert (ward.ledger.pending(), ward.desk.store.read_seg_of(label_id)) == ([], None)
    assert ward.ledger.seg_states([label_id]) == {}


def test_a_draft_that_was_removed_is_not_sent(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    label_id = save(ward, image_id)
    [entry] = ward.ledger.pending()

    ward.ledger.remove_label(label_id, "admin")

    assert entry.kind == STORE_DRAFT
    assert ward.ledger.pending() == []


def test_a_draft_that_somebody_submits_is_sent_once(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    label_id = save(ward, image_id)

    ward.ledger.set_label_state(label_id, LabelState.SUBMITTED, "anna")

    assert ward.desk.outbox.run_once() == 1
    assert ward.ledger.pending() == []


def test_a_pacs_that_sleeps_gets_the_draft_later(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    label_id = save(ward, image_id)
    ward.pacs.is_down = True
    ward.desk.outbox.run_once()
    waiting = ward.ledger.seg_states([label_id])

    ward.pacs.is_down = False
    ward.ledger.hasten(ward.ledger.pending()[0].next_try_at)
    ward.desk.outbox.run_once(ward.ledger.pending()[0].next_try_at)

    assert waiting == {label_id: "waiting"}
    assert len(ward.segs(image_id)) == 1


def test_a_draft_of_another_shape_or_under_final_is_refused(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    run = ward.ledger.run(image_id)

    with pytest.raises(LabelShapeError):
        ward.desk.save_draft(run, a_map()[:2], "original", INFO, sends_seg=True)
    with pytest.raises(TagStateError):
        ward.desk.save_draft(run, a_map(), "final", INFO, sends_seg=True)
    assert ward.ledger.labels(image_id) == []


def test_the_seg_that_is_kept_is_the_one_that_was_sent(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    label_id = save(ward, image_id)

    kept = ward.desk.store.read_seg_of(label_id)

    assert kept is not None
    file = ward.data / "seg.dcm"
    file.write_bytes(kept)
    assert dcmread(file).SeriesInstanceUID == ward.ledger.label(label_id).seg_series_instance_uid
