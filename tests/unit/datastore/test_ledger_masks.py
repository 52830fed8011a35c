"""Masks of frames in the ledger, one for each owner, run, frame and label."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.datastore.ledger import Ledger
from lib.datastore.ledger_masks import WhichMasks
from lib.datastore.packed_mask import pack_mask, unpack_mask
from lib.datastore.session_records import NewMask
from lib.errors import FrameOutOfRunError, MaskNotFoundError, RunNotFoundError
from lib.interaction.prompts import Prompt, PromptKind
from tests.datastore_builders import IMAGE_ID, a_run

OTHER_RUN = "1.2.826.0.1.3680043.8.498.2"
CLICKS = (Prompt(PromptKind.POINT, ((1.5, 2.0),)), Prompt(PromptKind.POINT, ((3.0, 4.0),), is_positive=False))


def columns(first: int, last: int) -> NDArray[np.bool_]:
    mask = np.zeros((5, 11), bool)
    mask[:, first : last + 1] = True
    return mask


def a_mask(
    label: int = 1,
    t: int = 0,
    image_id: str = IMAGE_ID,
    owner: str = "ann",
    mask: NDArray[np.bool_] | None = None,
) -> NewMask:
    drawn = columns(0, 3) if mask is None else mask
    return NewMask(owner, image_id, t, label, "#e63946", CLICKS, drawn)


@pytest.fixture(autouse=True)
def _other_run(ledger: Ledger) -> None:
    ledger.note_runs([a_run(OTHER_RUN)])


@pytest.mark.parametrize("shape", [(1, 1), (5, 11), (512, 512)])
def test_a_mask_is_unpacked_as_it_was_packed(shape: tuple[int, int]) -> None:
    mask = np.random.default_rng(0).random(shape) > 0.5

    assert np.array_equal(unpack_mask(pack_mask(mask)), mask)


def test_a_vessel_mask_takes_a_few_kilobytes() -> None:
    mask = np.zeros((512, 512), bool)
    for x in range(0, 512, 64):
        mask[:, x : x + 6] = True

    assert len(pack_mask(mask)) < 4096


def test_a_mask_is_read_as_it_was_written(ledger: Ledger) -> None:
    kept = ledger.put_mask(a_mask(label=3, t=95))

    read = ledger.mask(kept.id, "ann")

    assert (read.image_id, read.t, read.label, read.color) == (IMAGE_ID, 95, 3, "#e63946")
    assert read.points == CLICKS
    assert np.array_equal(read.mask, columns(0, 3))


def test_a_new_mask_of_a_label_takes_the_place_of_the_old_one(ledger: Ledger) -> None:
    old = ledger.put_mask(a_mask())

    new = ledger.put_mask(a_mask(mask=columns(7, 8)))

    assert new.id == old.id
    assert new.created_at == old.created_at
    assert new.changed_at > old.changed_at
    assert [mask.mask.sum() for mask in ledger.masks(WhichMasks("ann"))] == [10]


def test_deleting_in_one_run_never_touches_another(ledger: Ledger) -> None:
    for image_id in (IMAGE_ID, OTHER_RUN):
        for label, t in ((1, 0), (1, 1), (2, 0)):
            ledger.put_mask(a_mask(label, t, image_id))
    others = WhichMasks("ann", OTHER_RUN)

    assert ledger.delete_masks(WhichMasks("ann", IMAGE_ID, t=0, label=1)) == 1
    assert ledger.delete_masks(WhichMasks("ann", IMAGE_ID, label=1)) == 1
    assert ledger.delete_masks(WhichMasks("ann", IMAGE_ID)) == 1

    assert [(mask.label, mask.t) for mask in ledger.masks(others)] == [(1, 0), (2, 0), (1, 1)]


def test_masks_of_others_are_not_there(ledger: Ledger) -> None:
    kept = ledger.put_mask(a_mask())

    assert ledger.masks(WhichMasks("ben")) == []
    assert ledger.delete_masks(WhichMasks("ben", IMAGE_ID)) == 0
    with pytest.raises(MaskNotFoundError):
        ledger.mask(kept.id, "ben")
    with pytest.raises(MaskNotFoundError):
        ledger.delete_mask(kept.id, "ben")
    assert ledger.put_mask(a_mask(owner="ben")).id != kept.id
    assert ledger.mask(kept.id, "ann").id == kept.id


def test_a_deleted_mask_is_gone(ledger: Ledger) -> None:
    kept = ledger.put_mask(a_mask())

    ledger.delete_mask(kept.id, "ann")

    with pytest.raises(MaskNotFoundError, match="You have no mask"):
        ledger.mask(kept.id, "ann")


def test_a_label_is_subtracted_from_all_others_on_its_frames_only(ledger: Ledger) -> None:
    ledger.put_mask(a_mask(1, mask=columns(2, 9)))
    overlapping, apart = ledger.put_mask(a_mask(2)), ledger.put_mask(a_mask(3, mask=columns(0, 1)))
    elsewhere = [
        ledger.put_mask(a_mask(2, t=1)),
        ledger.put_mask(a_mask(2, image_id=OTHER_RUN)),
        ledger.put_mask(a_mask(2, owner="ben")),
    ]

    changed = ledger.subtract_mask(WhichMasks("ann", IMAGE_ID), label=1)

    assert [mask.id for mask in changed] == [overlapping.id]
    assert np.array_equal(ledger.mask(overlapping.id, "ann").mask, columns(0, 1))
    assert ledger.mask(apart.id, "ann").changed_at == apart.changed_at
    for mask in elsewhere:
        assert np.array_equal(ledger.mask(mask.id, mask.owner).mask, columns(0, 3))


def test_a_label_is_subtracted_only_from_the_labels_and_frames_that_were_named(ledger: Ledger) -> None:
    for t in (0, 1):
        for label in (1, 2, 3):
            ledger.put_mask(a_mask(label, t))

    changed = ledger.subtract_mask(WhichMasks("ann", IMAGE_ID), 1, others={2}, frames={1})

    assert [(mask.label, mask.t, mask.mask.any()) for mask in changed] == [(2, 1, False)]


def test_a_mask_of_no_run_or_frame_is_not_kept(ledger: Ledger) -> None:
    with pytest.raises(RunNotFoundError):
        ledger.put_mask(a_mask(image_id="1.2.3"))
    with pytest.raises(FrameOutOfRunError):
        ledger.put_mask(a_mask(t=96))

    assert ledger.masks(WhichMasks("ann")) == []
