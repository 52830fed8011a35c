"""Bodies of many parts that are wrong in how they are put together: forms, and STOW's multipart/related."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.broken_bodies import GOOD, NAMES, BrokenBody, broken

FIELDS = ("file", "label", "files", "params", "info", "image", "", 'a"b', "x" * 300)
FORMS = (
    ("POST", "/fluoro/api/upload"),
    ("PUT", "/datastore/image"),
    ("PUT", "/datastore/label?image={image_id}&tag=fuzz"),
    ("PUT", "/session/"),
    ("POST", "/infer/watershed"),
    ("POST", "/infer/clicks?image={image_id}"),
    ("PUT", "/datastore/image/info?image={image_id}"),
)
KINDS = (
    "application/dicom",
    "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50",
    "application/dicom+json",
    "application/octet-stream",
    "multipart/mixed; boundary=b",
    "text/html",
    "",
)
ODD_HEADERS = (
    b"Content-Transfer-Encoding: base64",
    b"Content-Length: 99999999999",
    b"Content-Length: -1",
    b"Content-Disposition: attachment; filename*=UTF-8''..%2f..%2fclimbed.dcm",
    b"Content-Location: file:///etc/passwd",
    b"X: " + b"x" * 5000,
    b"no colon",
    b": no name",
    b"\xff\xfe: \x00",
    b"X: 1\r\n folded",
)
STUDY = "1.2.826.0.1.3680043.8.498.7"
ENDS = (b"\r\n", b"\r\n", b"\r\n", b"\n", b"")
"""Of a line; most are right."""


@dataclass(frozen=True)
class Part:
    """One part: its header lines and what it holds."""

    headers: tuple[bytes, ...]
    content: bytes


@st.composite
def form_parts(draw: st.DrawFn) -> Part:
    """Return a part of a form: a file, a field, or a file where a field is wanted."""
    field = draw(st.sampled_from(FIELDS)).encode()
    name = draw(st.none() | st.sampled_from(NAMES))
    disposition = b'Content-Disposition: form-data; name="' + field + b'"'
    if name is not None:
        disposition += b'; filename="' + name.encode("utf-8", "surrogateescape") + b'"'
    content = draw(broken(GOOD) if name is not None else st.sampled_from([b"{}", b"{", b"\xff", b"1" * 400]))
    odd = draw(st.lists(st.sampled_from(ODD_HEADERS), max_size=10))
    return Part((disposition, *odd) if draw(st.integers(0, 9)) else tuple(odd), content)


@st.composite
def stow_parts(draw: st.DrawFn) -> Part:
    """Return a part of a STOW request: mostly a DICOM file under its own name."""
    kind = draw(st.sampled_from(KINDS[:1] * 8 + KINDS))
    odd = draw(st.lists(st.sampled_from(ODD_HEADERS), max_size=2)) if draw(st.booleans()) else []
    return Part((b"Content-Type: " + kind.encode(), *odd), draw(broken(GOOD)))


@st.composite
def put_together(draw: st.DrawFn, parts: list[Part], boundary: bytes) -> bytes:
    """Return the body of some parts; sometimes its lines end wrongly, its end or a mark is missing."""
    end = draw(st.sampled_from(ENDS))
    body = draw(st.sampled_from([b"", b"", b"a preamble\r\n", b"\r\n"]))
    for part in parts:
        mark = b"--" + boundary if draw(st.integers(0, 19)) else b"--another"
        body += end.join((mark, *part.headers, b"", part.content, b""))
    return body + draw(st.sampled_from([b"--" + boundary + b"--\r\n"] * 4 + [b"", b"--" + boundary]))


@st.composite
def odd_forms(draw: st.DrawFn, image_id: str) -> BrokenBody:
    """Return a form for one of the routes that take forms, of up to forty parts."""
    method, path = draw(st.sampled_from(FORMS))
    parts = draw(st.lists(form_parts(), max_size=4)) * draw(st.sampled_from([1, 1, 1, 10]))
    boundary, kind = draw(_boundaries())
    body = draw(put_together(parts, boundary))
    return BrokenBody(method, path.format(image_id=image_id), f"multipart/form-data; boundary={kind}", body)


@st.composite
def stow_bodies(draw: st.DrawFn) -> BrokenBody:
    """Return a STOW request (PS3.18, 10.5) as the PACS takes it, with broken files or a broken frame."""
    boundary, kind = draw(_boundaries())
    body = draw(put_together(draw(st.lists(stow_parts(), max_size=3)), boundary))
    study = draw(st.sampled_from(["", "", f"/{STUDY}", "/1.2.3", "/x"]))
    related = f'multipart/related; type="application/dicom"; boundary={kind}'
    return BrokenBody("POST", f"/dicom-web/studies{study}", related, body)


@st.composite
def _boundaries(draw: st.DrawFn) -> tuple[bytes, str]:
    """Return the boundary of a body and what its header says of it, mostly the same."""
    boundary = draw(st.sampled_from(["b", "b", "b", "x" * 70, "--", "a.b:c"]))
    kind = boundary if draw(st.integers(0, 19)) else draw(st.sampled_from(["other", "", '""', "x" * 3000]))
    return boundary.encode(), kind
