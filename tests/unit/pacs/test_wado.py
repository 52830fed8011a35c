from collections.abc import Iterator
from io import BytesIO

import pytest
from requests import Response

from lib.pacs.failures import BrokenAnswerError
from lib.pacs.wado import copy_part, read_instance
from tests.builders import build_xa, to_bytes

BOUNDARY = b"0123-4567"


def message(content: bytes, start: bytes = b"") -> bytes:
    head = start + b"--" + BOUNDARY + b"\r\nContent-Type: application/dicom\r\n\r\n"
    return head + content + b"\r\n--" + BOUNDARY + b"--\r\n"


def in_chunks(whole: bytes, size: int) -> Iterator[bytes]:
    return (whole[first : first + size] for first in range(0, len(whole), size))


def an_answer(body: bytes, content_type: str) -> Response:
    answer = Response()
    answer.raw = BytesIO(body)
    answer.headers["Content-Type"] = content_type
    return answer


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 1 << 20])
def test_a_part_arrives_whole_whatever_the_chunks(size: int) -> None:
    content = bytes(range(256)) * 20 + b"\r\n--0123\r\n\r\n"
    file = BytesIO()

    copy_part(in_chunks(message(content, start=b"\r\n"), size), BOUNDARY, file)

    assert file.getvalue() == content


def test_an_answer_that_breaks_off_is_an_error_and_no_short_instance() -> None:
    whole = message(b"x" * 5000)

    with pytest.raises(BrokenAnswerError, match="ends too early"):
        copy_part(in_chunks(whole[:4000], 1000), BOUNDARY, BytesIO())


def test_an_empty_answer_is_an_error() -> None:
    with pytest.raises(BrokenAnswerError, match="ends too early"):
        copy_part([], BOUNDARY, BytesIO())


def test_an_instance_comes_back_as_it_was_sent() -> None:
    sent = build_xa(n_frames=3)
    answer = an_answer(
        message(to_bytes(sent)),
        f'multipart/related; type="application/dicom"; boundary="{BOUNDARY.decode()}"',
    )

    got = read_instance(answer)

    assert got == sent
    assert got.file_meta.TransferSyntaxUID == sent.file_meta.TransferSyntaxUID


def test_an_answer_without_multipart_is_taken_too() -> None:
    sent = build_xa()

    assert read_instance(an_answer(to_bytes(sent), "application/dicom")).PixelData == sent.PixelData


def test_a_retrieved_dataset_does_not_keep_the_answer_beside_its_pixels() -> None:
    got = read_instance(an_answer(to_bytes(build_xa()), "application/dicom"))

    assert got.buffer is None
    assert "PatientID" in got


def test_a_page_of_html_is_not_taken_for_dicom() -> None:
    with pytest.raises(BrokenAnswerError, match="text/html instead of DICOM"):
        read_instance(an_answer(b"<html>", "text/html; charset=utf-8"))


def test_bytes_that_are_no_dicom_are_an_error() -> None:
    with pytest.raises(BrokenAnswerError, match="not DICOM"):
        read_instance(an_answer(b"hello", "application/dicom"))
