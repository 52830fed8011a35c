from collections.abc import Sequence
from pathlib import Path

import pytest

from lib.errors import PacsRefusedError, PacsUnavailableError
from lib.pacs import storing
from lib.pacs.files import DicomFile
from lib.pacs.storing import batches, store_all, store_files
from lib.pacs.stow import Outgoing


def part(uid: str, n_bytes: int = 10) -> Outgoing:
    return Outgoing(uid, n_bytes, lambda: iter((b"x" * n_bytes,)))


class Pacs:
    """Takes all but some; a message with a poisonous instance makes it fail altogether."""

    def __init__(self, bad: Sequence[str] = (), poison: Sequence[str] = (), dies_after: int = 1000) -> None:
        self.bad, self.poison, self.dies_after = set(bad), set(poison), dies_after
        self.messages: list[list[str]] = []

    def send(self, parts: Sequence[Outgoing]) -> dict[str, str]:
        uids = [part.sop_instance_uid for part in parts]
        was_answering = self.is_answering()
        self.messages.append(uids)
        if not was_answering:
            raise PacsUnavailableError("http://pacs", "connection refused")
        if self.poison & set(uids):
            raise PacsUnavailableError("http://pacs", "HTTP 500")
        return {uid: "refused" for uid in uids if uid in self.bad}

    def is_answering(self) -> bool:
        return len(self.messages) < self.dies_after


@pytest.fixture
def files(tmp_path: Path) -> list[DicomFile]:
    paths = [tmp_path / f"{n}.dcm" for n in range(4)]
    for path in paths:
        path.write_bytes(b"0123456789")
    return [
        DicomFile(path, "1.2.840.10008.5.1.4.1.1.12.1", path.stem, "1.2.840.10008.1.2.1", 10)
        for path in paths
    ]


def outcomes(pacs: Pacs, files: Sequence[DicomFile]) -> dict[str, str]:
    return {o.sop_instance_uid: str(o.outcome) for o in store_files(files, pacs.send, pacs.is_answering)}


def test_a_batch_stays_within_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "BATCH_BYTES", 25)

    sizes = [
        [p.n_bytes for p in batch] for batch in batches([part("1"), part("2"), part("3"), part("4", 90)])
    ]

    assert sizes == [[10, 10], [10], [90]]


def test_a_batch_stays_within_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "BATCH_INSTANCES", 2)

    assert [len(batch) for batch in batches([part(str(n)) for n in range(5)])] == [2, 2, 1]


def test_what_a_batch_did_not_store_is_tried_alone() -> None:
    pacs = Pacs(bad=["2"])

    assert store_all([part("1"), part("2"), part("3")], pacs.send) == {"2": "refused"}
    assert pacs.messages == [["1", "2", "3"], ["2"]]


def test_one_bad_file_does_not_stop_the_others(files: list[DicomFile]) -> None:
    got = outcomes(Pacs(bad=["1"]), files)

    assert got == {"0": "stored", "1": "failed", "2": "stored", "3": "stored"}


def test_a_file_on_which_the_pacs_chokes_does_not_stop_the_others(files: list[DicomFile]) -> None:
    got = outcomes(Pacs(poison=["1"]), files)

    assert got == {"0": "stored", "1": "failed", "2": "stored", "3": "stored"}


def test_a_file_that_vanishes_does_not_stop_the_others(files: list[DicomFile]) -> None:
    files[2].path.unlink()

    assert outcomes(Pacs(), files) == {"0": "stored", "1": "stored", "2": "failed", "3": "stored"}


def test_when_the_pacs_goes_away_every_other_file_failed_and_nobody_waits(
    files: list[DicomFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BATCH_INSTANCES", 1)
    pacs = Pacs(dies_after=2)

    got = outcomes(pacs, files)

    assert got == {"0": "stored", "1": "stored", "2": "failed", "3": "failed"}
    assert pacs.messages == [["0"], ["1"], ["2"]]


def test_wrong_credentials_are_not_tried_for_every_file(files: list[DicomFile]) -> None:
    n_calls = 0

    def send(_parts: Sequence[Outgoing]) -> dict[str, str]:
        nonlocal n_calls
        n_calls += 1
        raise PacsRefusedError("http://pacs", "store", "HTTP 401")

    got = list(store_files(files, send, lambda: True))

    assert [str(o.outcome) for o in got] == ["failed"] * 4
    assert n_calls == 1
