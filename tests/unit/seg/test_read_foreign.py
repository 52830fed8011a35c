"""SEGs that other programs wrote: highdicom's, and what viewers make of codes and groups."""

from typing import Any

import highdicom as hd
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence
from pydicom.uid import RLELossless, generate_uid

from lib.errors import SegError
from lib.labels import LabelTable
from lib.seg.content import AlgorithmType
from lib.seg.read import read_seg
from tests.builders import build_enhanced_xa, build_xa
from tests.seg_labels import MODEL, PERSON, label_table, moving_mask, reread, seg_label, written

N_FRAMES = 6


def place_in_space(source: Dataset) -> Dataset:
    """Give an enhanced run the planes in space that highdicom wants of a source."""
    source.FrameOfReferenceUID = generate_uid()
    shared = source.SharedFunctionalGroupsSequence[0]
    shared.PlaneOrientationSequence = Sequence([Dataset()])
    shared.PlaneOrientationSequence[0].ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence = Sequence([Dataset()])
    shared.PixelMeasuresSequence[0].PixelSpacing = [0.3, 0.3]
    shared.PixelMeasuresSequence[0].SliceThickness = 1
    for z, group in enumerate(source.PerFrameFunctionalGroupsSequence):
        group.PlanePositionSequence = Sequence([Dataset()])
        group.PlanePositionSequence[0].ImagePositionPatient = [0, 0, z]
    return source


def highdicom_seg(source: Dataset, pixels: NDArray[Any], kind: str, *names: str, **more: Any) -> FileDataset:
    """Return a SEG that highdicom writes, with the generic code that viewers use for everything."""
    descriptions = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=name,
            segmented_property_category=hd.sr.CodedConcept("85756007", "SCT", "Tissue"),
            segmented_property_type=hd.sr.CodedConcept("85756007", "SCT", "Tissue"),
            algorithm_type="MANUAL",
        )
        for number, name in enumerate(names, 1)
    ]
    seg = hd.seg.Segmentation(
        source_images=[source],
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=descriptions,
        series_instance_uid=generate_uid(),
        series_number=5,
        sop_instance_uid=generate_uid(),
        instance_number=9,
        manufacturer="Someone else",
        manufacturer_model_name="Other",
        software_versions="1",
        device_serial_number="1",
        content_creator_name="Doe^Jane",
        **more,
    )
    return reread(seg)


def enhanced_run() -> Dataset:
    return place_in_space(build_enhanced_xa(n_frames=N_FRAMES))


def test_highdicoms_bits_are_read_frame_by_frame() -> None:
    source = enhanced_run()
    vessel, catheter = moving_mask((N_FRAMES, 32, 48), 1), moving_mask((N_FRAMES, 32, 48), 2)
    pixels = np.stack([vessel, catheter], axis=-1).astype(np.uint8)

    read = read_seg(highdicom_seg(source, pixels, "BINARY", "Vessel", "guide wire"), N_FRAMES, label_table())

    assert [segment.label.name for segment in read.segments] == ["vessel", "guidewire"]
    np.testing.assert_array_equal(read.segments[0].mask, vessel)
    np.testing.assert_array_equal(read.segments[1].mask, catheter)
    assert (read.version, read.author) == (1, "Doe^Jane")
    assert read.source_sop_instance_uid == source.SOPInstanceUID
    assert read.segments[0].maker.type is AlgorithmType.MANUAL
    assert read.segments[0].maker.name == "Doe^Jane"


@pytest.mark.parametrize("syntax", [None, RLELossless])
def test_a_fraction_belongs_to_the_segment_from_one_half(syntax: str | None) -> None:
    share = np.random.default_rng(3).random((N_FRAMES, 32, 48), dtype=np.float32)
    more = {"transfer_syntax_uid": syntax} if syntax else {}
    seg = highdicom_seg(enhanced_run(), share, "FRACTIONAL", "vessel", max_fractional_value=200, **more)

    read = read_seg(seg, N_FRAMES, label_table())

    np.testing.assert_array_equal(read.segments[0].mask, np.around(share * 200) >= 100)


def test_a_label_map_is_read_by_value() -> None:
    values = np.random.default_rng(4).integers(0, 3, (N_FRAMES, 32, 48), dtype=np.uint8)
    seg = highdicom_seg(enhanced_run(), values, "LABELMAP", "vessel", "catheter")

    read = read_seg(seg, N_FRAMES, label_table())

    np.testing.assert_array_equal(read.label_map(), values)


def test_a_real_seg_of_three_ct_slices_is_no_label_of_one_run() -> None:
    seg = dcmread(str(get_testdata_file("liver_1frame.dcm")))

    with pytest.raises(SegError, match="refers to 3 images; a label belongs to one run"):
        read_seg(seg, 1, label_table())


def test_what_all_frames_share_is_found_in_the_shared_groups() -> None:
    source = build_xa(n_frames=1)
    label = seg_label(source)
    seg = written(source, label)
    shared, group = seg.SharedFunctionalGroupsSequence[0], seg.PerFrameFunctionalGroupsSequence[0]
    for keyword in ("SegmentIdentificationSequence", "DerivationImageSequence"):
        setattr(shared, keyword, group[keyword].value)
        delattr(group, keyword)

    np.testing.assert_array_equal(read_seg(seg, 1, label_table()).segments[0].mask, label.segments[0].mask)


def one_segment(*, label: str, type_code: tuple[str, str, str]) -> FileDataset:
    source = build_xa(n_frames=2)
    seg = written(source, seg_label(source))
    item = seg.SegmentSequence[0]
    item.SegmentLabel = label
    code = item.SegmentedPropertyTypeCodeSequence[0]
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = type_code
    return seg


