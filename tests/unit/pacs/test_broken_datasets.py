"""Datasets that can be read and not written; found by broken bodies."""

from io import BytesIO

import pytest
from pydicom import dcmread

from lib.errors.incoming import DatasetBrokenError
from lib.pacs.stow import outgoing_dataset
from tests.builders import build_xa, to_bytes


@pytest.mark.parametrize(
    ("right", "broken"),
    [
        (b"1.2.840.10008.1.2.1\x00", b"1.2.840.10008.1.2\xff\xff\xff"),
        (b"\x10\x00\x10\x00PN", b"\x00\x00\x10\x00PN"),
    ],
)
def test_what_cannot_be_encoded_again_is_the_senders_fault(right: bytes, broken: bytes) -> None:
    data = to_bytes(build_xa(n_frames=1)).replace(right, broken)

    with pytest.raises(DatasetBrokenError):
        outgoing_dataset(dcmread(BytesIO(data), force=True))
