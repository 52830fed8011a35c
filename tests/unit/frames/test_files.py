"""Files that are none, and files that were damaged on their way."""

from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmwrite
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless

from lib.errors import FrameError, NoPixelsError, NotDicomError, PixelDataError
from lib.frames.read import read_cine, read_dataset, read_header
from tests.builders import build_rf, build_xa, encode, to_bytes


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", bytes(2000), b"\0" * 128 + b"DICM", bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" * 50],
)
def test_what_is_no_dicom_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "holiday.dcm"
    path.write_bytes(content)

    with pytest.raises(NotDicomError, match=r"holiday\.dcm is not a DICOM file"):
        read_dataset(path)
    with pytest.raises(NotDicomError):
        read_cine(content)
    with pytest.raises(NotDicomError):
        read_header(path)


@pytest.mark.parametrize("as_source", [lambda path: path, Path.read_bytes])
def test_a_file_and_its_bytes_give_the_same(as_source: object, tmp_path: Path) -> None:
    path = tmp_path / "run.dcm"
    path.write_bytes(to_bytes(build_xa()))

    cine = read_cine(as_source(path))  # type: ignore[operator]

    assert cine.header == read_header(path) == read_header(path.read_bytes())


def test_an_open_file_is_read() -> None:
    assert read_dataset(BytesIO(to_bytes(build_xa()))).Rows == 32


@pytest.mark.parametrize("syntax", [None, JPEGBaseline8Bit, RLELossless])
@pytest.mark.parametrize("missing", [10, 0.3])
def test_a_run_that_was_cut_off_is_damaged_not_empty(
    syntax: str | None, missing: float, tmp_path: Path
) -> None:
    dataset = build_xa() if syntax is None else encode(build_xa(), syntax)
    content = to_bytes(dataset)
    cut = content[: -int(missing if missing > 1 else missing * len(content))]
    path = tmp_path / "cut.dcm"
    path.write_bytes(cut)

    for source in (cut, path):
        with pytest.raises(PixelDataError, match=dataset.SOPInstanceUID):
            read_cine(source)


def test_a_file_that_ends_before_its_pixels_has_none() -> None:
    content = to_bytes(build_xa())

    with pytest.raises(NoPixelsError):
        read_cine(content[: content.index(b"\xe0\x7f\x10\x00")])


@pytest.mark.parametrize("end", range(140, 1200, 53))
def test_a_file_cut_off_in_its_header_is_refused_in_words(end: int) -> None:
    with pytest.raises(FrameError):
        read_cine(to_bytes(build_rf())[:end])


def test_a_file_without_preamble_is_read() -> None:
    dataset = Dataset()
    dataset.update(build_xa())
    buffer = BytesIO()
    dcmwrite(buffer, dataset, implicit_vr=True, little_endian=True)

    cine = read_cine(buffer.getvalue())

    assert cine.frames.shape == (4, 32, 48)
    assert read_dataset(buffer.getvalue()).file_meta.TransferSyntaxUID == ImplicitVRLittleEndian


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.999])
def test_a_file_that_ends_inside_plain_pixels_was_cut_off(kept: float) -> None:
    whole = to_bytes(build_xa())

    with pytest.raises(PixelDataError, match="the file was cut off"):
        read_dataset(whole[: int(len(whole) * kept)])
