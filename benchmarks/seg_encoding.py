"""How long it takes to turn a label of 96 frames of 512 x 512 pixels into a DICOM SEG file.

highdicom writes a CT volume of the same size in the same run. It refuses an X-ray run, which has no
place in space, so the same pixels lie on 96 CT slices there: the nearest thing that it can do.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import highdicom as hd
import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, XRayAngiographicImageStorage, generate_uid

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.arrays import Mask  # noqa: E402
from lib.labels import LabelTable, load_label_table  # noqa: E402
from lib.seg.content import AlgorithmType, Maker, SegLabel, Segment  # noqa: E402
from lib.seg.read import read_seg  # noqa: E402
from lib.seg.write import write_seg  # noqa: E402
from lib.settings import SegSettings  # noqa: E402

SHAPE: Final = (96, 512, 512)
TARGET_S: Final = 0.3
"""Within so many seconds the project promises to write one segment."""


def moving_mask(offset: int) -> Mask:
    """Return a (T, H, W) mask of a few bars that wander; every frame has some."""
    mask = np.zeros(SHAPE, np.bool_)
    for t in range(SHAPE[0]):
        for k in range(6):
            top = (offset + 60 * k + 3 * t) % (SHAPE[1] - 40)
            mask[t, top : top + 8, 40 + 2 * t : 300 + 2 * t] = True
    return mask


def header(sop_class_uid: str, modality: str) -> Dataset:
    """Return a header without pixels."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.Modality = sop_class_uid, modality
    dataset.StudyInstanceUID = dataset.SeriesInstanceUID = dataset.SOPInstanceUID = generate_uid()
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = "Bench^Mark", "1", "19700101"
    dataset.PatientSex, dataset.StudyID, dataset.AccessionNumber = "O", "1", "1"
    dataset.StudyDate, dataset.StudyTime, dataset.ReferringPhysicianName = "20240101", "120000", ""
    dataset.Rows, dataset.Columns = SHAPE[1:]
    return dataset


def xa_run() -> Dataset:
    """Return the header of an XA run."""
    run = header(XRayAngiographicImageStorage, "XA")
    run.NumberOfFrames = SHAPE[0]
    return run


def ct_volume() -> list[Dataset]:
    """Return the headers of a CT series with as many slices."""
    study, frame_of_reference = header(CTImageStorage, "CT"), generate_uid()
    slices = []
    for z in range(SHAPE[0]):
        image = header(CTImageStorage, "CT")
        image.StudyInstanceUID, image.SeriesInstanceUID = study.StudyInstanceUID, study.SeriesInstanceUID
        image.FrameOfReferenceUID = frame_of_reference
        image.ImagePositionPatient = [0, 0, z]
        image.ImageOrientationPatient, image.PixelSpacing = [1, 0, 0, 0, 1, 0], [0.5, 0.5]
        image.SliceThickness, image.InstanceNumber = 1, z + 1
        slices.append(image)
    return slices


def table() -> LabelTable:
    """Return the project's labels."""
    return load_label_table(ROOT / "configs" / "labels.yaml")


def label_of(run: Dataset, n_segments: int) -> SegLabel:
    """Return a label with this many segments."""
    maker = Maker(AlgorithmType.AUTOMATIC, "bench", "1")
    segments = tuple(
        Segment(table().by_index(index), moving_mask(7 * index), maker) for index in range(1, n_segments + 1)
    )
    return SegLabel(str(run.SOPInstanceUID), segments, 1, "bench", "")


def ours(run: Dataset, label: SegLabel) -> bytes:
    """Write our SEG into memory."""
    buffer = BytesIO()
    seg = write_seg(run, label, SegSettings(), datetime.now())
    seg.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def highdicoms(volume: list[Dataset], label: SegLabel) -> bytes:
    """Write highdicom's SEG of a CT volume into memory."""
    pixels = np.stack([segment.mask for segment in label.segments], axis=-1).astype(np.uint8)
    tissue = hd.sr.CodedConcept("85756007", "SCT", "Tissue")
    descriptions = [
        hd.seg.SegmentDescription(number, segment.label.name, tissue, tissue, "MANUAL")
        for number, segment in enumerate(label.segments, 1)
    ]
    seg = hd.seg.Segmentation(
        volume, pixels, "BINARY", descriptions, generate_uid(), 2, generate_uid(), 1, "Peer", "Peer", "1", "1"
    )
    buffer = BytesIO()
    seg.save_as(buffer)
    return buffer.getvalue()


def median_s(work: Callable[[], object], repeats: int) -> float:
    """Return the median time of some repeats after one that does not count."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(n_segments: int, repeats: int) -> dict[str, float]:
    """Return median seconds of writing by us and by highdicom, and of reading, for this many segments."""
    run, volume = xa_run(), ct_volume()
    label, labels = label_of(run, n_segments), table()
    file = ours(run, label)
    return {
        "segments": n_segments,
        "ours_s": median_s(lambda: ours(run, label), repeats),
        "highdicom_ct_s": median_s(lambda: highdicoms(volume, label), repeats),
        "our_reading_s": median_s(lambda: read_seg(dcmread(BytesIO(file)), SHAPE[0], labels), repeats),
    }


def main() -> None:
    """Measure one and three segments and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="How long a label takes to become a DICOM SEG file.")
    parser.add_argument("--repeats", type=int, default=5, help="how often each is done; medians are given")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    arguments = parser.parse_args()
    rows = [measure(n_segments, arguments.repeats) for n_segments in (1, 3)]
    if arguments.json:
        result = {"benchmark": "seg_encoding", "shape": SHAPE, "repeats": arguments.repeats, "rows": rows}
        print(json.dumps(result))
        return
    print(f"{'segments':<12}{'ours, XA run':>16}{'highdicom, CT':>16}{'our reading':>16}")
    for row in rows:
        times = (row["ours_s"], row["highdicom_ct_s"], row["our_reading_s"])
        print(f"{row['segments']:<12}" + "".join(f"{seconds:>14.3f} s" for seconds in times))
    verdict = "kept" if rows[0]["ours_s"] <= TARGET_S else "MISSED"
    print(f"target {TARGET_S} s for one segment of {' x '.join(map(str, SHAPE))}: {verdict}")


if __name__ == "__main__":
    main()
