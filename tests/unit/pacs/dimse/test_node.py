import pytest

from lib.errors import DicomNodeError
from lib.pacs.dimse import DicomNode
from lib.pacs.dimse.senders import Senders


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


@pytest.mark.parametrize(
    ("title", "address", "may"),
    [
        ("LAB1", "10.0.0.7", True),
        ("LAB1 ", "10.0.0.7", True),
        ("LAB1", "::ffff:10.0.0.7", True),
        ("LAB1", "10.0.1.7", False),
        ("LAB2", "10.0.0.7", False),
        ("lab1", "10.0.0.7", False),
        ("LAB2", "192.168.1.5", True),
        ("LAB2", "fd00::9", True),
        ("LAB2", "fe80::9%eth0", False),
    ],
)
def test_a_title_may_call_from_its_own_addresses_only(title: str, address: str, may: bool) -> None:
    senders = Senders.parse(["LAB1@10.0.0.0/24", "LAB2@192.168.1.5", "LAB2@fd00::/16"])

    assert senders.may(title, address) is may


def test_a_title_may_hold_an_at_sign() -> None:
    assert Senders.parse(["A@B@10.0.0.1"]).may("A@B", "10.0.0.1")
