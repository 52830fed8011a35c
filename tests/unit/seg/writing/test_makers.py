"""Who made a segment, its colours and codes."""

import pytest
from highdicom.color import CIELabColor

from lib.labels import Label
from lib.seg.content import MULTI_SCALE_FILTERING, AlgorithmType, Maker, Segment
from lib.seg.read import read_seg
from tests.builders import build_xa
from tests.seg_labels import MODEL, PERSON, label_table, moving_mask
from tests.unit.seg.writing.parts import seg_of


def test_a_model_is_named_with_its_version_and_kind() -> None:
    source = build_xa()
    maker = Maker(AlgorithmType.AUTOMATIC, "vesselness", "2", MULTI_SCALE_FILTERING)
    mask = moving_mask((4, 32, 48))

    seg = seg_of(source, segments=(Segment(label_table().by_name("vessel"), mask, maker),))

    item = seg.SegmentSequence[0]
    algorithm = item.SegmentationAlgorithmIdentificationSequence[0]
    assert (item.SegmentAlgorithmType, item.SegmentAlgorithmName) == ("AUTOMATIC", "vesselness")
    assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == ("vesselness", "2")
    assert algorithm.AlgorithmFamilyCodeSequence[0].CodeValue == "123106"


def test_a_person_is_named_without_pretending_to_be_an_algorithm() -> None:
    source = build_xa()
    segments = (Segment(label_table().by_name("vessel"), moving_mask((4, 32, 48)), PERSON),)

    seg = seg_of(source, segments=segments, author="reviewer")

    item = seg.SegmentSequence[0]
    assert item.SegmentAlgorithmType == "MANUAL"
    assert "SegmentAlgorithmName" not in item
    assert "SegmentationAlgorithmIdentificationSequence" not in item
    read = read_seg(seg, 4, label_table())
    assert read.segments[0].maker == PERSON
    assert read.author == "reviewer"


@pytest.mark.parametrize("version", ["3", ""])
def test_a_half_automatic_maker_comes_back_whole(version: str) -> None:
    maker = Maker(AlgorithmType.SEMIAUTOMATIC, "clicks", version)
    segments = (Segment(label_table().by_name("vessel"), moving_mask((4, 32, 48)), maker),)

    read = read_seg(seg_of(build_xa(), segments=segments), 4, label_table())

    assert read.segments[0].maker == maker


def test_author_and_description_come_back() -> None:
    read = read_seg(seg_of(build_xa(), author="Lee^Ann", description="after review"), 4, label_table())

    assert (read.author, read.description) == ("Lee^Ann", "after review")


def test_text_that_dicom_cannot_hold_becomes_one_line() -> None:
    seg = seg_of(build_xa(), author="a\\b=c", description="first\nsecond\\third " + "x" * 100)

    assert seg.ContentCreatorName == "a b c"
    assert seg.ContentDescription.startswith("first second third xxx")
    assert len(seg.ContentDescription) == 64


@pytest.mark.parametrize("rgb", [(255, 0, 0), (0, 255, 0), (230, 57, 70), (12, 34, 56)])
def test_colours_survive_the_way_to_cielab_and_back(rgb: tuple[int, int, int]) -> None:
    vessel = label_table().by_name("vessel")
    label = Label(200, "own", vessel.category, vessel.type, rgb, "ours")
    segments = (Segment(label, moving_mask((4, 32, 48)), MODEL),)

    lab = seg_of(build_xa(), segments=segments).SegmentSequence[0].RecommendedDisplayCIELabValue

    assert CIELabColor.from_dicom_value(lab).to_rgb() == rgb


def test_red_has_the_cielab_values_that_dcmtk_writes_for_it() -> None:
    vessel = label_table().by_name("vessel")
    label = Label(200, "own", vessel.category, vessel.type, (255, 0, 0), "ours")
    segments = (Segment(label, moving_mask((4, 32, 48)), MODEL),)

    lab = seg_of(build_xa(), segments=segments).SegmentSequence[0].RecommendedDisplayCIELabValue

    assert list(lab) == [34886, 53484, 50172]


def test_the_codes_are_those_of_the_label_with_its_modifiers() -> None:
    seg = seg_of(build_xa(), "left SFA", "segment 9a")

    left, narrowed = (item.SegmentedPropertyTypeCodeSequence[0] for item in seg.SegmentSequence)
    assert (left.CodeValue, left.CodingSchemeDesignator) == ("181349008", "SCT")
    assert left.SegmentedPropertyTypeModifierCodeSequence[0].CodeMeaning == "Left"
    assert narrowed.SegmentedPropertyTypeModifierCodeSequence[0].CodingSchemeDesignator == "99FLUORO"
    assert seg.CodingSchemeIdentificationSequence[0].CodingSchemeDesignator == "99FLUORO"


def test_published_codes_need_no_scheme_of_ours() -> None:
    assert "CodingSchemeIdentificationSequence" not in seg_of(build_xa(), "vessel")
