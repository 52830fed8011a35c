"""Accepted measurements outlive a restart, whole or not at all."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lib.datastore.durable import write_bytes_whole
from lib.datastore.measurement_shelf import FOLDER, MeasurementRecord, MeasurementShelf
from lib.errors.measure_out import MeasurementNotFoundError

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def a_record(measurement_id: str = "abc", **changes: Any) -> MeasurementRecord:
    given: dict[str, Any] = {
        "id": measurement_id, "image_id": "1.2.3", "owner": "ann", "label": "vessel", "frame_number": 2,
        "values": ({"key": "mld", "value": 1.0, "unit": "mm"},), "verdict": "measured",
        "accepted_at": NOW, "sop_instance_uid": "2.25.1",
    }  # fmt: skip
    return MeasurementRecord(**{**given, **changes})


@pytest.fixture
def shelf(tmp_path: Path) -> MeasurementShelf:
    return MeasurementShelf(tmp_path)


def test_what_is_kept_is_found_again_by_another_process(shelf: MeasurementShelf, tmp_path: Path) -> None:
    shelf.keep(a_record(), {"run.csv": b"1,2"})

    again = MeasurementShelf(tmp_path)
    assert again.record("abc") == a_record()
    assert again.of_run("1.2.3") == [a_record()]
    assert again.file(a_record(), "run.csv") == b"1,2"


def test_measurements_of_other_runs_are_not_listed(shelf: MeasurementShelf) -> None:
    shelf.keep(a_record(), {})
    shelf.keep(a_record("def", image_id="1.2.4"), {})

    assert [record.id for record in shelf.of_run("1.2.4")] == ["def"]


def test_a_list_begins_with_the_oldest(shelf: MeasurementShelf) -> None:
    shelf.keep(a_record("new", accepted_at=datetime(2026, 4, 1, tzinfo=UTC)), {})
    shelf.keep(a_record("old"), {})

    assert [record.id for record in shelf.of_run("1.2.3")] == ["old", "new"]


def test_the_state_follows_what_happened(shelf: MeasurementShelf) -> None:
    shelf.keep(a_record(), {})
    assert (shelf.record("abc").state, shelf.waiting()) == ("accepted", [])

    waiting = shelf.change(shelf.record("abc"), wanted_at=NOW)
    assert (waiting.state, shelf.waiting()) == ("waiting", [waiting])

    assert shelf.change(waiting, sent_at=NOW).state == "sent"
    assert shelf.waiting() == []


def test_a_file_that_cannot_be_written_leaves_nothing(
    shelf: MeasurementShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, data: bytes) -> None:
        if path.name == "b":
            raise OSError("no")
        write_bytes_whole(path, data)

    monkeypatch.setattr("lib.datastore.measurement_shelf.write_bytes_whole", fail)

    with pytest.raises(OSError, match="no"):
        shelf.keep(a_record(), {"a": b"1", "b": b"2"})
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_what_is_removed_is_gone(shelf: MeasurementShelf) -> None:
    shelf.keep(a_record(), {"run.csv": b""})
    shelf.remove(a_record())

    with pytest.raises(MeasurementNotFoundError):
        shelf.record("abc")


@pytest.mark.parametrize("wrong", ["nothing", "../abc", "", "*", "a/b"])
def test_an_id_that_is_none_finds_nothing(shelf: MeasurementShelf, wrong: str) -> None:
    shelf.keep(a_record(), {})

    with pytest.raises(MeasurementNotFoundError):
        shelf.record(wrong)
