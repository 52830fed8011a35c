"""Files that other programs wrote."""

from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from lib.datastore.volumes import (
    read_label,
    read_volume,
)
from lib.errors import LabelFileError
from tests.unit.datastore.volume_files.samples import some_label


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.int32])
def test_whole_numbers_of_any_type_are_a_label(tmp_path: Path, dtype: Any) -> None:
    label = some_label(dtype)
    nibabel.Nifti1Image(label, np.eye(4)).to_filename(tmp_path / "label.nii.gz")

    got, _ = read_label(tmp_path / "label.nii.gz")

    assert got.dtype == np.uint8
    np.testing.assert_array_equal(got, label)


@pytest.mark.parametrize(
    ("value", "said"), [(0.5, "no whole numbers"), (-1.0, "from -1 to"), (256.0, "to 256"), (np.nan, "nan")]
)
def test_other_values_are_no_label(tmp_path: Path, value: float, said: str) -> None:
    label = some_label(np.float32)
    label[0, 0, 0] = value
    nibabel.Nifti1Image(label, np.eye(4)).to_filename(tmp_path / "label.nii.gz")

    with pytest.raises(LabelFileError, match=said):
        read_label(tmp_path / "label.nii.gz")


@pytest.mark.parametrize(("shape", "expected"), [((7, 5), (7, 5, 1)), ((7, 5, 3, 1), (7, 5, 3))])
def test_axes_of_one_sample_may_be_missing_or_too_many(
    tmp_path: Path, shape: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    nibabel.Nifti1Image(np.ones(shape, np.uint8), np.eye(4)).to_filename(tmp_path / "label.nii.gz")

    got, _ = read_label(tmp_path / "label.nii.gz")

    assert got.shape == expected


def test_layers_of_segments_are_refused(tmp_path: Path) -> None:
    nrrd.write(str(tmp_path / "label.nrrd"), np.ones((2, 7, 5, 3), np.uint8))

    with pytest.raises(LabelFileError, match=r"4 axes \(2 x 7 x 5 x 3\)"):
        read_label(tmp_path / "label.nrrd")


def test_an_orientation_of_another_program_does_not_turn_the_label(tmp_path: Path) -> None:
    label = some_label()
    image = sitk.GetImageFromArray(label.transpose(2, 1, 0))
    for name in ("label.nii.gz", "label.nrrd"):
        sitk.WriteImage(image, str(tmp_path / name))

        got, affine = read_label(tmp_path / name)

        np.testing.assert_array_equal(got, label)
        np.testing.assert_allclose(affine, np.diag([-1.0, -1.0, 1.0, 1.0]))


@pytest.mark.parametrize("space", ["right-anterior-superior", "left-posterior-superior", "LAS"])
def test_nrrd_of_other_spaces_agrees_with_itk(tmp_path: Path, space: str) -> None:
    header = {"space": space, "space directions": np.diag([0.2, 0.3, 1.0]), "space origin": [4.0, 5.0, 6.0]}
    nrrd.write(str(tmp_path / "a.nrrd"), some_label(), header)
    image = sitk.ReadImage(str(tmp_path / "a.nrrd"))

    _, affine = read_volume(tmp_path / "a.nrrd")

    by_itk = np.eye(4)
    to_ras = np.diag([-1.0, -1.0, 1.0])
    by_itk[:3, :3] = to_ras @ np.reshape(image.GetDirection(), (3, 3)) @ np.diag(image.GetSpacing())
    by_itk[:3, 3] = to_ras @ image.GetOrigin()
    np.testing.assert_allclose(affine, by_itk, atol=1e-9)
