from pathlib import Path

import numpy as np
import pytest

from lib.errors import ImageUnreadableError, NothingToScoreError, TruthShapeError
from lib.evaluation.folder import find_cases
from lib.evaluation.image_pairs import unit_range
from tests.evaluation_cases import bar, put_pair
from tests.seg_labels import label_table

GREY = np.full((64, 64), 51, np.uint8)


def test_an_image_with_its_mask_is_a_case_and_one_without_is_none(tmp_path: Path) -> None:
    put_pair(tmp_path, "12_LAO", GREY, bar(9) * np.uint8(255))
    put_pair(tmp_path, "13_LAO", GREY, GREY)
    (tmp_path / "13_LAO_mask.png").unlink()

    cases = find_cases(tmp_path)

    assert [case.name for case in cases] == ["12_LAO"]
    cine, truth = cases[0].open(label_table())
    assert cine.frames.shape == (1, 64, 64)
    assert cine.frames[0, 0, 0] == pytest.approx(0.2)
    np.testing.assert_array_equal(truth.vessel[0], bar(9))
    assert truth.times == (0,)
    assert truth.device is None


@pytest.mark.parametrize(
    ("name", "subject"),
    [("131_1_LCA", "131"), ("B35_LCA", "B35"), ("S13-LAC", "S13"), ("anon", "anon")],
)
def test_the_subject_is_the_number_that_a_name_begins_with(tmp_path: Path, name: str, subject: str) -> None:
    put_pair(tmp_path / "inside", name, GREY, GREY)

    case = find_cases(tmp_path)[0]

    assert case.subject.removeprefix("inside/") == subject


@pytest.mark.parametrize("white", [1, 255])
def test_masks_of_zero_and_one_are_read_like_those_of_zero_and_255(tmp_path: Path, white: int) -> None:
    put_pair(tmp_path, "a", GREY, bar(9) * np.uint8(white))

    _, truth = find_cases(tmp_path)[0].open(label_table())

    np.testing.assert_array_equal(truth.vessel[0], bar(9))


def test_a_black_mask_is_an_empty_truth(tmp_path: Path) -> None:
    put_pair(tmp_path, "a", GREY, np.zeros((64, 64), np.uint8))

    assert not find_cases(tmp_path)[0].open(label_table())[1].vessel.any()


def test_a_mask_of_another_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    put_pair(tmp_path, "a", GREY, np.zeros((64, 32), np.uint8))

    with pytest.raises(TruthShapeError, match=r"truth of a is 1 x 64 x 32, but its image 1 x 64 x 64"):
        find_cases(tmp_path)[0].open(label_table())


def test_a_broken_image_is_named(tmp_path: Path) -> None:
    put_pair(tmp_path, "a", GREY, GREY)
    (tmp_path / "a_image.png").write_bytes(b"no image")

    with pytest.raises(ImageUnreadableError, match=r"a_image\.png is no image"):
        find_cases(tmp_path)[0].open(label_table())


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToScoreError, match="holds nothing that can be scored"):
        find_cases(tmp_path)


@pytest.mark.parametrize(("brightest", "top"), [(4000, 4095), (1000, 1023), (65000, 65535), (0, 255)])
def test_sixteen_bits_are_scaled_by_the_bits_in_use(brightest: int, top: int) -> None:
    image = np.full((4, 4), brightest, np.uint16)

    assert unit_range(image).max() == pytest.approx(brightest / top)
