"""How long reading a run takes: file to frames, against pydicom's plain pixel_array.

Ours is the whole way (parse, decode, one window, float32 in [0, 1]); the peer parses and decodes only. The
two take turns in the same process. Without ../shared/data a drawn run of the same size is read instead.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, JPEGLosslessSV1

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.frames.read import read_cine  # noqa: E402
from tests.builders import build_xa, encode, to_bytes  # noqa: E402

REAL: Final = ROOT.parent / "shared" / "data" / "dicom"
TARGET: Final = ("xa_cine_96f_jpeg_baseline.dcm", 1.5)
"""The file that the project promises to read within so many seconds."""


def main() -> None:
    """Measure every file and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How long reading a run takes.")
    parser.add_argument("--repeats", type=int, default=5, help="how often each is read; medians are given")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(path, arguments.repeats) for path in files(Path(folder))]
    if arguments.json:
        print(json.dumps({"benchmark": "reading", "repeats": arguments.repeats, "rows": rows}))
        return
    print(f"{'file':<48}{'frames':>16}{'ours':>10}{'pydicom':>10}")
    for row in rows:
        print(f"{row['file']:<48}{row['frames']:>16}{row['ours_s']:>8.3f} s{row['pydicom_s']:>8.3f} s")
    for row in rows:
        if row["file"] == TARGET[0]:
            verdict = "kept" if row["ours_s"] <= TARGET[1] else "MISSED"
            print(f"target {TARGET[1]} s for {TARGET[0]}: {verdict}")


def files(folder: Path) -> list[Path]:
    """Return the real files and two drawn runs as modern systems write them."""
    drawn = {
        "drawn_60f_1024_12bit_uncompressed.dcm": (60, 1024, 12, ExplicitVRLittleEndian),
        "drawn_60f_512_10bit_jpeg_lossless.dcm": (60, 512, 10, JPEGLosslessSV1),
    }
    real = sorted(REAL.glob("*.dcm")) if REAL.is_dir() else []
    if not real:
        drawn["drawn_96f_512_8bit_jpeg_baseline.dcm"] = (96, 512, 8, JPEGBaseline8Bit)
    for name, (n_frames, size, bits, syntax) in drawn.items():
        dataset = build_xa(pixels=noisy(n_frames, size, bits), bits_stored=bits)
        if syntax != ExplicitVRLittleEndian:
            dataset = encode(dataset, syntax)
        (folder / name).write_bytes(to_bytes(dataset))
    return [*real, *sorted(folder.glob("*.dcm"))]


def noisy(n_frames: int, size: int, bits: int) -> Any:
    """Return frames with the noise of a detector, (T, size, size)."""
    top = (1 << bits) - 1
    grey = np.random.default_rng(1).normal(0.6, 0.02, (n_frames, size, size))
    return (grey.clip(0, 1) * top).astype(np.uint8 if bits == 8 else np.uint16)


def measure(path: Path, repeats: int) -> dict[str, Any]:
    """Read a file with both, in turns, after one round that does not count."""
    readers: dict[str, Callable[[], Any]] = {
        "ours_s": lambda: read_cine(path),
        "pydicom_s": lambda: dcmread(path).pixel_array,
    }
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(repeats + 1):
        for name, read in readers.items():
            start = time.perf_counter()
            read()
            seconds[name].append(time.perf_counter() - start)
    medians = {name: round(statistics.median(values[1:]), 4) for name, values in seconds.items()}
    shape = " x ".join(str(n) for n in read_cine(path).frames.shape)
    return {"file": path.name, "frames": shape, **medians}


if __name__ == "__main__":
    main()
