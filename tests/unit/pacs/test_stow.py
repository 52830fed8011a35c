import json
from pathlib import Path
from typing import Any

import pytest
from requests import Response, Session

from lib.errors import FileUnreadableError
from lib.pacs.stow import Multipart, outgoing_dataset, outgoing_file, refusals, store_instances
from tests.builders import build_xa, to_bytes
from tests.stub_pacs import Answer, StubPacs


def an_answer(status: int, body: bytes = b"") -> Response:
    answer = Response()
    answer.status_code = status
    answer._content = body
    return answer


def said(stored: list[str] | None = None, failed: dict[str, int] | None = None) -> bytes:
    """Return a Store Instances Response as DICOM JSON."""

    def item(uid: str, **more: Any) -> dict[str, Any]:
        return {"00081155": {"vr": "UI", "Value": [uid]}, **more}

    content: dict[str, Any] = {}
    if stored is not None:
        content["00081199"] = {"vr": "SQ", "Value": [item(uid) for uid in stored]}
    if failed is not None:
        reasons = {uid: {"00081197": {"vr": "US", "Value": [code]}} for uid, code in failed.items()}
        content["00081198"] = {"vr": "SQ", "Value": [item(uid, **reason) for uid, reason in reasons.items()]}
    return json.dumps(content).encode()


def test_a_message_is_as_long_as_it_says(tmp_path: Path) -> None:
    file = tmp_path / "run.dcm"
    file.write_bytes(b"x" * 3_000_000)
    message = Multipart([outgoing_dataset(build_xa()), outgoing_file(file, "1.2")])

    chunks = list(message)

    assert len(message) == sum(map(len, chunks))
    assert max(map(len, chunks)) <= 1 << 20


def test_what_is_confirmed_is_stored() -> None:
    assert refusals(an_answer(200, said(stored=["1", "2"], failed={})), ["1", "2"]) == {}


def test_silence_about_an_instance_is_a_refusal_even_with_status_200() -> None:
    refused = refusals(an_answer(200, said(stored=[], failed={})), ["1"])

    assert refused["1"].startswith("not confirmed, HTTP 200; it may be cut off")


def test_an_instance_that_failed_is_named_with_its_reason() -> None:
    refused = refusals(an_answer(202, said(stored=["1"], failed={"2": 0x0110, "3": 0xA912})), ["1", "2", "3"])

    assert refused == {
        "2": "processing failure, reason 0110",
        "3": "data set does not match SOP class, reason A912",
    }


def test_what_a_conflict_stored_nevertheless_counts_as_stored() -> None:
    assert refusals(an_answer(409, said(stored=["1"], failed={"2": 0xC000})), ["1", "2"]).keys() == {"2"}


def test_an_answer_without_a_word_is_believed_when_it_is_good() -> None:
    assert refusals(an_answer(200), ["1"]) == {}
    assert refusals(an_answer(200, b"<xml/>"), ["1"]) == {}
    assert refusals(an_answer(400), ["1"]).keys() == {"1"}


def test_a_store_is_one_message_with_a_length_and_the_files_bytes(stub: StubPacs) -> None:
    dataset = build_xa()
    stub.answer = lambda _request: Answer(200, said(stored=[dataset.SOPInstanceUID], failed={}))

    refused = store_instances(Session(), f"{stub.url}/studies", [outgoing_dataset(dataset)], timeout_s=2)

    assert refused == {}
    (request,) = stub.requests
    assert "transfer-encoding" not in request.headers
    assert int(request.headers["content-length"]) == len(request.body)
    assert to_bytes(dataset) in request.body


def test_a_file_that_shrinks_while_it_is_read_is_named(tmp_path: Path, stub: StubPacs) -> None:
    file = tmp_path / "run.dcm"
    file.write_bytes(b"x" * 100)
    part = outgoing_file(file, "1.2")
    file.write_bytes(b"x" * 50)

    with pytest.raises(FileUnreadableError, match=r"run\.dcm.*shorter"):
        store_instances(Session(), f"{stub.url}/studies", [part], timeout_s=0.5)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match=r"gone\.dcm"):
        outgoing_file(tmp_path / "gone.dcm", "1.2")
