"""How much the data folder may hold."""

from pathlib import Path

import pytest

from lib.datastore import quota
from lib.datastore.quota import Quota, size_of
from lib.errors.limits import QuotaReachedError


def fill(path: Path, n_bytes: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(n_bytes))


def test_all_files_count_but_those_with_bounds_of_their_own(tmp_path: Path) -> None:
    fill(tmp_path / "ledger.sqlite", 10)
    fill(tmp_path / "labels_saved" / "1" / "a", 20)
    fill(tmp_path / "labels_saved" / "cache" / "b", 40)
    fill(tmp_path / "cache" / "c", 80)
    (tmp_path / "link").symlink_to("/usr")

    assert 70 <= size_of(tmp_path, ("cache", "logs")) < 80


def test_without_a_quota_everything_fits(tmp_path: Path) -> None:
    Quota(tmp_path, None).require_room(10**18)


def test_what_was_taken_in_counts_at_once(tmp_path: Path) -> None:
    guard = Quota(tmp_path, 1e-6)
    guard.require_room(600)

    with pytest.raises(QuotaReachedError):
        guard.require_room(600)


def test_what_was_removed_is_seen_at_the_next_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "a", 900)
    guard = Quota(tmp_path, 1e-6)
    with pytest.raises(QuotaReachedError):
        guard.require_room(600)
    (tmp_path / "a").unlink()
    monkeypatch.setattr(quota, "LOOK_AGAIN_S", 0.0)

    guard.require_room(600)


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert size_of(tmp_path / "nothing") == 0
