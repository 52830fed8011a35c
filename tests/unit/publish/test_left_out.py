"""What does not go into a set, and why; the others go on."""

from pathlib import Path

import pytest

from lib.datastore.states import LabelState
from lib.errors import PacsUnavailableError, PixelDataError
from lib.errors.publish import NothingApprovedError
from lib.publish import objects
from tests.builders import build_xa, to_bytes
from tests.labelled_archive import Archive
from tests.unit.publish.conftest import WISH, FakeCleaning, approve, publisher


def test_only_approved_labels_are_published(approved: Archive, tmp_path: Path) -> None:
    approved.label(approved.add("CANARY-THREE"), {0: 1})

    published = publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert sum(runs for _, runs in published.numbers.sides.values()) == 3


def test_a_doubtful_run_is_held_back_and_the_others_go_on(approved: Archive, tmp_path: Path) -> None:
    cleaning = FakeCleaning()
    once = publisher(approved, cleaning)
    first, *_ = once.material.labels()
    held = once.material.run_token(first.image_id)
    doubtful = FakeCleaning(doubts=1)
    cleaning.pixels = lambda run, known, name: (  # type: ignore[method-assign]
        doubtful if name == held else FakeCleaning()
    ).pixels(run, known, name)

    published = once.publish(tmp_path / "set", WISH)

    assert list(published.left_out) == [first.image_id]
    assert f"{held}.doubts.json" in published.left_out[first.image_id]
    assert len(list(tmp_path.glob("set/dicom/*/*/run.dcm"))) == 2


def test_a_label_whose_run_is_broken_is_left_out_and_named(approved: Archive, tmp_path: Path) -> None:
    broken = approved.add("CANARY-FOUR")
    approve(approved, broken)
    path = approved.shelf.dicom(broken)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-100])

    published = publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert list(published.left_out) == [broken]
    assert "cut off" in published.left_out[broken]


def test_a_label_whose_file_is_lost_is_left_out_and_named(approved: Archive, tmp_path: Path) -> None:
    image_id = approved.ledger.runs()[0].image_id
    approved.desk.path(approved.ledger.labels(image_id)[-1]).unlink()

    published = publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert list(published.left_out) == [image_id]
    assert len(list(tmp_path.glob("set/dicom/*/*/run.dcm"))) == 2


def test_a_label_without_labelled_or_finished_frames_is_left_out(approved: Archive, tmp_path: Path) -> None:
    empty = approved.add("CANARY-FIVE")
    label = approved.label(empty, {})
    approved.ledger.set_label_state(label.id, LabelState.APPROVED, "boss")

    published = publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert list(published.left_out) == [empty]
    assert "no frame that holds a label" in published.left_out[empty]


def test_pixels_that_cannot_be_read_again_are_not_left_in_the_set(
    approved: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise PixelDataError("1.2.3", "frame 1: broken")

    monkeypatch.setattr(objects, "read_cine", broken)

    with pytest.raises(NothingApprovedError, match="3 were left out"):
        publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)


def test_a_label_that_does_not_fit_its_run_is_left_out(approved: Archive, tmp_path: Path) -> None:
    image_id = approved.ledger.runs()[0].image_id
    path = approved.shelf.dicom(image_id)
    path.chmod(0o644)
    path.write_bytes(to_bytes(build_xa(n_frames=3, sop_instance_uid=image_id, PatientID="CANARY-ONE")))

    published = publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert list(published.left_out) == [image_id]
    assert len(list(tmp_path.glob("set/dicom/*/*"))) == 2, "no folder without its objects"


def test_values_that_nobody_can_convert_leave_one_run_out(
    approved: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaning, calls = FakeCleaning(), iter((True, False, False))

    def known(_: object) -> frozenset[str]:
        if next(calls):
            raise ValueError("malformed")
        return frozenset()

    monkeypatch.setattr(cleaning, "known", known)

    published = publisher(approved, cleaning).publish(tmp_path / "set", WISH)

    assert len(published.left_out) == 1
    assert "malformed" not in str(published.left_out)


def test_a_returned_label_is_not_published(approved: Archive, tmp_path: Path) -> None:
    label = approved.ledger.labels(approved.ledger.runs()[0].image_id)[-1]
    approved.ledger.set_label_state(label.id, LabelState.RETURNED, "boss")

    published = publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert sum(runs for _, runs in published.numbers.sides.values()) == 2


def test_a_pacs_that_does_not_answer_stops_the_set(
    approved: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise PacsUnavailableError("http://127.0.0.1:1", "connection refused")

    cleaning = FakeCleaning()
    monkeypatch.setattr(cleaning, "known", silent)

    with pytest.raises(PacsUnavailableError):
        publisher(approved, cleaning).publish(tmp_path / "set", WISH)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_who_looked_last_says_whether_somebody_else_approved(approved: Archive, tmp_path: Path) -> None:
    label = approved.ledger.labels(approved.ledger.runs()[0].image_id)[-1]
    for state in (LabelState.RETURNED, LabelState.SUBMITTED, LabelState.APPROVED):
        approved.ledger.set_label_state(label.id, state, label.author)

    published = publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert published.numbers.n_reviewed == 2
