"""The list of runs where the PACS hangs."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.datastore.cache import RunCache
from lib.datastore.ledger import Ledger
from lib.datastore.shelf import RunShelf
from lib.errors import PacsUnavailableError
from lib.pacs.runs import RunRef
from tests.builders import build_xa
from tests.fakes import FakePacs

HANGS_S = 0.3


class HangingPacs(FakePacs):
    """Lets everybody wait before it does not answer."""

    hangs = True

    def list_runs(self) -> list[RunRef]:
        runs = super().list_runs()
        if self.hangs:
            time.sleep(HANGS_S)
            raise PacsUnavailableError(self.address, "no answer in time")
        return runs


@pytest.fixture
def pacs() -> HangingPacs:
    return HangingPacs([build_xa(n_frames=2)])


@pytest.fixture
def shelf(tmp_path: Path, pacs: HangingPacs) -> Iterator[RunShelf]:
    ledger = Ledger.in_folder(tmp_path)
    yield RunShelf(pacs, ledger, RunCache(tmp_path / "cache", 10**9), list_seconds=0)
    ledger.close()


def test_who_waited_for_a_list_that_failed_does_not_wait_for_another(
    shelf: RunShelf, pacs: HangingPacs
) -> None:
    def ask(_: int) -> None:
        with pytest.raises(PacsUnavailableError):
            shelf.image_ids()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))

    assert pacs.calls.count("list_runs") <= 2


def test_a_list_is_asked_for_again_after_one_that_failed(shelf: RunShelf, pacs: HangingPacs) -> None:
    with pytest.raises(PacsUnavailableError):
        shelf.image_ids()
    pacs.hangs = False

    assert len(shelf.image_ids()) == 1
