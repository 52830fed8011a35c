"""Eight clients that save 1,000 labels of the same runs at once."""

import multiprocessing
from collections import defaultdict
from pathlib import Path

from lib.datastore.label_store import SAVED_FOLDER
from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelVersion
from tests.datastore_builders import a_run, a_store, save_in_turn

N_CLIENTS = 8
N_EACH = 125
RUNS = tuple(f"1.2.826.0.1.3680043.8.498.{number}" for number in range(1, 11))
WITHIN_S = 240


def test_of_a_thousand_labels_by_eight_clients_none_is_lost_and_versions_are_in_order(
    tmp_path: Path,
) -> None:
    ledger = Ledger.in_folder(tmp_path)
    ledger.note_runs([a_run(image_id) for image_id in RUNS])
    ledger.close()  # SQLite forbids open connections at a fork, which spares eight starts of Python
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(N_CLIENTS, timeout=WITHIN_S)
    authors = [f"client-{number}" for number in range(N_CLIENTS)]
    clients = [
        context.Process(target=save_in_turn, args=(tmp_path, author, RUNS, N_EACH, barrier))
        for author in authors
    ]

    for client in clients:
        client.start()
    for client in clients:
        client.join(WITHIN_S)

    assert [client.exitcode for client in clients] == [0] * N_CLIENTS
    by_run = {image_id: ledger.labels(image_id) for image_id in RUNS}
    n_by_author: dict[str, int] = defaultdict(int)
    for labels in by_run.values():
        assert [label.version for label in labels] == list(range(1, len(labels) + 1))
        for label in labels:
            n_by_author[label.author] += 1
    assert n_by_author == dict.fromkeys(authors, N_EACH)
    _require_all_files(tmp_path, ledger, [label for labels in by_run.values() for label in labels])
    ledger.close()


def _require_all_files(folder: Path, ledger: Ledger, labels: list[LabelVersion]) -> None:
    """Every label's file says its version, and no other file was left behind."""
    store = a_store(folder, ledger)
    for label in labels:
        assert store.read(label).startswith(b"version %d " % label.version)
    found = {path for path in (folder / SAVED_FOLDER).rglob("*") if path.is_file()}
    assert found == {store.path(label) for label in labels}
