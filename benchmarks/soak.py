"""Mixed load on a real server for minutes: memory, failures, and a kill in the middle that must lose nothing.

Several people look at runs, fetch them by DICOMweb, click, segment, save and upload, with pauses of up to
half a second, on a server of its own with an Orthanc of its own. In the middle the server is killed (-9) and
started again on the same data. Afterwards every save that was acknowledged must be listed, every SEG must be
in the PACS, the audit log must be whole, and memory must not have grown from the second to the last third of
either life. Requests that met the dead server count as neither good nor bad.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import requests

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT), str(ROOT / "benchmarks")]

from _soak_people import SHAPE, Done, Person, Shared, megabytes, run_facts  # noqa: E402

from lib.datastore.audit_records import check_chain  # noqa: E402
from lib.datastore.ledger import Ledger  # noqa: E402
from lib.pacs.dicomweb import connect  # noqa: E402
from lib.settings import PacsSettings  # noqa: E402
from lib.start.embedded_pacs import EmbeddedPacs  # noqa: E402
from tests.builders import build_xa  # noqa: E402
from tests.ports import free_port  # noqa: E402
from tests.servers import TestServer  # noqa: E402

N_RUNS: Final = 4
SENT_WITHIN_S: Final = 120.0
MOST_GROWTH: Final = 0.10
"""Share by which memory may grow between the second and the last third of a life."""
SMALL_MB: Final = 48.0
"""Growth below this is no growth."""
SHORT_S: Final = 80
"""A third of a life that is shorter says nothing about memory."""
MOST_MB: Final = 4000.0
INFO_LIMIT_MS: Final = 200.0
BUSY: Final = 429
ERROR: Final = 500


class Soak:
    """One soak: what runs, and what was measured."""

    def __init__(self, folder: Path, n_people: int, seconds: float) -> None:
        self.pacs = EmbeddedPacs(folder / "orthanc", http_port=free_port())
        self.server = TestServer(folder / "data", self.pacs.url)
        self.n_people = n_people
        self.seconds = seconds
        self.lives: list[list[float]] = [[]]
        self.down: tuple[float, float] = (float("inf"), float("inf"))
        self.shared = Shared(self.server.url, [], 0.0)

    def run(self, *, is_killed: bool) -> dict[str, Any]:
        """Run it and return the figures."""
        with ExitStack() as stack:
            self.pacs.start()
            stack.callback(self.pacs.stop)
            self.pacs.wait()
            runs = [build_xa(n_frames=SHAPE[0], rows=SHAPE[1], columns=SHAPE[2]) for _ in range(N_RUNS)]
            connect(PacsSettings(url=self.pacs.url)).store(runs)
            self.server.start()
            stack.callback(self.server.stop)
            self.shared.runs += [run_facts(run) for run in runs]
            self._work(is_killed)
            figures = self._checked()
        ledger = Ledger.in_folder(self.server.data)
        audit = check_chain(ledger.whole_audit())
        ledger.close()
        return {**figures, "audit_entries": audit.n_entries, "audit_problem": audit.problem}

    def _work(self, is_killed: bool) -> None:
        self.shared.began = time.monotonic()
        people = [Person(f"person-{number}", self.shared, number) for number in range(self.n_people)]
        sampler = threading.Thread(target=self._sample, daemon=True)
        for thread in (*people, sampler):
            thread.start()
        time.sleep(self.seconds / 2)
        if is_killed:
            self._kill_and_start()
        time.sleep(self.seconds / 2)
        self.shared.is_over.set()
        for person in people:
            person.join(120)

    def _kill_and_start(self) -> None:
        died = time.monotonic() - self.shared.began
        self.down = (died, float("inf"))
        self.server.kill()
        self.lives.append([])
        self.server.start()
        self.down = (died, time.monotonic() - self.shared.began)

    def _sample(self) -> None:
        """Note the server's memory every second."""
        while not self.shared.is_over.wait(1.0):
            if used := megabytes(self.server.child.pid):
                self.lives[-1].append(used)

    def _checked(self) -> dict[str, Any]:
        """Look whether all that was acknowledged is there."""
        lost = [label for image, label, _ in self.shared.saved if label not in self._labels(image)]
        segs = {seg for _, _, seg in self.shared.saved if seg}
        return {
            "requests": sum(one.status > 0 for one in self.shared.done),
            "kinds": by_kind(self.shared.done),
            "failures": self._failures(),
            "saves": len(self.shared.saved),
            "saves_lost": len(lost),
            "segs": len(segs),
            "segs_missing": len(self._missing(segs)),
            "restart_s": None if self.down[0] == float("inf") else round(self.down[1] - self.down[0], 1),
            "memory": [memory(life) for life in self.lives],
        }

    def _labels(self, image_id: str) -> set[str]:
        answer = requests.get(f"{self.server.url}/fluoro/api/runs/{image_id}/labels", timeout=60)
        return {label["label_id"] for label in answer.json()["labels"]}

    def _missing(self, segs: set[str]) -> set[str]:
        """Return which SEGs the PACS lacks, after the outbox had time."""
        pacs, until = connect(PacsSettings(url=self.pacs.url)), time.monotonic() + SENT_WITHIN_S
        while True:
            runs = [pacs.find_run(run["image_id"]) for run in self.shared.runs]
            missing = segs - {seg.sop_instance_uid for run in runs for seg in pacs.list_segs(run)}
            if not missing or time.monotonic() > until:
                return missing
            time.sleep(1.0)

    def _failures(self) -> list[str]:
        """Return what failed while the server was alive, as texts; a refusal for being busy is no failure."""
        died, back = self.down
        failed = (
            one
            for one in self.shared.done
            if (one.status == 0 or one.status >= ERROR) and not died <= one.at + one.seconds <= back + 1
        )
        return [f"{one.what} {one.status} at {one.at:.1f} s after {one.seconds:.2f} s" for one in failed]


