"""How long the answer to "which run next?" takes with 10,000 runs in the ledger.

Ours are the five strategies behind `POST /activelearning/{strategy}`, each request by another person,
with its reservation stored. The peer is the random strategy that comes with MONAI Label, on the same data
store and behind the same route. All take turns. The list of the PACS is fresh for both, and neither
fetches the run. Times are those of the whole answer; beside them stands the processor's time, which other
work on the machine changes less.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.activelearning.background import Background  # noqa: E402
from lib.activelearning.choose import STRATEGIES  # noqa: E402
from lib.activelearning.embedding import N_NUMBERS  # noqa: E402
from lib.datastore.cache import RunCache  # noqa: E402
from lib.datastore.ledger import Ledger  # noqa: E402
from lib.datastore.records import RunFacts  # noqa: E402
from lib.datastore.shelf import RunShelf  # noqa: E402
from lib.datastore.tables import RunFactsRow  # noqa: E402
from lib.datastore.tables_learning import RunScoreRow  # noqa: E402
from lib.pacs.runs import RunRef  # noqa: E402
from lib.server.errors import install_error_translator  # noqa: E402
from lib.server.host_settings import prepare_host  # noqa: E402
from lib.settings import LearningSettings, load_settings  # noqa: E402
from tests.datastore_builders import a_new_label, a_run  # noqa: E402
from tests.desks import a_desk  # noqa: E402
from tests.fakes import FakePacs  # noqa: E402

LIMIT_MS: Final = 100.0
PEER: Final = "random_of_monai_label"
LISTED_S: Final = 86_400.0
RUNS_OF_A_PATIENT: Final = 4


class ManyRuns(FakePacs):
    """A PACS with a list of runs and no pixels."""

    def __init__(self, refs: list[RunRef]) -> None:
        super().__init__()
        self._refs = refs

    def list_runs(self) -> list[RunRef]:
        """Return the list."""
        return self._refs


class App:
    """What the route asks: strategies by name, and a data store."""

    def __init__(self, store: Any) -> None:
        from monailabel.tasks.activelearning.random import Random

        from lib.activelearning.strategies import next_run_strategies

        self._store = store
        self._strategies = {**next_run_strategies(store, LearningSettings()), PEER: Random()}

    def next_sample(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer as the server's app does."""
        return self._strategies[request["strategy"]](request, self._store) or {}

    def datastore(self) -> Any:
        """Return the data store."""
        return self._store


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How long the answer to Next Sample takes.")
    parser.add_argument("--runs", type=int, default=10_000, help="runs in the ledger")
    parser.add_argument("--labelled", type=int, default=500, help="how many of them have a submitted label")
    parser.add_argument("--repeats", type=int, default=40, help="answers of each of our strategies")
    parser.add_argument("--peer-repeats", type=int, default=3, help="answers of the peer")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = filled_store(Path(folder), arguments.runs, arguments.labelled)
        rows = measure(store, arguments.repeats, arguments.peer_repeats)
        store.ledger.close()
    worst = max(row["p95_ms"] for row in rows if row["strategy"] != PEER)
    result = {"runs": arguments.runs, "labelled": arguments.labelled, "p95_ms": worst, "limit_ms": LIMIT_MS}
    if arguments.json:
        print(json.dumps({"benchmark": "next_sample", **result, "rows": rows}))
        return
    print(f"{'strategy':<24}{'median':>12}{'p95':>12}{'processor':>12}")
    for row in rows:
        times = "".join(f"{row[key]:>9.1f} ms" for key in ("median_ms", "p95_ms", "processor_ms"))
        print(f"{row['strategy']:<24}{times}")
    print(f"target p95 {LIMIT_MS:.0f} ms: {'kept' if worst <= LIMIT_MS else 'MISSED'}")


