"""An Orthanc that sends and fetches by itself, as far as its answers can be played."""

import pytest

from lib.errors import RunNotFoundError
from lib.errors.dimse import NotAnOrthancError, UnknownNodeError
from lib.pacs.orthanc_moving import OrthancJob, OrthancMover, mover_of
from lib.settings import PacsSettings
from tests.stub_pacs import Answer, Request, StubPacs, json_answer

NODE = {"AET": "ARCHIVE", "Host": "10.0.0.9", "Port": 104}
JOB = {"ID": "j1", "Type": "DicomModalityStore", "State": "Running", "Progress": 40}
FAILED = {**JOB, "ID": "j2", "State": "Failure", "ErrorDescription": "cannot connect"}
ANSWERS = {
    "/modalities": {"archive": NODE},
    "/tools/lookup": [{"ID": "o1", "Type": "Instance", "Path": "/instances/o1"}],
    "/modalities/archive/store": {"ID": "j1"},
    "/modalities/archive/move": {"ID": "j1"},
    "/jobs/j1": JOB,
    "/jobs": [JOB, FAILED],
}


@pytest.fixture
def mover(stub: StubPacs, stub_settings: PacsSettings) -> OrthancMover:
    stub.answer = _answer
    return OrthancMover(stub_settings)


def _answer(request: Request) -> Answer:
    return json_answer(ANSWERS[request.path]) if request.path in ANSWERS else Answer(404)


def test_what_is_sent_and_fetched_is_a_job(mover: OrthancMover, stub: StubPacs) -> None:
    running = OrthancJob("j1", "DicomModalityStore", "Running", 40, "")

    assert mover.send("archive", ["1.2.3"]) == running
    assert mover.fetch("archive", "1.2") == running
    bodies = {request.path: request.body for request in stub.requests}
    assert b'"o1"' in bodies["/modalities/archive/store"]
    assert b'"1.2"' in bodies["/modalities/archive/move"]


def test_an_old_orthanc_has_moved_when_it_answers(
    mover: OrthancMover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ANSWERS, "/modalities/archive/move", {})

    assert mover.fetch("archive", "1.2").state == "Success"


def test_a_job_that_failed_says_why(mover: OrthancMover) -> None:
    assert [job.problem for job in mover.jobs()] == ["", "cannot connect"]


def test_what_the_orthanc_does_not_know_is_said(mover: OrthancMover, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNodeError, match="there are: archive"):
        mover.send("elsewhere", ["1.2.3"])
    monkeypatch.setitem(ANSWERS, "/tools/lookup", [])

    with pytest.raises(RunNotFoundError):
        mover.send("archive", ["1.2.3"])


def test_another_pacs_moves_nothing_by_itself(stub: StubPacs, stub_settings: PacsSettings) -> None:
    stub.answer = lambda _request: json_answer({"Version": "5"})

    with pytest.raises(NotAnOrthancError, match="--by-pacs"):
        mover_of(stub_settings)
