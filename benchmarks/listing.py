"""How long a list of 2,000 runs takes in an Orthanc of ours, against MONAI Label's search for series.

Ours is `list_runs`: every run with its frames and size. Warm it asks an Orthanc only for what is new, so
the whole list without the change feed is shown too. The peer is what MONAI Label's data store does to list
images: one search for series of modality XA, which names no run. All take turns on the same Orthanc. Cold is
the first list after Orthanc was started anew, with the file cache dropped where that is allowed.
"""

import argparse
import json
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from dicomweb_client import DICOMwebClient
from pydicom import Dataset
from pydicom.uid import generate_uid

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.pacs.dicomweb import connect  # noqa: E402
from lib.settings import PacsSettings  # noqa: E402
from lib.start.embedded_pacs import EmbeddedPacs  # noqa: E402
from tests.builders import build_xa  # noqa: E402

RUNS_PER_SERIES: Final = 2
SERIES_PER_STUDY: Final = 4
WARM_LIMIT_S: Final = 1.0
COLD_LIMIT_S: Final = 5.0


def main() -> None:
    """Fill an Orthanc, measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How long a list of all runs takes.")
    parser.add_argument("--runs", type=int, default=2000, help="runs in the PACS")
    parser.add_argument("--repeats", type=int, default=5, help="how often each is listed; medians are given")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), arguments.runs, arguments.repeats)
    if arguments.json:
        print(json.dumps({"benchmark": "listing", "repeats": arguments.repeats, **result}))
        return
    print(f"{'list of':<44}{'cold':>10}{'warm':>10}")
    for row in result["rows"]:
        print(f"{row['list']:<44}{row['cold_s']:>8.3f} s{row['warm_s']:>8.3f} s")
    ours = result["rows"][0]
    is_kept = ours["warm_s"] <= WARM_LIMIT_S and ours["cold_s"] <= COLD_LIMIT_S
    print(f"file cache dropped: {'yes' if result['is_cache_dropped'] else 'no, not allowed here'}")
    print(f"target {WARM_LIMIT_S} s warm, {COLD_LIMIT_S} s cold: {'kept' if is_kept else 'MISSED'}")


def measure(folder: Path, n_runs: int, repeats: int) -> dict[str, Any]:
    """Return the seconds of each, cold and warm."""
    orthanc = EmbeddedPacs(folder, http_port=free_port())
    orthanc.start()
    try:
        orthanc.wait()
        fill(orthanc.url, n_runs)
        cold: dict[str, float] = {}
        is_dropped = True
        for name in listers(orthanc.url):
            orthanc.stop()
            is_dropped = drop_file_cache() and is_dropped
            orthanc.start()
            orthanc.wait()
            cold[name] = seconds_of(listers(orthanc.url)[name], n_runs)
        warm = warm_medians(orthanc.url, n_runs, repeats)
    finally:
        orthanc.stop()
    rows = [{"list": name, "cold_s": round(cold[name], 4), "warm_s": round(warm[name], 4)} for name in warm]
    return {"runs": n_runs, "is_cache_dropped": is_dropped, "rows": rows}


def warm_medians(url: str, n_runs: int, repeats: int) -> dict[str, float]:
    """Return the median seconds of each, in turns, after one round that does not count."""
    ways = listers(url)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats + 1):
        for name, lister in ways.items():
            seconds[name].append(seconds_of(lister, n_runs))
    return {name: statistics.median(values[1:]) for name, values in seconds.items()}


def listers(url: str) -> dict[str, Callable[[int], bool]]:
    """Return the ways, ours first; each says whether its list was whole."""
    pacs, client = connect(PacsSettings(url=url)), DICOMwebClient(url)

    def series() -> set[str]:
        found = client.search_for_series(search_filters={"Modality": "XA"})
        return {str(Dataset.from_json(item)["SeriesInstanceUID"].value) for item in found}

    return {
        "runs, with frames and size (ours)": lambda n_runs: len(pacs.list_runs()) == n_runs,
        "the same, without Orthanc's change feed": lambda n_runs: len(pacs.list_runs_anew()) == n_runs,
        "series, as MONAI Label lists them": lambda n_runs: len(series()) == -(-n_runs // RUNS_PER_SERIES),
    }


def seconds_of(lister: Callable[[int], bool], n_runs: int) -> float:
    """Return how long one list takes; ends the benchmark when the list is not whole."""
    start = time.perf_counter()
    is_whole = lister(n_runs)
    seconds = time.perf_counter() - start
    if not is_whole:
        sys.exit("A list was not whole, so its time says nothing.")
    return seconds


def fill(url: str, n_runs: int) -> None:
    """Store small XA runs: two to a series, four series to a study."""
    pacs = connect(PacsSettings(url=url))
    runs_per_study = RUNS_PER_SERIES * SERIES_PER_STUDY
    for first in range(0, n_runs, runs_per_study):
        study, series = generate_uid(), [generate_uid() for _ in range(SERIES_PER_STUDY)]
        numbers = range(min(runs_per_study, n_runs - first))
        pacs.store([small_run(study, series[n // RUNS_PER_SERIES]) for n in numbers])


def small_run(study: str, series: str) -> Dataset:
    """Return a run of 4 frames of 16 x 16."""
    return build_xa(n_frames=4, rows=16, columns=16, study_instance_uid=study, series_instance_uid=series)


def free_port() -> int:
    """Return a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def drop_file_cache() -> bool:
    """Drop the system's file cache; return whether that was allowed."""
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