def a_store(folder: Path, refs: list[RunRef]) -> Any:
    """Return a data store over a list of runs, which is believed for a day."""
    settings = load_settings(data=folder)
    prepare_host(settings)
    from lib.datastore.xa_datastore import XaDatastore

    ledger = Ledger.in_folder(folder)
    shelf = RunShelf(ManyRuns(refs), ledger, RunCache(folder / "cache", 10**9), LISTED_S)
    return XaDatastore(shelf, a_desk(settings, ledger, shelf), ledger)


def filled_store(folder: Path, n_runs: int, n_labelled: int) -> Any:
    """Return a data store whose runs all have a score, some of them a label."""
    refs = [a_run(f"1.2.{n}") for n in range(1, n_runs + 1)]
    store = a_store(folder, refs)
    store.list_images()
    now = datetime.now(UTC)
    generator = np.random.default_rng(0)
    facts = [
        asdict(RunFacts(ref.sop_instance_uid, *angles(n), 66.7, f"P-{n // RUNS_OF_A_PATIENT}", 20, now))
        for n, ref in enumerate(refs)
    ]
    with store.ledger._database.writing() as connection:
        connection.execute(insert(RunFactsRow), facts)
        connection.execute(
            insert(RunScoreRow),
            [score(ref, generator, now - timedelta(seconds=n)) for n, ref in enumerate(refs)],
        )
    for ref in refs[:: max(n_runs // n_labelled, 1)][:n_labelled]:
        store.ledger.add_label(a_new_label("final", ref.sop_instance_uid))
    return store


def angles(number: int) -> tuple[float, float]:
    """Return primary and secondary angle in degrees: nine views in turn."""
    return 30.0 * (number % 3 - 1), 25.0 * (number // 3 % 3 - 1)


def score(ref: RunRef, generator: np.random.Generator, scored_at: datetime) -> dict[str, Any]:
    """Return a row of scores as the ledger keeps it."""
    return {
        "image_id": ref.sop_instance_uid,
        "model": "vessels@1/1",
        "uncertainty": float(generator.beta(2, 5)),
        "foreground": float(generator.uniform(0, 0.1)),
        "embedding": generator.normal(size=N_NUMBERS).astype("<f4").tobytes(),
        "frames": [[31, 0.5], [40, 0.4], [20, 0.3], [10, 0.2]],
        "scored_at": scored_at,
    }


def measure(store: Any, repeats: int, peer_repeats: int) -> list[dict[str, Any]]:
    """Return the rows of the table, after one answer of each that does not count."""
    app = FastAPI()
    install_error_translator(app)
    from lib.server.routes_next import next_router

    app.include_router(next_router(App(store), Background(None, 0, lambda: False)))
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in (*STRATEGIES, PEER)}
    with TestClient(app) as client:
        for turn in range(repeats + 1):
            for name, times in taken.items():
                if name != PEER or turn <= peer_repeats:
                    times.append(timed(lambda: ask(client, name, turn)))  # noqa: B023  called at once
    return [row(name, times[1:]) for name, times in taken.items()]


def ask(client: TestClient, name: str, turn: int) -> None:
    """Ask for a run, as a person of one's own."""
    answer = client.post(f"/activelearning/{name}", headers={"X-Client-Id": f"{name}-{turn}"[:60]})
    answer.raise_for_status()
    assert answer.json()["id"]


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Return the ms that passed and the ms of the processor."""
    began, processor = time.perf_counter(), time.process_time()
    work()
    return 1e3 * (time.perf_counter() - began), 1e3 * (time.process_time() - processor)


def row(name: str, times: list[tuple[float, float]]) -> dict[str, Any]:
    """Return what is shown of a strategy."""
    passed = [one[0] for one in times]
    return {
        "strategy": name,
        "answers": len(times),
        "median_ms": round(statistics.median(passed), 2),
        "p95_ms": round(float(np.percentile(passed, 95)), 2),
        "processor_ms": round(statistics.median(one[1] for one in times), 2),
    }


if __name__ == "__main__":
    main()
