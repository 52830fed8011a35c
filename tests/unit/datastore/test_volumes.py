"""Volumes for clients: the same samples and the same geometry for every reader."""

import gzip
from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from lib.datastore import nrrd_file
from lib.datastore.volumes import (
    GREY_LEVELS,
    RESULT_SUFFIXES,
    affine_of,
    read_label,
    read_volume,
    write_label,
    write_nifti,
)
from lib.errors import LabelFileError
from lib.frames.spacing import Spacing, SpacingSource

SPACING = Spacing(row_mm=0.3, column_mm=0.2, source=SpacingSource.ERMF, is_calibrated=True)
SHAPE = (7, 5, 3)


def some_label(dtype: Any = np.uint8) -> NDArray[Any]:
    """Return (X, Y, F) in which every sample tells its place, with values 0 to 6."""
    return (np.arange(np.prod(SHAPE)).reshape(SHAPE) % 7).astype(dtype)


def some_run() -> NDArray[np.float32]:
    return np.random.default_rng(3).random(SHAPE, dtype=np.float32)


def geometry(path: Path) -> tuple[Any, ...]:
    image = sitk.ReadImage(str(path))
    return image.GetSize(), image.GetOrigin(), tuple(np.round(image.GetSpacing(), 6)), image.GetDirection()


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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("label.nii.gz", b""),
        ("label.nii.gz", b"hello"),
        ("label.nii.gz", gzip.compress(b"hello")),
        ("label.nii", b"\0" * 400),
        ("label.nrrd", b""),
        ("label.nrrd", b"hello"),
        ("label.nrrd", b"NRRD0004\n\n"),
        ("label.nrrd", b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: a b c\nencoding: raw\n\n"),
    ],
)
def test_what_is_no_volume_is_refused_by_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(LabelFileError, match=rf"^{name} cannot be read"):
        read_label(tmp_path / name)


@pytest.mark.parametrize(
    ("suffix", "said"),
    [
        (".nii.gz", "cannot be read"),
        (".nii", "cannot be read"),
        (".nrrd", "bytes of samples; its header asks"),
    ],
)
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, suffix: str, said: str) -> None:
    path = tmp_path / f"label{suffix}"
    write_label(path, np.random.default_rng(0).integers(0, 200, (64, 64, 8), np.uint8), SPACING)
    path.write_bytes(path.read_bytes()[:-2000])

    with pytest.raises(LabelFileError, match=rf"{path.name}.*{said}"):
        read_label(path)


def test_other_types_of_files_are_refused_with_those_that_work(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError, match=r"label.mha is neither.*\.nii\.gz, \.nii, \.nrrd"):
        read_label(tmp_path / "label.mha")


@pytest.mark.parametrize(
    "field", ["data file: secret.raw", "datafile: secret.raw", "data file: LIST\nsecret.raw"]
)
def test_a_nrrd_cannot_make_us_read_another_file(tmp_path: Path, field: str) -> None:
    (tmp_path / "secret.raw").write_bytes(b"\1" * 8)
    head = f"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 2 2\nencoding: raw\n{field}\n\n"
    (tmp_path / "label.nrrd").write_bytes(head.encode())

    with pytest.raises(LabelFileError, match=r"label\.nrrd"):
        read_label(tmp_path / "label.nrrd")


def test_a_small_file_cannot_unpack_into_more_than_it_says(tmp_path: Path) -> None:
    head = b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 2 2\nencoding: gzip\n\n"
    (tmp_path / "label.nrrd").write_bytes(head + gzip.compress(b"\1" * 50_000_000))

    got, _ = read_label(tmp_path / "label.nrrd")

    assert got.shape == (2, 2, 2)


def test_more_samples_than_a_run_has_are_refused_before_they_are_read(tmp_path: Path) -> None:
    side = 100_000
    head = f"NRRD0004\ntype: uchar\ndimension: 3\nsizes: {side} {side} {side}\nencoding: raw\n\n"
    (tmp_path / "label.nrrd").write_bytes(head.encode())
    header = nibabel.Nifti1Header()
    header.set_data_shape((30_000, 30_000, 30_000))
    header["magic"], header["vox_offset"] = b"n+1", 352
    (tmp_path / "label.nii").write_bytes(header.binaryblock + b"\0" * 4)

    for name in ("label.nrrd", "label.nii"):
        with pytest.raises(LabelFileError, match="more"):
            read_label(tmp_path / name)


@pytest.mark.parametrize("field", ["encoding: bzip2", "encoding: hex", "encoding: raw\nbyte skip: 4"])
def test_rare_ways_of_packing_are_refused_with_a_sentence(tmp_path: Path, field: str) -> None:
    head = f"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 2 2\n{field}\n\n"
    (tmp_path / "label.nrrd").write_bytes(head.encode() + b"\0" * 20)

    with pytest.raises(LabelFileError, match="Write"):
        read_label(tmp_path / "label.nrrd")


@pytest.mark.parametrize(("endian", "dtype"), [("little", "<i2"), ("big", ">i2")])
def test_nrrd_of_both_byte_orders_is_read(tmp_path: Path, endian: str, dtype: str) -> None:
    head = f"NRRD0004\ntype: short\ndimension: 3\nsizes: 7 5 3\nendian: {endian}\nencoding: raw\n\n"
    label = some_label()
    (tmp_path / "label.nrrd").write_bytes(head.encode() + label.astype(dtype).tobytes(order="F"))

    got, _ = read_label(tmp_path / "label.nrrd")

    np.testing.assert_array_equal(got, label)


def test_a_run_larger_than_the_limit_does_not_exist() -> None:
    assert nrrd_file.MAX_VOXELS > 4000 * 512 * 512


@pytest.mark.parametrize("kind", [np.complex64, np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])])
def test_samples_that_are_no_plain_numbers_are_refused(tmp_path: Path, kind: Any) -> None:
    path = tmp_path / "label.nii.gz"
    nibabel.save(nibabel.Nifti1Image(np.zeros((4, 3, 2), kind), np.eye(4)), path)

    with pytest.raises(LabelFileError):
        read_label(path)


@pytest.mark.parametrize("sizes", [(-4, 3, 2), (-4, -3, 2), (-100, 30, 2)])
def test_a_size_below_zero_is_refused(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    path = tmp_path / "label.nii"
    write_label(path, np.zeros((4, 3, 2), np.uint8), None)
    content = bytearray(path.read_bytes())
    content[42:48] = np.array(sizes, "<i2").tobytes()
    path.write_bytes(bytes(content))

    with pytest.raises(LabelFileError):
        read_label(path)
