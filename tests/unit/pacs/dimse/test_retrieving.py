"""C-GET and C-MOVE from a node of the tests."""

from pathlib import Path

import pytest

from lib.errors import DiskFullError, PacsRefusedError
from lib.pacs.dimse import Caller
from lib.pacs.dimse.received import receive_into
from lib.pacs.dimse.retrieving import Retrieved, Wanted, get, move
from tests.builders import build_xa
from tests.unit.pacs.dimse.conftest import StartListener, StartNode
from tests.unit.pacs.dimse.kept import Kept

CALLER = Caller("FLUORO", 15.0)


@pytest.fixture(autouse=True)
def spool(tmp_path: Path) -> Path:
    """Where objects of a C-GET are written."""
    receive_into(tmp_path / "spool", 10)
    return tmp_path / "spool"


def test_a_study_comes_by_c_get_and_is_kept(start_node: StartNode, kept: Kept, spool: Path) -> None:
    runs = [build_xa(study_instance_uid="1.2.3"), build_xa(study_instance_uid="1.2.3"), build_xa()]
    archive = start_node(*runs)

    got = get(archive.node, CALLER, Wanted("1.2.3"), kept.take)

    assert got == Retrieved(2, 0, 0)
    assert {one.sop_instance_uid for one in kept.objects} == {run.SOPInstanceUID for run in runs[:2]}
    assert kept.objects[0].source == "ARCHIVE@127.0.0.1"
    assert not list(spool.iterdir())


def test_one_run_is_asked_for_by_its_three_uids(start_node: StartNode, kept: Kept) -> None:
    runs = [build_xa(study_instance_uid="1.2.3", series_instance_uid="1.2.4") for _ in range(2)]
    archive = start_node(*runs)

    get(archive.node, CALLER, Wanted("1.2.3", "1.2.4", str(runs[1].SOPInstanceUID)), kept.take)

    assert [one.sop_instance_uid for one in kept.objects] == [runs[1].SOPInstanceUID]


def test_what_was_not_kept_counts_as_failed(start_node: StartNode, kept: Kept) -> None:
    archive, kept.problem = start_node(build_xa(study_instance_uid="1.2.3")), DiskFullError("spool")

    assert get(archive.node, CALLER, Wanted("1.2.3"), kept.take) == Retrieved(0, 1, 0)


def test_a_study_that_the_node_has_not_brings_nothing(start_node: StartNode, kept: Kept) -> None:
    assert get(start_node().node, CALLER, Wanted("1.2.3"), kept.take) == Retrieved(0, 0, 0)


def test_by_c_move_the_node_sends_to_our_listener(
    start_node: StartNode, start_listener: StartListener, kept: Kept
) -> None:
    ours = start_listener(ae_title="OURS", senders=("ARCHIVE@127.0.0.1",))
    run = build_xa(study_instance_uid="1.2.3")
    archive = start_node(run, moves_to={"OURS": (ours.host, ours.port)})

    moved = move(archive.node, CALLER, Wanted("1.2.3"), "OURS")

    assert moved == Retrieved(1, 0, 0)
    assert [one.sop_instance_uid for one in kept.objects] == [run.SOPInstanceUID]


def test_a_destination_that_the_node_does_not_know_is_said(start_node: StartNode) -> None:
    archive = start_node(build_xa(study_instance_uid="1.2.3"))

    with pytest.raises(PacsRefusedError, match="does not know the destination"):
        move(archive.node, CALLER, Wanted("1.2.3"), "NOWHERE")
