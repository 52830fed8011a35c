"""What cannot become a SEG."""

import numpy as np
import pytest

from lib.errors import LabelShapeError, SegError
from lib.labels import Code, Label
from lib.seg.content import AlgorithmType, Maker, Segment
from lib.seg.write import write_seg
from lib.settings import SegSettings
from tests.builders import build_xa
from tests.seg_labels import CREATED, MODEL, label_table, moving_mask, seg_label, written
from tests.unit.seg.writing.parts import seg_of


def test_a_label_of_another_run_is_refused() -> None:
    label = seg_label(build_xa())

    with pytest.raises(SegError, match="belongs to run"):
        written(build_xa(), label)


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID"])
def test_a_source_that_does_not_say_what_it_is_is_refused(keyword: str) -> None:
    source = build_xa()
    label = seg_label(source)
    del source[keyword]

    with pytest.raises(SegError, match=f"no {keyword}"):
        write_seg(source, label, SegSettings(), CREATED)


def test_a_source_without_a_size_is_refused() -> None:
    source = build_xa()
    label = seg_label(source)
    source.Rows = 0

    with pytest.raises(SegError, match=r"has the shape \(4, 0, 48\)"):
        write_seg(source, label, SegSettings(), CREATED)


def test_a_label_needs_a_segment() -> None:
    with pytest.raises(SegError, match="keep the segment and leave its mask empty"):
        seg_label(build_xa(), segments=())


def test_versions_count_from_one() -> None:
    with pytest.raises(SegError, match="0 is none"):
        seg_label(build_xa(), version=0)


def test_masks_are_bool_and_of_one_shape() -> None:
    vessel = label_table().by_name("vessel")
    counts = Segment(vessel, np.ones((4, 32, 48), np.uint8), MODEL)  # type: ignore[arg-type]
    small = Segment(vessel, np.ones((4, 32, 47), np.bool_), MODEL)
    right = Segment(vessel, np.ones((4, 32, 48), np.bool_), MODEL)

    with pytest.raises(SegError, match="is uint8; a mask is bool"):
        seg_label(build_xa(), segments=(counts,))
    with pytest.raises(LabelShapeError):
        seg_label(build_xa(), segments=(right, small))


def test_a_maker_without_a_name_is_refused() -> None:
    with pytest.raises(SegError, match="who made it"):
        Maker(AlgorithmType.MANUAL, " ", "")


def test_an_own_category_goes_into_the_file() -> None:
    own = Code("1", "99HOSP", "Something of ours")
    label = Label(200, "own", own, own, (1, 2, 3), "ours")
    segments = (Segment(label, moving_mask((4, 32, 48)), MODEL),)

    item = seg_of(build_xa(), segments=segments).SegmentSequence[0]

    assert item.SegmentedPropertyCategoryCodeSequence[0].CodeMeaning == "Something of ours"
