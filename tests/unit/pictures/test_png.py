import cv2
import numpy as np

from lib.pictures.png import frame_png, picture_png


def decode(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


def test_a_frame_becomes_an_8_bit_grey_png() -> None:
    frame = np.array([[0.0, 0.5], [1.0, 0.25]], np.float32)

    assert decode(frame_png(frame)).tolist() == [[0, 128], [255, 64]]


def test_values_out_of_range_are_clipped() -> None:
    frame = np.array([[-1.0, 2.0, np.nan]], np.float32)

    assert decode(frame_png(frame)).tolist() == [[0, 255, 0]]


def test_a_picture_keeps_red_red() -> None:
    picture = np.zeros((1, 2, 3), np.uint8)
    picture[0, 0] = 255, 10, 20

    blue_green_red = decode(picture_png(picture))[0, 0]

    assert blue_green_red.tolist() == [20, 10, 255]


def test_a_png_holds_no_text() -> None:
    data = frame_png(np.zeros((4, 4), np.float32))

    assert not any(chunk in data for chunk in (b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME"))
