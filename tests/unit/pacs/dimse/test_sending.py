import socket
from pathlib import Path

import pytest
from pydicom.uid import SegmentationStorage

from lib.errors import PacsUnavailableError
from lib.pacs.dimse import Caller, DicomNode, deliver, groups, send
from lib.pacs.dimse.sending import is_for_good, is_stored
from lib.pacs.files import DicomFile, read_identity
from tests.unit.pacs.dimse.conftest import StartNode


def a_file(sop_class: str = "1.2", syntax: str = "1.2.840.10008.1.2.1") -> DicomFile:
    return DicomFile(Path("x.dcm"), sop_class, "1.3", syntax, 10)


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


def test_what_a_node_takes_is_delivered(start_node: StartNode, a_run: Path) -> None:
    archive, file = start_node(), read_identity(a_run)

    [delivery] = deliver([file], archive.node, Caller())

    assert (delivery.reason, archive.stored) == ("", [file.sop_instance_uid])


@pytest.mark.parametrize(("status", "is_final"), [(0xA700, False), (0xC001, True)])
def test_a_refusal_says_whether_it_is_for_good(
    start_node: StartNode, a_run: Path, status: int, is_final: bool
) -> None:
    archive = start_node(store_status=status)

    [delivery] = deliver([read_identity(a_run)], archive.node, Caller())

    assert (f"status {status:04X}" in delivery.reason, delivery.is_final) == (True, is_final)


def test_a_class_that_the_node_does_not_take_is_refused_for_good(start_node: StartNode, a_run: Path) -> None:
    archive = start_node(classes=[SegmentationStorage])

    [delivery] = deliver([read_identity(a_run)], archive.node, Caller())

    assert delivery.is_final


def test_statuses_mean_what_the_standard_says() -> None:
    assert [is_stored(code) for code in (0x0000, 0xB007, 0xA700, 0xC000)] == [True, True, False, False]
    assert [is_for_good(code) for code in (0x0122, 0x0124, 0xA900, 0xA702, 0x0110)] == [
        True,
        True,
        True,
        False,
        False,
    ]
