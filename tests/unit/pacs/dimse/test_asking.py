"""C-ECHO and C-FIND against a node of the tests."""

import pytest
from pydicom import Dataset

from lib.errors import PacsRefusedError
from lib.errors.dimse import NothingOfferedError, QueryKeyError
from lib.pacs.dimse import Caller
from lib.pacs.dimse.commitment import ask_to_commit
from lib.pacs.dimse.echo import echo
from lib.pacs.dimse.finding import Level, find
from tests.builders import build_xa
from tests.unit.pacs.dimse.conftest import StartNode

CALLER = Caller("FLUORO", 15.0)


def of_patients(*ids: str) -> list[Dataset]:
    return [build_xa(n_frames=1, PatientID=one) for one in ids]


def test_an_echo_says_who_calls_and_how_long_it_took(start_node: StartNode) -> None:
    archive = start_node()

    seconds = echo(archive.node, CALLER)

    assert 0 < seconds < 5
    assert archive.callers == ["FLUORO"]


@pytest.mark.parametrize(
    ("level", "keyword"),
    [
        (Level.PATIENT, "PatientID"),
        (Level.STUDY, "StudyInstanceUID"),
        (Level.SERIES, "SeriesInstanceUID"),
        (Level.IMAGE, "SOPInstanceUID"),
    ],
)
def test_each_level_is_asked_for(start_node: StartNode, level: Level, keyword: str) -> None:
    mine, other = of_patients("17", "18")
    archive = start_node(mine, other)

    found = find(archive.node, CALLER, level, {keyword: str(mine[keyword].value)})

    assert [match[keyword] for match in found] == [mine[keyword].value]
    assert found[0]["QueryRetrieveLevel"] == str(level)


def test_after_enough_matches_the_node_is_told_to_stop(start_node: StartNode) -> None:
    archive = start_node(*of_patients(*map(str, range(30))), find_pause_s=0.02)

    assert len(find(archive.node, CALLER, Level.STUDY, {}, most=3)) == 3
    assert archive.n_cancelled == 1


def test_a_query_that_the_node_refuses_says_its_status(start_node: StartNode) -> None:
    archive = start_node(find_status=0xA900)

    with pytest.raises(PacsRefusedError, match="refused to answer a query: status A900"):
        find(archive.node, CALLER, Level.STUDY, {})


def test_a_word_that_is_no_keyword_is_refused_before_anybody_is_asked(start_node: StartNode) -> None:
    with pytest.raises(QueryKeyError, match="KEYWORD=VALUE"):
        find(start_node().node, CALLER, Level.STUDY, {"Name": "x"})


def test_a_service_that_a_node_does_not_offer_is_said(start_node: StartNode) -> None:
    archive = start_node(commits=False)

    with pytest.raises(NothingOfferedError, match="none of the services"):
        ask_to_commit(archive.node, CALLER, "1.2", [("1.2", "1.3")], print, 0.1)
