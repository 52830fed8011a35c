import socket
from pathlib import Path

import pytest

from lib.errors import DicomNodeError, PacsUnavailableError
from lib.pacs.dimse import DicomNode, groups, send
from lib.pacs.files import DicomFile


def a_file(sop_class: str = "1.2", syntax: str = "1.2.840.10008.1.2.1") -> DicomFile:
    return DicomFile(Path("x.dcm"), sop_class, "1.3", syntax, 10)


def test_a_node_is_named_by_title_host_and_port() -> None:
    assert DicomNode.parse("ARCHIVE@10.0.0.5:11112") == DicomNode("ARCHIVE", "10.0.0.5", 11112)


def test_a_node_may_have_an_ipv6_address() -> None:
    node = DicomNode.parse("ARCHIVE@[::1]:104")

    assert (node.host, str(node)) == ("::1", "ARCHIVE@[::1]:104")


@pytest.mark.parametrize(
    "text",
    ["", "ARCHIVE", "ARCHIVE@host", "@host:1", "A@host:0", "A@host:65536", "A@host:x", "A" * 17 + "@h:1"],
)
def test_what_is_no_node_says_how_to_write_one(text: str) -> None:
    with pytest.raises(DicomNodeError, match="AET@HOST:PORT"):
        DicomNode.parse(text)


def test_files_of_few_kinds_go_in_one_association() -> None:
    assert [len(group) for group in groups([a_file()] * 500)] == [500]


def test_an_association_never_has_more_contexts_than_dicom_allows() -> None:
    files = [a_file(sop_class=f"1.2.{n}") for n in range(300)]

    assert [len(group) for group in groups(files)] == [128, 128, 44]


def test_a_node_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(PacsUnavailableError, match=f"NOBODY@127.0.0.1:{port}"):
        list(send([a_file()], DicomNode("NOBODY", "127.0.0.1", port), timeout_s=1))
