"""How long it takes from sending a label of 96 x 512 x 512 until the PACS lists its SEG.

The way is a client's: PUT /datastore/label on a running server, then QIDO at the PACS until the SEG is there.
The peer in the same run is the PACS alone: the same SEG, made beforehand, stored straight by STOW and awaited
the same way.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
import requests
from pydicom.uid import generate_uid

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.arrays import to_volume  # noqa: E402
from lib.datastore.volumes import write_label  # noqa: E402
from lib.pacs.dicomweb import DicomWebPacs, connect  # noqa: E402
from lib.pacs.runs import RunRef  # noqa: E402
from lib.settings import PacsSettings  # noqa: E402
from lib.start.embedded_pacs import EmbeddedPacs  # noqa: E402
from tests.builders import build_xa, draw_run  # noqa: E402
from tests.ports import free_port  # noqa: E402
from tests.servers import TestServer  # noqa: E402

SHAPE: Final = (96, 512, 512)
LIMIT_S: Final = 1.5


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="From sending a label until the PACS lists its SEG.")
    parser.add_argument("--repeats", type=int, default=7, help="labels saved; medians are given")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), arguments.repeats)
    if arguments.json:
        print(json.dumps({"benchmark": "saving", "repeats": arguments.repeats, "rows": rows}))
        return
    print(f"{'until the PACS lists the SEG':<44}{'median':>9}{'slowest':>10}")
    for row in rows:
        print(f"{row['way']:<44}{row['median_s']:>7.3f} s{row['slowest_s']:>8.3f} s")
    kept = "kept" if rows[0]["median_s"] <= LIMIT_S else "MISSED"
    print(f"ratio {rows[0]['median_s'] / rows[1]['median_s']:.1f}; target {LIMIT_S} s: {kept}")


def measure(folder: Path, repeats: int) -> list[dict[str, Any]]:
    """Return the rows of the table; the two ways take turns."""
    with ExitStack() as stack:
        orthanc = EmbeddedPacs(folder / "orthanc", http_port=free_port())
        orthanc.start()
        stack.callback(orthanc.stop)
        orthanc.wait()
        pacs = connect(PacsSettings(url=orthanc.url))
        run = build_xa(pixels=draw_run(*SHAPE))
        pacs.store([run])
        ref = pacs.find_run(str(run.SOPInstanceUID))
        server = TestServer(folder / "server", orthanc.url)
        server.start()
        stack.callback(server.stop)
        label = folder / "label.nii.gz"
        write_label(label, to_volume(a_label()), None)
        taken: dict[str, list[float]] = {"through this server, from PUT": [], "the PACS alone, from STOW": []}
        for turn in range(repeats + 1):
            seconds = by_server(server, pacs, ref, label), by_stow(pacs, ref)
            if turn:
                for way, one in zip(taken, seconds, strict=True):
                    taken[way].append(one)
    return [
        {"way": way, "median_s": statistics.median(all_), "slowest_s": max(all_)}
        for way, all_ in taken.items()
    ]


def a_label() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a label map with a vessel-like band that moves through the frames."""
    label = np.zeros(SHAPE, np.uint8)
    for t in range(SHAPE[0]):
        label[t, 100 : 100 + 3 * t + 10, 200 + t : 212 + t] = 1
    return label


def by_server(server: TestServer, pacs: DicomWebPacs, run: RunRef, label: Path) -> float:
    """Return the seconds from PUT until the PACS lists one SEG more."""
    before = len(pacs.list_segs(run))
    began = time.monotonic()
    with label.open("rb") as file:
        answer = requests.put(
            f"{server.url}/datastore/label",
            params={"image": run.sop_instance_uid, "tag": "final"},
            files={"label": (label.name, file)},
            timeout=60,
        )
    answer.raise_for_status()
    return wait_for_seg(pacs, run, before) - began


def by_stow(pacs: DicomWebPacs, run: RunRef) -> float:
    """Return the seconds from STOW of a copy of the newest SEG until the PACS lists it."""
    segs = pacs.list_segs(run)
    copy = pacs.retrieve_seg(segs[-1])
    copy.SOPInstanceUID = copy.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    copy.SeriesInstanceUID = generate_uid()
    began = time.monotonic()
    pacs.store([copy])
    return wait_for_seg(pacs, run, len(segs)) - began


def wait_for_seg(pacs: DicomWebPacs, run: RunRef, before: int) -> float:
    """Return the moment at which the PACS lists more SEGs than before."""
    until = time.monotonic() + 60
    while len(pacs.list_segs(run)) <= before:
        if time.monotonic() > until:
            sys.exit("The SEG did not reach the PACS within 60 s.")
        time.sleep(0.01)
    return time.monotonic()


if __name__ == "__main__":
    main()
