"""Files that are damaged or mean harm."""

import gzip
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from lib.datastore import nrrd_file
from lib.datastore.volumes import (
    read_label,
    write_label,
)
from lib.errors import LabelFileError
from tests.unit.datastore.volume_files.samples import SPACING, some_label


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
