"""What is written is read back bit for bit: by us, and by highdicom."""

from io import BytesIO
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.errors import LabelShapeError
from lib.seg.bits import pack, packed_length, unpack
from lib.seg.check import check_seg
from lib.seg.content import SegLabel, Segment
from lib.seg.read import read_seg
from lib.seg.shapes import run_shape
from tests.builders import build_enhanced_xa, build_rf, build_secondary_capture, build_xa
from tests.seg_labels import (
    MODEL,
    PERSON,
    label_table,
    moving_mask,
    real_headers,
    seg_label,
    to_file,
    written,
)

SOURCES = {
    "XA": lambda: build_xa(n_frames=7),
    "XA of odd size": lambda: build_xa(n_frames=5, rows=13, columns=11),
    "XA with one frame": lambda: build_xa(n_frames=1, NumberOfFrames=1),
    "RF": build_rf,
    "Enhanced XA": build_enhanced_xa,
    "Secondary Capture": build_secondary_capture,
}


def assert_same(read: SegLabel, wanted: SegLabel) -> None:
    assert [segment.label for segment in read.segments] == [segment.label for segment in wanted.segments]
    assert [segment.maker.name for segment in read.segments] == [s.maker.name for s in wanted.segments]
    for got, sent in zip(read.segments, wanted.segments, strict=True):
        np.testing.assert_array_equal(got.mask, sent.mask)


def read_by_highdicom(seg: Dataset, source: Dataset) -> NDArray[np.uint8]:
    """Return (T, H, W, segments) as highdicom sees the file."""
    opened = hd.seg.segread(BytesIO(to_file(seg)))
    n_frames = run_shape(source)[0]
    if n_frames == 1:
        return opened.get_pixels_by_source_instance([source.SOPInstanceUID])
    return opened.get_pixels_by_source_frame(
        source.SOPInstanceUID, list(range(1, n_frames + 1)), assert_missing_frames_are_empty=True
    )


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("keep_empty_frames", [False, True])
def test_overlapping_masks_come_back_bit_for_bit(kind: str, keep_empty_frames: bool) -> None:
    source = SOURCES[kind]()
    label = seg_label(source, "vessel", "catheter", "stenosis")

    seg = written(source, label, keep_empty_frames=keep_empty_frames)

    assert_same(read_seg(seg, run_shape(source)[0], label_table()), label)
    assert check_seg(seg, source) == ()


@pytest.mark.parametrize("kind", SOURCES)
def test_highdicom_reads_the_same_masks(kind: str) -> None:
    source = SOURCES[kind]()
    label = seg_label(source, "vessel", "catheter")

    pixels = read_by_highdicom(written(source, label), source)

    for number, segment in enumerate(label.segments):
        np.testing.assert_array_equal(pixels[..., number], segment.mask)


def test_the_real_files_keep_their_masks_and_viewers_have_nothing_to_refuse(shared_data: Path) -> None:
    headers = real_headers(shared_data)

    assert len(headers) >= 5
    for source in headers:
        label = seg_label(source, "vessel", "first diagonal a")
        seg = written(source, label)
        assert_same(read_seg(seg, run_shape(source)[0], label_table()), label)
        pixels = read_by_highdicom(seg, source)
        for number, segment in enumerate(label.segments):
            np.testing.assert_array_equal(pixels[..., number], segment.mask)
        assert check_seg(seg, source) == ()


@pytest.mark.parametrize("keep_empty_frames", [False, True])
def test_a_label_on_which_nothing_was_found_can_be_stored(keep_empty_frames: bool) -> None:
    source = build_xa(n_frames=4)
    empty = np.zeros(run_shape(source), np.bool_)
    segment = Segment(label_table().by_name("vessel"), empty, MODEL)

    seg = written(source, seg_label(source, segments=(segment,)), keep_empty_frames=keep_empty_frames)

    assert seg.NumberOfFrames == (4 if keep_empty_frames else 1)
    assert check_seg(seg, source) == ()
    assert not read_seg(seg, 4, label_table()).label_map().any()


def test_one_empty_segment_among_others_stays_in_the_list() -> None:
    source = build_xa(n_frames=4)
    table, shape = label_table(), run_shape(source)
    segments = (
        Segment(table.by_name("vessel"), np.zeros(shape, np.bool_), MODEL),
        Segment(table.by_name("catheter"), moving_mask(shape), PERSON),
    )

    read = read_seg(written(source, seg_label(source, segments=segments)), 4, table)

    assert_same(read, seg_label(source, segments=segments))


def test_frames_without_a_mask_are_left_out_unless_one_wants_them() -> None:
    source = build_xa(n_frames=10)
    label = seg_label(source)

    assert written(source, label).NumberOfFrames == 8
    assert written(source, label, keep_empty_frames=True).NumberOfFrames == 10


def test_where_segments_overlap_the_later_one_wins_in_the_label_map() -> None:
    source = build_xa(n_frames=2, rows=4, columns=4)
    first, second = np.zeros((2, 4, 4), np.bool_), np.zeros((2, 4, 4), np.bool_)
    first[0, :2], second[0, 1:] = True, True
    table = label_table()
    segments = (
        Segment(table.by_name("vessel"), first, MODEL),
        Segment(table.by_name("catheter"), second, MODEL),
    )

    label_map = seg_label(source, segments=segments).label_map()

    assert label_map.dtype == np.uint8
    assert label_map[0, :, 0].tolist() == [1, 2, 2, 2]
    assert not label_map[1].any()


def test_a_label_of_another_shape_is_refused_with_both_shapes() -> None:
    source = build_xa(n_frames=4, rows=32, columns=48)
    other = build_xa(n_frames=5, rows=32, columns=48, sop_instance_uid=str(source.SOPInstanceUID))

    with pytest.raises(LabelShapeError, match=r"\(5, 32, 48\), but its run needs \(4, 32, 48\)"):
        written(source, seg_label(other))


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 7), (2, 8, 8), (7, 3, 3)])
def test_bits_run_on_from_frame_to_frame(shape: tuple[int, int, int]) -> None:
    mask = moving_mask(shape)

    packed = pack(list(mask))

    assert len(packed) == packed_length(shape) + packed_length(shape) % 2
    assert packed[0] & 1 == int(mask[0, 0, 0])
    np.testing.assert_array_equal(unpack(packed, shape), mask)
