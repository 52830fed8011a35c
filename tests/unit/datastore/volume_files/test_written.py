"""Labels and runs come back as they were written."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from lib.datastore.volumes import (
    GREY_LEVELS,
    RESULT_SUFFIXES,
    affine_of,
    read_label,
    read_volume,
    write_label,
    write_nifti,
)
from lib.frames.spacing import Spacing
from tests.unit.datastore.volume_files.samples import SHAPE, SPACING, geometry, some_label, some_run


@pytest.mark.parametrize("suffix", RESULT_SUFFIXES)
@pytest.mark.parametrize("spacing", [SPACING, None])
def test_a_label_comes_back_as_it_was(tmp_path: Path, suffix: str, spacing: Spacing | None) -> None:
    path, label = tmp_path / f"label{suffix}", some_label()
    write_label(path, label, spacing)

    got, affine = read_label(path)

    assert got.dtype == np.uint8
    np.testing.assert_array_equal(got, label)
    np.testing.assert_allclose(affine, affine_of(spacing), atol=1e-6)


@pytest.mark.parametrize("suffix", RESULT_SUFFIXES)
def test_every_type_of_file_has_the_geometry_of_the_runs_nifti(tmp_path: Path, suffix: str) -> None:
    write_nifti(tmp_path / "run.nii.gz", some_run(), SPACING)
    write_label(tmp_path / f"label{suffix}", some_label(), SPACING)

    assert geometry(tmp_path / f"label{suffix}") == geometry(tmp_path / "run.nii.gz")
    assert geometry(tmp_path / "run.nii.gz") == (
        SHAPE,
        (0.0, 0.0, 0.0),
        (0.2, 0.3, 1.0),
        (-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0),
    )


@pytest.mark.parametrize("suffix", RESULT_SUFFIXES)
def test_itk_sees_the_label_in_the_runs_order(tmp_path: Path, suffix: str) -> None:
    label = some_label()
    write_label(tmp_path / f"label{suffix}", label, SPACING)

    seen = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / f"label{suffix}")))

    assert seen.dtype == np.uint8
    np.testing.assert_array_equal(seen, label.transpose(2, 1, 0))


@pytest.mark.parametrize("suffix", [".nii.gz", ".nii"])
def test_a_run_is_read_as_floats_from_0_to_1_by_itk_and_nibabel(tmp_path: Path, suffix: str) -> None:
    path, run = tmp_path / f"run{suffix}", some_run()
    write_nifti(path, run, SPACING)

    by_itk = sitk.GetArrayFromImage(sitk.ReadImage(str(path))).transpose(2, 1, 0)
    by_nibabel = nibabel.load(path).get_fdata()

    for seen in (by_itk, by_nibabel):
        assert np.issubdtype(seen.dtype, np.floating)
        np.testing.assert_allclose(seen, run, atol=0.51 / GREY_LEVELS)


def test_a_view_of_frames_is_written_like_a_copy(tmp_path: Path) -> None:
    frames = np.random.default_rng(1).random((3, 5, 7), dtype=np.float32)
    write_nifti(tmp_path / "view.nii.gz", frames.transpose(2, 1, 0), None)
    write_nifti(tmp_path / "copy.nii.gz", frames.transpose(2, 1, 0).copy(), None)

    assert (tmp_path / "view.nii.gz").read_bytes() == (tmp_path / "copy.nii.gz").read_bytes()


def test_an_uncalibrated_run_has_pixels_of_1(tmp_path: Path) -> None:
    write_nifti(tmp_path / "run.nii", some_run(), None)

    assert nibabel.load(tmp_path / "run.nii").header.get_zooms() == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int16, np.uint16])
def test_integers_are_stored_as_they_are(tmp_path: Path, dtype: Any) -> None:
    values = some_label(dtype)
    write_nifti(tmp_path / "run.nii.gz", values, SPACING)

    got, _ = read_volume(tmp_path / "run.nii.gz")

    np.testing.assert_array_equal(got, values)
