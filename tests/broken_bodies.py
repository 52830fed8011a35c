"""Bodies of requests that were right once: DICOM files, volumes, masks and forms with bytes changed."""

import gzip
import io
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from hypothesis import strategies as st
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, RLELossless

from tests.builders import build_rf, build_xa, encode, to_bytes
from tests.hostile_files import detached_nrrd

NAMES = (
    "run.dcm", "label.nii.gz", "label.nii", "label.nrrd", "", ".", "..", "../../climbed.dcm", "/etc/climbed",
    "a\x00b.dcm", "x" * 300 + ".nrrd", "\udcff.dcm", "con.nii.gz", 'quo"te.dcm', "run.zip",
)  # fmt: skip
"""What senders call their files."""

COMPRESSED = (JPEGBaseline8Bit, JPEG2000Lossless, RLELossless)


@dataclass(frozen=True)
class BrokenBody:
    """A request: where to, and what it brings."""

    method: str
    path: str
    content_type: str
    content: bytes


def _nifti() -> bytes:
    return bytes(nibabel.Nifti1Image(np.zeros((48, 32, 2), np.uint8), np.eye(4)).to_bytes())


def _npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((32, 48), np.uint8))
    return buffer.getvalue()


def good_files() -> list[bytes]:
    """Return whole files of every kind that the server reads."""
    png = b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d494844520000003000000020080000000000")
    return [
        to_bytes(build_xa(n_frames=2)),
        to_bytes(build_rf()),
        *(to_bytes(encode(build_xa(n_frames=2), syntax)) for syntax in COMPRESSED),
        _nifti(),
        gzip.compress(_nifti(), 1),
        detached_nrrd(Path("/etc/passwd")),
        _npy(),
        png,
    ]


@st.composite
def broken(draw: st.DrawFn, files: list[bytes]) -> bytes:
    """Return one of the files with some bytes changed, left out or repeated."""
    data = bytearray(draw(st.sampled_from(files)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.integers(0, 4)):
            case 0:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                data[at : at + 4] = draw(
                    st.sampled_from([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"])
                )
            case 2:
                del data[at:]
            case 3:
                data[at:at] = draw(st.binary(max_size=64))
            case _:
                data[at:at] = data[at : at + draw(st.integers(1, 400))]
    return bytes(data)


@st.composite
def forms(draw: st.DrawFn, content: bytes, field: str, params: bytes) -> tuple[str, bytes]:
    """Return content type and body of a form with a file; sometimes the form itself is broken."""
    name = draw(st.sampled_from(NAMES)).encode("utf-8", "surrogateescape")
    boundary = draw(st.sampled_from(["b", "x" * 70, "a b", "--", "b'"]))
    mark = b"--" + boundary.encode()
    body = b"".join(
        (
            mark, b'\r\nContent-Disposition: form-data; name="', field.encode(), b'"; filename="', name,
            b'"\r\nContent-Type: application/octet-stream\r\n\r\n', content, b"\r\n", mark,
            b'\r\nContent-Disposition: form-data; name="params"\r\n\r\n', params, b"\r\n", mark, b"--\r\n",
        )
    )  # fmt: skip
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(st.binary(max_size=16)) + body[at + draw(st.integers(0, 16)) :]
    return f"multipart/form-data; boundary={boundary}", body


@st.composite
def broken_bodies(draw: st.DrawFn, image_id: str, files: list[bytes] | None = None) -> BrokenBody:
    """Return a request to one of the routes that take files.

    Args:
        draw: Of Hypothesis.
        image_id: A run that is there.
        files: What is broken; `good_files` unless given.
    """
    content = draw(broken(GOOD if files is None else files))
    method, path, field = draw(
        st.sampled_from(
            [
                ("POST", "/fluoro/api/upload", "file"),
                ("POST", "/fluoro/api/upload", ""),
                ("POST", "/dicom-web/studies", ""),
                ("PUT", "/datastore/image", "file"),
                ("PUT", f"/datastore/label?image={image_id}&tag=fuzz", "label"),
                ("PUT", "/session/", "files"),
                ("POST", "/infer/watershed", "file"),
                ("POST", f"/infer/clicks?image={image_id}", "label"),
                ("PUT", f"/datastore/image/info?image={image_id}", "info"),
            ]
        )
    )
    if field == "":
        return BrokenBody(method, path, "application/dicom", content)
    params = draw(st.sampled_from([b"{}", b"", b"[]", b'{"foreground": [[4, 4, 0]]}', b"{", b"\xff"]))
    kind, body = draw(forms(content, field, params))
    return BrokenBody(method, path, kind, body)


GOOD = good_files()
