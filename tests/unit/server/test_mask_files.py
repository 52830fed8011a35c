"""Masks as files, and bytes that are none."""

import io

import cv2
import nrrd
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors import MaskShapeError, MaskUnreadableError
from lib.server.mask_files import MaskFormat, mask_response, npy_of, png_of, read_mask

SHAPE = (20, 30)


@pytest.fixture
def label_map() -> NDArray[np.uint8]:
    label_map = np.zeros(SHAPE, np.uint8)
    label_map[3:5, 7:20] = 1
    label_map[9, :] = 255
    return label_map


def test_png_holds_the_indices(label_map: NDArray[np.uint8]) -> None:
    answer = mask_response(label_map, MaskFormat.PNG)

    image = cv2.imdecode(np.frombuffer(answer.body, np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(image, label_map)
    assert answer.media_type == "image/png"


def test_npy_holds_the_indices(label_map: NDArray[np.uint8]) -> None:
    assert np.array_equal(np.load(io.BytesIO(mask_response(label_map, MaskFormat.NPY).body)), label_map)


def test_nrrd_holds_the_indices_in_columns_rows_and_one_frame(label_map: NDArray[np.uint8]) -> None:
    file = io.BytesIO(mask_response(label_map, MaskFormat.NRRD).body)
    header = nrrd.read_header(file)

    volume = nrrd.read_data(header, file)

    assert np.array_equal(volume, label_map.T[:, :, np.newaxis])


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, ">u2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_of_whole_numbers_is_read(label_map: NDArray[np.uint8], dtype: object, order: str) -> None:
    file = io.BytesIO()
    np.save(file, np.asarray(label_map > 0, dtype, order=order))  # type: ignore[call-overload]

    assert np.array_equal(read_mask(file.getvalue(), SHAPE), label_map > 0)


def test_a_png_is_read(label_map: NDArray[np.uint8]) -> None:
    assert np.array_equal(read_mask(png_of(label_map), SHAPE), label_map > 0)


@pytest.mark.parametrize("encode", [png_of, npy_of])
@pytest.mark.parametrize("shape", [(30, 20), (19, 30), (5000, 5000)])
def test_a_mask_of_another_shape_is_refused(encode: object, shape: tuple[int, int]) -> None:
    data = encode(np.zeros(shape, np.uint8))  # type: ignore[operator]

    with pytest.raises(MaskShapeError, match=rf"has shape \({shape[0]}, {shape[1]}\), .* \(20, 30\)"):
        read_mask(data, SHAPE)


def a_file(array: NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither PNG nor .npy"),
        (b"GIF89a", "neither PNG nor .npy"),
        (b"\x93NUMPY", "header"),
        (b"\x93NUMPY\x01\x00\x10\x00{'descr': 1}    ", "header"),
        (npy_of(np.zeros(SHAPE, np.uint8))[:-1], "cut off"),
        (a_file(np.full(SHAPE, np.nan)), "float64"),
        (a_file(np.full(SHAPE, None)), "object"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
        (png_of(np.zeros(SHAPE, np.uint8))[:40], "broken"),
        (png_of(np.zeros((*SHAPE, 3), np.uint8)), "3 channels"),
    ],
)
def test_bytes_that_are_no_mask_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(MaskUnreadableError, match=reason):
        read_mask(data, SHAPE)


def test_a_header_that_promises_the_moon_is_refused_before_anything_is_unpacked() -> None:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "|u1", "fortran_order": False, "shape": (10**9, 10**9)}
    )

    with pytest.raises(MaskShapeError):
        read_mask(file.getvalue(), SHAPE)