def by_kind(done: Sequence[Done]) -> dict[str, dict[str, Any]]:
    """Return for each kind of request how many there were and how long they took, in ms."""
    kinds = {}
    for what in sorted({one.what for one in done}):
        mine = [one for one in done if one.what == what]
        times = sorted(one.seconds * 1e3 for one in mine if 0 < one.status < ERROR and one.status != BUSY)
        kinds[what] = {
            "n": sum(one.status > 0 for one in mine),
            "median_ms": round(statistics.median(times), 1) if times else None,
            "p95_ms": round(times[min(len(times) - 1, int(0.95 * len(times)))], 1) if times else None,
            "busy": sum(one.status == BUSY for one in mine),
        }
    return kinds


def memory(samples: Sequence[float]) -> dict[str, Any]:
    """Return the median memory of the second and the last third of a life in MB, and whether it is steady.

    Of a short life nobody can tell: models are still being opened and caches filled.
    """
    third = len(samples) // 3
    if third == 0:
        return {"second_mb": None, "last_mb": None, "peak_mb": None, "is_steady": None}
    second, last = statistics.median(samples[third : 2 * third]), statistics.median(samples[2 * third :])
    is_steady = last - second <= max(SMALL_MB, MOST_GROWTH * second) if third >= SHORT_S else None
    figures = {"second_mb": second, "last_mb": last, "peak_mb": max(samples)}
    return {**{name: round(value, 1) for name, value in figures.items()}, "is_steady": is_steady}


def problems(result: dict[str, Any]) -> list[str]:
    """Return what a soak must not show, as sentences."""
    grew = any(life["is_steady"] is False for life in result["memory"])
    peak_mb = max(life["peak_mb"] or 0.0 for life in result["memory"])
    found = [
        (bool(result["failures"]), f"{len(result['failures'])} requests failed: {result['failures'][:5]}"),
        (result["saves_lost"] > 0, f"{result['saves_lost']} acknowledged saves are lost"),
        (result["segs_missing"] > 0, f"{result['segs_missing']} SEGs are not in the PACS"),
        (result["audit_problem"] is not None, str(result["audit_problem"])),
        (grew, f"memory grew: {result['memory']}"),
        (peak_mb > MOST_MB, f"memory reached {peak_mb} MB, more than {MOST_MB:.0f}"),
    ]
    return [sentence for is_so, sentence in found if is_so]


def show(result: dict[str, Any]) -> None:
    """Print the figures for people."""
    print(f"{'request':<12}{'n':>7}{'median':>12}{'95 %':>12}{'busy':>6}")
    for what, row in result["kinds"].items():
        print(f"{what:<12}{row['n']:>7}{row['median_ms']!s:>9} ms{row['p95_ms']!s:>9} ms{row['busy']:>6}")
    print(f"saves {result['saves']}, lost {result['saves_lost']}; SEGs missing {result['segs_missing']}")
    print(f"memory {result['memory']}; back after the kill in {result['restart_s']} s")
    info = result["kinds"].get("info", {}).get("p95_ms") or 0.0
    print(f"target {INFO_LIMIT_MS:.0f} ms for /info/: {'kept' if info <= INFO_LIMIT_MS else 'MISSED'}")
    for problem in result["problems"]:
        print(f"PROBLEM: {problem}")


def main() -> None:
    """Run, print a table or one JSON object, and end with 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="Mixed load for minutes, with a kill in the middle.")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long people work")
    parser.add_argument("--people", type=int, default=8, help="how many work at once")
    parser.add_argument("--no-kill", action="store_true", help="let the server live")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), arguments.people, 60 * arguments.minutes)
        result = soak.run(is_killed=not arguments.no_kill)
    asked = {"benchmark": "soak", "minutes": arguments.minutes, "people": arguments.people}
    result = {**asked, **result, "problems": problems(result)}
    if arguments.json:
        print(json.dumps(result))
    else:
        show(result)
    sys.exit(1 if result["problems"] else 0)


if __name__ == "__main__":
    main()
