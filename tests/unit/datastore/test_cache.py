import errno
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lib.datastore import cache as cache_module
from lib.datastore.cache import KEEP_S, RunCache
from lib.datastore.file_lock import locked, locked_if_free
from lib.errors import DiskFullError, InvalidIdError
from tests.datastore_builders import make_slowly


def age(path: Path, seconds: float) -> Path:
    """Let a file look as if it was used last so long ago."""
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


@pytest.fixture
def cache(tmp_path: Path) -> RunCache:
    return RunCache(tmp_path / "cache", limit_bytes=1000)


def test_what_was_put_is_found(cache: RunCache) -> None:
    path = cache.put("1.2.3", ".nii.gz", b"volume")

    assert path.name == "1.2.3.nii.gz"
    assert cache.get("1.2.3", ".nii.gz") == path
    assert path.read_bytes() == b"volume"
    assert cache.get("1.2.3", ".dcm") is None
    assert cache.get("1.2", ".nii.gz") is None


def test_the_least_recently_used_goes_first(cache: RunCache) -> None:
    old, used, new = (cache.put(f"1.{n}", ".dcm", b"." * 400) for n in (1, 2, 3))
    for path, seconds in ((old, 3 * KEEP_S), (used, 4 * KEEP_S), (new, 2 * KEEP_S)):
        age(path, seconds)

    cache.get("1.2", ".dcm")
    cache.put("1.4", ".dcm", b"." * 400)

    assert [path.exists() for path in (old, used, new)] == [False, True, False]
    assert cache.size_bytes() == 800


def test_eviction_stops_as_soon_as_the_rest_fits(cache: RunCache) -> None:
    paths = [cache.put(f"1.{n}", ".dcm", b"." * 300) for n in range(3)]
    for n, path in enumerate(paths):
        age(path, 2 * KEEP_S - n)

    cache.put("1.9", ".dcm", b"." * 300)

    assert [path.exists() for path in paths] == [False, True, True]


def test_what_was_used_a_moment_ago_stays_even_above_the_limit(cache: RunCache) -> None:
    paths = [cache.put(f"1.{n}", ".dcm", b"." * 600) for n in range(3)]

    assert all(path.exists() for path in paths)
    assert cache.size_bytes() == 1800


def test_what_somebody_begins_to_use_during_an_eviction_stays(
    cache: RunCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = age(cache.put("1.1", ".dcm", b"." * 900), 2 * KEEP_S)

    @contextmanager
    def used_meanwhile(lock: Path) -> Iterator[bool]:
        age(path, 0)
        with locked_if_free(lock) as is_held:
            yield is_held

    monkeypatch.setattr(cache_module, "locked_if_free", used_meanwhile)
    cache.put("1.2", ".dcm", b"." * 900)

    assert path.exists()


def test_what_somebody_is_making_is_not_evicted(cache: RunCache) -> None:
    path = age(cache.put("1.1", ".dcm", b"." * 900), 2 * KEEP_S)

    with cache._lock(path):
        cache.put("1.2", ".dcm", b"." * 900)

    assert path.exists()


def test_a_file_is_made_once_for_all_threads(cache: RunCache) -> None:
    n_made = []

    def write(path: Path) -> None:
        n_made.append(1)
        time.sleep(0.05)
        path.write_bytes(b"made")

    threads = [threading.Thread(target=cache.make, args=("1.2", ".nii.gz", write)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(n_made) == 1


def test_a_file_is_made_once_for_two_processes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    both = [context.Process(target=make_slowly, args=(tmp_path, barrier)) for _ in range(2)]

    for process in both:
        process.start()
    for process in both:
        process.join(60)

    assert [process.exitcode for process in both] == [0, 0]
    assert (tmp_path / "made").read_text() == "x"


def test_making_a_file_may_need_another_file_of_the_run(cache: RunCache) -> None:
    def write_volume(path: Path) -> None:
        source = cache.make("1.2", ".dcm", lambda dicom: dicom.write_bytes(b"dicom") and None)
        path.write_bytes(b"volume of " + source.read_bytes())

    assert cache.make("1.2", ".nii.gz", write_volume).read_bytes() == b"volume of dicom"


def test_the_writer_sees_the_final_suffix(cache: RunCache) -> None:
    def write(path: Path) -> None:
        assert path.name.endswith(".nii.gz")
        path.write_bytes(b"")

    cache.make("1.2", ".nii.gz", write)


def test_a_writer_that_fails_leaves_nothing(cache: RunCache, tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_bytes(b"half")
        raise ValueError("no pixels")

    with pytest.raises(ValueError, match="no pixels"):
        cache.make("1.2", ".nii.gz", write)

    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_a_full_disk_makes_the_cache_give_up_what_it_can(
    cache: RunCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = age(cache.put("1.1", ".dcm", b"." * 100), 2 * KEEP_S)
    used = cache.put("1.2", ".dcm", b"." * 100)
    write_bytes = cache_module._write_bytes

    def write(path: Path, data: bytes) -> None:
        if idle.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        write_bytes(path, data)

    monkeypatch.setattr(cache_module, "_write_bytes", write)
    new = cache.put("1.3", ".dcm", b"." * 100)

    assert [path.exists() for path in (idle, used, new)] == [False, True, True]


def test_a_disk_that_stays_full_is_told(cache: RunCache, monkeypatch: pytest.MonkeyPatch) -> None:
    used = cache.put("1.2", ".dcm", b"." * 100)

    def write(_path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache_module, "_write_bytes", write)
    with pytest.raises(DiskFullError):
        cache.put("1.3", ".dcm", b"." * 100)

    assert used.exists()
    assert cache.get("1.3", ".dcm") is None


@pytest.mark.parametrize("image_id", ["../../x", "a/b", "", ".tmp-1", "1 2"])
def test_an_id_that_could_leave_the_folder_is_refused(cache: RunCache, image_id: str) -> None:
    with pytest.raises(InvalidIdError):
        cache.put(image_id, ".dcm", b"")
    with pytest.raises(InvalidIdError):
        cache.get(image_id, ".dcm")


@pytest.mark.parametrize("suffix", ["dcm", "/x", ".gz", ".a.b", "./..", ".3.dcm"])
def test_a_suffix_that_could_be_mistaken_is_refused(cache: RunCache, suffix: str) -> None:
    with pytest.raises(InvalidIdError, match="suffix"):
        cache.put("1.2", suffix, b"")


def test_opening_removes_what_a_killed_process_left_half_written(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    stale, fresh = folder / ".tmp-1-1.2.dcm", folder / ".tmp-2-1.2.dcm"
    for path in (stale, fresh):
        path.write_bytes(b"half")
    age(stale, 4000)

    RunCache(folder, 1000)

    assert [stale.exists(), fresh.exists()] == [False, True]


def test_a_lock_excludes_others_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    with locked(path), locked_if_free(path) as is_held:
        assert not is_held
    with locked_if_free(path) as is_held:
        assert is_held

    assert not path.exists()


def test_many_threads_never_hold_one_lock_together(tmp_path: Path) -> None:
    inside, most = [], []

    def work() -> None:
        for _ in range(20):
            with locked(tmp_path / "lock"):
                inside.append(1)
                time.sleep(0.0005)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(most) == 1
    assert len(most) == 160