@pytest.mark.parametrize(
    ("label", "type_code", "name"),
    [
        ("Segment 1", ("19923001", "SCT", "Catheter"), "catheter"),
        ("catheter", ("85756007", "SCT", "Tissue"), "catheter"),
        ("my drawing", ("X1", "99X", "Stenosis"), "stenosis"),
        ("prox LAD", ("68787002", "SCT", "Proximal LAD"), "LAD proximal"),
        ("anything", ("28205006", "SCT", "Infra-renal Aorta"), "infrarenal aorta"),
        ("left SFA", ("181349008", "SCT", "Superficial Femoral Artery"), "left superficial femoral artery"),
    ],
)
def test_a_segment_is_recognised_by_code_then_by_text(
    label: str, type_code: tuple[str, str, str], name: str
) -> None:
    seg = one_segment(label=label, type_code=type_code)

    assert read_seg(seg, 2, label_table()).segments[0].label.name == name


@pytest.mark.parametrize(
    ("label", "type_code"),
    [
        ("liver", ("10200004", "SCT", "Liver")),
        ("artery of the leg", ("181349008", "SCT", "Superficial Femoral Artery")),
    ],
)
def test_a_segment_that_means_nothing_certain_is_refused_by_name(
    label: str, type_code: tuple[str, str, str]
) -> None:
    seg = one_segment(label=label, type_code=type_code)

    with pytest.raises(SegError, match=f"Segment 1 is '{label}' with type code {type_code[0]}"):
        read_seg(seg, 2, label_table())


def test_all_labels_of_the_table_come_back_as_themselves() -> None:
    source = build_xa(n_frames=1)
    names = [label.name for label in label_table()]

    read = read_seg(written(source, seg_label(source, *names)), 1, label_table())

    assert [segment.label.name for segment in read.segments] == names


def test_a_seg_on_two_images_is_read_for_the_one_that_is_named() -> None:
    source = build_xa(n_frames=3)
    label = seg_label(source)
    seg = written(source, label)
    other = generate_uid()
    group = seg.PerFrameFunctionalGroupsSequence[0]
    group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID = other

    read = read_seg(seg, 3, label_table(), source_sop_instance_uid=str(source.SOPInstanceUID))

    assert not read.segments[0].mask[0].any()
    np.testing.assert_array_equal(read.segments[0].mask[1:], label.segments[0].mask[1:])
    with pytest.raises(SegError, match="refers to 2 images"):
        read_seg(seg, 3, label_table())
    with pytest.raises(SegError, match=r"does not refer to run 1\.2\.3"):
        read_seg(seg, 3, label_table(), source_sop_instance_uid="1.2.3")


def drop_derivation(seg: Dataset) -> None:
    del seg.PerFrameFunctionalGroupsSequence[1].DerivationImageSequence


def cut_pixels(seg: Dataset) -> None:
    seg.PixelData = seg.PixelData[:-10]


def drop_pixels(seg: Dataset) -> None:
    del seg.PixelData


def too_late(seg: Dataset) -> None:
    group = seg.PerFrameFunctionalGroupsSequence[0]
    group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber = 9


def on_two_frames(seg: Dataset) -> None:
    group = seg.PerFrameFunctionalGroupsSequence[0]
    group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber = [1, 2]


def on_no_frame(seg: Dataset) -> None:
    group = seg.PerFrameFunctionalGroupsSequence[0]
    del group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber


def undescribed(seg: Dataset) -> None:
    seg.PerFrameFunctionalGroupsSequence[0].SegmentIdentificationSequence[0].ReferencedSegmentNumber = 7


def drop_group(seg: Dataset) -> None:
    seg.PerFrameFunctionalGroupsSequence.pop()


def not_a_seg(seg: Dataset) -> None:
    seg.Modality = "XA"


def no_rows(seg: Dataset) -> None:
    del seg.Rows


def odd_segment_number(seg: Dataset) -> None:
    seg.SegmentSequence[0].SegmentNumber = None


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (drop_derivation, "Frame 2 of the SEG does not say which image it lies on"),
        (cut_pixels, "3 frames of 32 x 48 bits need 576"),
        (drop_pixels, "0 bytes of pixel data"),
        (too_late, "mask for frame 9, but run .* has 3 frames"),
        (on_two_frames, "lies on several frames"),
        (on_no_frame, "not to one of its 3 frames"),
        (undescribed, "shows segment 7, which it does not describe"),
        (drop_group, "has 3 frames, but says for 2"),
        (not_a_seg, "is not a DICOM SEG"),
        (no_rows, r"has the shape \(3, 0, 48\)"),
        (odd_segment_number, "shows segment 1, which it does not describe"),
    ],
)
def test_a_seg_that_cannot_be_placed_is_refused_with_a_reason(spoil: Any, sentence: str) -> None:
    source = build_xa(n_frames=3)
    seg = written(source, seg_label(source))
    spoil(seg)

    with pytest.raises(SegError, match=sentence):
        read_seg(seg, 3, label_table())


def test_a_table_without_the_label_says_which_one_is_missing() -> None:
    source = build_xa(n_frames=2)
    seg = written(source, seg_label(source, "catheter"))

    with pytest.raises(SegError, match=r"Segment 1 is 'catheter'.*Import a label"):
        read_seg(seg, 2, LabelTable(label_table().set("coronary")))


def test_makers_of_our_own_file_are_read_per_segment() -> None:
    source = build_xa(n_frames=2)

    read = read_seg(written(source, seg_label(source, "vessel", "catheter")), 2, label_table())

    assert [segment.maker for segment in read.segments] == [MODEL, PERSON]
