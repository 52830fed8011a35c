"""What is a run and what is not."""

import pytest
from pydicom.dataset import FileDataset
from pydicom.uid import (
    MPEG4HP41,
    CTImageStorage,
    EnhancedXRFImageStorage,
    SegmentationStorage,
    XRay3DAngiographicImageStorage,
)

from lib.errors import UnsupportedImageError
from lib.frames.read import read_cine, read_header
from tests.builders import build_dx, build_enhanced_xa, build_rf, build_secondary_capture, build_xa, draw_run


@pytest.mark.parametrize(
    ("dataset", "modality", "n_frames"),
    [
        (build_xa(), "XA", 4),
        (build_enhanced_xa(), "XA", 4),
        (build_enhanced_xa(sop_class_uid=EnhancedXRFImageStorage, modality="RF"), "RF", 4),
        (build_rf(), "RF", 1),
        (build_rf(pixels=draw_run(3)), "RF", 3),
        (build_dx(), "DX", 1),
        (build_secondary_capture(), "XA", 1),
        (build_secondary_capture(pixels=draw_run(5), modality="RF"), "RF", 5),
        (build_secondary_capture(is_color=True), "XA", 1),
    ],
    ids=["XA", "Enhanced XA", "Enhanced XRF", "RF", "RF run", "DX", "SC", "SC run", "SC colour"],
)
def test_every_kind_of_run_comes_through_one_door(dataset: FileDataset, modality: str, n_frames: int) -> None:
    cine = read_cine(dataset)

    assert cine.frames.shape == (n_frames, 32, 48)
    assert (cine.header.modality, cine.header.n_frames) == (modality, n_frames)
    assert cine.header.problems == ()
    middle = cine.frames[-1, 15:17, :].mean()
    assert middle < cine.frames[-1, :8, :].mean(), "the vessel must be dark"


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (build_xa(sop_class_uid=CTImageStorage, modality="CT"), "CT Image Storage with modality CT"),
        (build_secondary_capture(modality="US"), "modality US"),
        (build_xa(sop_class_uid=XRay3DAngiographicImageStorage), "X-Ray 3D Angiographic"),
        (build_xa(sop_class_uid=SegmentationStorage, modality="SEG"), "Segmentation Storage"),
        (build_xa(BitsAllocated=32), "1 sample.* of 32 bits"),
        (build_secondary_capture(PhotometricInterpretation="PALETTE COLOR"), "palette"),
        (build_xa(Rows=None), "no Rows"),
    ],
)
def test_what_is_no_run_is_refused_by_name(dataset: FileDataset, words: str) -> None:
    with pytest.raises(UnsupportedImageError, match=words):
        read_header(dataset)


@pytest.mark.parametrize(
    ("syntax", "words"), [(MPEG4HP41, "video"), ("1.2.840.113619.5.2", "not known"), ("1.2.3", "not known")]
)
def test_pixels_in_a_foreign_encoding_are_refused(syntax: str, words: str) -> None:
    dataset = build_xa()
    dataset.file_meta.TransferSyntaxUID = syntax

    with pytest.raises(UnsupportedImageError, match=words):
        read_cine(dataset)


def test_a_missing_modality_follows_from_the_sop_class() -> None:
    header = read_header(build_xa(Modality=None))

    assert header.modality == "XA"
    assert "Modality (0008,0060) is missing" in header.problems[0]


def test_a_missing_sop_uid_is_taken_from_the_file_meta_information() -> None:
    dataset = build_xa()
    uid = dataset.SOPInstanceUID
    del dataset.SOPInstanceUID

    header = read_header(dataset)

    assert header.sop_instance_uid == uid
    assert "SOPInstanceUID is missing" in header.problems[0]


def test_an_instance_that_nothing_names_is_refused() -> None:
    dataset = build_xa()
    del dataset.SOPInstanceUID, dataset.file_meta.MediaStorageSOPInstanceUID

    with pytest.raises(UnsupportedImageError, match="no SOP Instance UID"):
        read_header(dataset)
