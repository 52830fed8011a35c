from typing import Any

from lib.pacs.qido import header_of, search_instances


class Shelf:
    """A search service with its own ideas about pages."""

    def __init__(self, uids: list[str], most: int = 1000, ignores_offset: bool = False) -> None:
        self.uids, self.most, self.ignores_offset = uids, most, ignores_offset
        self.n_requests = 0

    def search_for_instances(self, *, limit: int, offset: int, **_: Any) -> list[dict[str, Any]]:
        self.n_requests += 1
        first = 0 if self.ignores_offset else offset
        page = self.uids[first : first + min(limit, self.most)]
        return [{"00080018": {"vr": "UI", "Value": [uid]}} for uid in page]


def found(shelf: Shelf, page_size: int = 10) -> list[str]:
    return [header["SOPInstanceUID"] for header in search_instances(shelf, {}, page_size)]


def test_every_page_is_asked_for() -> None:
    uids = [f"1.{n}" for n in range(25)]

    assert found(Shelf(uids)) == uids


def test_a_pacs_with_smaller_pages_of_its_own_loses_nothing() -> None:
    uids = [f"1.{n}" for n in range(25)]

    assert found(Shelf(uids, most=7)) == uids


def test_a_pacs_that_ignores_the_offset_is_not_asked_for_ever() -> None:
    shelf = Shelf([f"1.{n}" for n in range(25)], ignores_offset=True)

    assert len(found(shelf, page_size=100)) == 25
    assert shelf.n_requests == 2


def test_an_instance_on_two_pages_comes_once() -> None:
    assert found(Shelf(["1.1", "1.2", "1.2", "1.3"]), page_size=2) == ["1.1", "1.2", "1.3"]


def test_an_instance_without_uid_is_left_out() -> None:
    assert found(Shelf(["", "1.2"])) == ["1.2"]


def test_empty_values_are_absent_from_a_header() -> None:
    item = {
        "00080018": {"vr": "UI", "Value": ["1.2"]},
        "00280008": {"vr": "IS"},
        "00280010": {"vr": "US", "Value": [None]},
        "00280011": {"vr": "US", "Value": []},
    }

    assert header_of(item) == {"SOPInstanceUID": "1.2"}


def test_a_header_never_takes_the_patient_along() -> None:
    item = {
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "CANARY"}]},
        "00080060": {"vr": "CS", "Value": ["XA"]},
    }

    assert header_of(item) == {"Modality": "XA"}
