"""Several processes that promote and ask at once."""

import os
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from lib.registry import VersionStore, model_for
from lib.registry.verify import verify
from tests.version_builders import add_version, build_store, version_of


def promote_many(data: Path, shipped: Path, contents: list[bytes]) -> None:
    store = VersionStore(data, shipped)
    for content in contents:
        store.promote(version_of(content), str(os.getpid()), "")


def ask_many(data: Path, shipped: Path, times: int) -> int:
    for _ in range(times):
        model = model_for("vessels", "vessel-net", data, shipped)
        assert model is not None
        verify(model)
    return times


def test_every_change_of_several_processes_is_in_the_history_and_a_model_always_serves(
    tmp_path: Path,
) -> None:
    store = build_store(tmp_path)
    for content in (b"one", b"two"):
        add_version(store, content)
    turns = [b"one", b"two"] * 3

    with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:
        asked = pool.submit(ask_many, store.data, store.shipped, 100)
        for work in [pool.submit(promote_many, store.data, store.shipped, turns) for _ in range(2)]:
            work.result()
        assert asked.result() == 100

    changes = store.history()
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    assert len(changes) >= len(turns)
    assert all(one.after == other.before for one, other in pairwise(changes))


def test_a_process_that_runs_sees_a_promotion_of_another_one_at_once(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    version = add_version(store, b"better")
    before = model_for("vessels", "vessel-net", store.data, store.shipped)

    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        pool.submit(promote_many, store.data, store.shipped, [b"better"]).result()

    after = model_for("vessels", "vessel-net", store.data, store.shipped)
    assert before is not None
    assert after is not None
    assert (before.card.version, after.card.version) == (version_of(b"shipped"), version)
