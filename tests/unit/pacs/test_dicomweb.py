import logging
import threading
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from lib.errors import (
    FrameNotFoundError,
    PacsRefusedError,
    PacsUnavailableError,
    RunNotFoundError,
    SegNotFoundError,
)
from lib.pacs.dicomweb import DicomWebPacs, connect
from lib.pacs.qido import TAGS
from lib.pacs.runs import RunRef, SegRef
from lib.settings import PacsSettings
from tests.builders import build_xa, to_bytes
from tests.stub_pacs import Answer, Request, StubPacs, json_answer

RUN = RunRef("1.1", "1.2", "1.3", "1.2.840.10008.5.1.4.1.1.12.1", "XA", 4, 32, 48)
SEG = SegRef("1.1", "1.9", "1.9.1", "vessels", 1, "20260101")


def item(**values: Any) -> dict[str, Any]:
    """Return DICOM JSON of an instance."""
    defaults = {
        "SOPClassUID": RUN.sop_class_uid,
        "StudyInstanceUID": "1.1",
        "SeriesInstanceUID": "1.2",
        "SOPInstanceUID": "1.3",
    }
    return {TAGS[keyword]: {"Value": [value]} for keyword, value in (defaults | values).items()}


def asked_for(request: Request, keyword: str) -> str | None:
    return request.query.get(keyword, [None])[0]


def first_page(request: Request) -> bool:
    return asked_for(request, "offset") == "0"


def test_every_modality_of_the_settings_is_listed(stub: StubPacs, pacs: DicomWebPacs) -> None:
    shelf = {"XA": [item(SOPInstanceUID="1.3.1", Modality="XA")], "RF": [item(SOPInstanceUID="1.3.2")]}

    def answer(request: Request) -> Answer:
        modality = asked_for(request, "Modality") or ""
        return json_answer(shelf.get(modality, []) if first_page(request) else [])

    stub.answer = answer

    assert [(run.sop_instance_uid, run.modality) for run in pacs.list_runs()] == [
        ("1.3.1", "XA"),
        ("1.3.2", "RF"),
    ]


def test_a_search_asks_for_what_a_list_shows_and_not_for_the_patient(
    stub: StubPacs, pacs: DicomWebPacs
) -> None:
    pacs.list_runs()

    (search, *_) = [request for request in stub.requests if request.path.endswith("/instances")]
    fields = search.query["includefield"]
    assert {"NumberOfFrames", "Rows", "Columns"} <= set(fields)
    assert not [field for field in fields if "Patient" in field]


@pytest.mark.parametrize("image_id", ["*", "1.2.?", "1.2\\1.3", "1.2,1.3", "", "../x", "1 2", "x" * 129])
def test_an_id_that_would_match_others_is_not_even_asked_for(
    image_id: str, stub: StubPacs, pacs: DicomWebPacs
) -> None:
    with pytest.raises(RunNotFoundError):
        pacs.find_run(image_id)

    assert stub.requests == []


def test_a_pacs_that_ignores_the_filter_does_not_deceive(stub: StubPacs, pacs: DicomWebPacs) -> None:
    stub.answer = lambda request: json_answer([item(Modality="XA")] if first_page(request) else [])

    with pytest.raises(RunNotFoundError):
        pacs.find_run("9.9")


def test_a_seg_is_no_run_even_by_its_own_uid(stub: StubPacs, pacs: DicomWebPacs) -> None:
    stub.answer = lambda request: json_answer([item(Modality="SEG")] if first_page(request) else [])

    with pytest.raises(RunNotFoundError):
        pacs.find_run("1.3")


def test_malformed_uids_are_quoted_in_addresses(stub: StubPacs, pacs: DicomWebPacs) -> None:
    stub.answer = lambda _request: Answer(200, to_bytes(build_xa()), "application/dicom")

    pacs.retrieve(replace(RUN, sop_instance_uid="1.3/x?y#z 8"))

    assert stub.paths == ["/dicom-web/studies/1.1/series/1.2/instances/1.3%2Fx%3Fy%23z%208"]


def test_a_uid_that_climbs_out_of_its_address_is_never_sent(stub: StubPacs, pacs: DicomWebPacs) -> None:
    with pytest.raises(PacsUnavailableError, match="without its UIDs"):
        pacs.retrieve(replace(RUN, series_instance_uid=".."))

    assert stub.requests == []


def test_any_transfer_syntax_is_accepted(stub: StubPacs, pacs: DicomWebPacs) -> None:
    stub.answer = lambda _request: Answer(200, to_bytes(build_xa()), "application/dicom")

    pacs.retrieve(RUN)

    assert "transfer-syntax=*" in stub.requests[0].headers["accept"]


def test_a_run_that_the_pacs_lost_is_not_found(stub: StubPacs, pacs: DicomWebPacs) -> None:
    stub.answer = lambda _request: Answer(404)

    with pytest.raises(RunNotFoundError, match=r"1\.3"):
        pacs.retrieve(RUN)
    with pytest.raises(RunNotFoundError, match=r"1\.3"):
        pacs.retrieve_frames(RUN, [1])
    with pytest.raises(SegNotFoundError, match=r"1\.9\.1"):
        pacs.retrieve_seg(SEG)


def test_an_instance_that_breaks_off_is_a_pacs_that_does_not_answer(
    stub: StubPacs, pacs: DicomWebPacs
) -> None:
    stub.answer = lambda _request: Answer(200, to_bytes(build_xa()), "application/dicom", is_cut=True)

    with pytest.raises(PacsUnavailableError, match="connection was lost"):
        pacs.retrieve(RUN)


@pytest.mark.parametrize("number", [0, -1, 5])
def test_a_frame_that_the_run_has_not_is_not_asked_for(
    number: int, stub: StubPacs, pacs: DicomWebPacs
) -> None:
    with pytest.raises(FrameNotFoundError, match="frames 1 to 4"):
        pacs.retrieve_frames(RUN, [1, number])

    assert stub.requests == []


def test_many_frames_are_asked_for_in_addresses_of_bounded_length(stub: StubPacs, pacs: DicomWebPacs) -> None:
    def answer(request: Request) -> Answer:
        n_frames = request.path.count(",") + 1
        body = b"".join(
            b"--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n" for _ in range(n_frames)
        )
        return Answer(
            200, body + b"--b--\r\n", 'multipart/related; type="application/octet-stream"; boundary=b'
        )

    stub.answer = answer

    frames = pacs.retrieve_frames(replace(RUN, n_frames=450), range(1, 451))

    assert len(frames) == 450
    assert max(map(len, stub.paths)) < 1000


def test_fewer_frames_than_asked_for_are_an_error(stub: StubPacs, pacs: DicomWebPacs) -> None:
    body = b"--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n"
    stub.answer = lambda _request: Answer(200, body, "multipart/related; boundary=b")

    with pytest.raises(PacsUnavailableError, match="1 of 2 frames"):
        pacs.retrieve_frames(RUN, [1, 2])


def test_what_a_seg_refers_to_is_asked_for_once(stub: StubPacs, pacs: DicomWebPacs) -> None:
    reference = {"00081155": {"vr": "UI", "Value": ["1.3"]}}
    series = {"00081115": {"vr": "SQ", "Value": [{"0008114A": {"vr": "SQ", "Value": [reference]}}]}}
    seg = item(SOPInstanceUID="1.9.1", SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4", Modality="SEG")

    def answer(request: Request) -> Answer:
        if request.path.endswith("/metadata"):
            return json_answer([series])
        return json_answer([seg] if first_page(request) else [])

    stub.answer = answer

    assert [found.sop_instance_uid for found in pacs.list_segs(RUN)] == ["1.9.1"]
    assert pacs.list_segs(replace(RUN, sop_instance_uid="1.4")) == []
    assert len([path for path in stub.paths if path.endswith("/metadata")]) == 1


def test_a_seg_without_readable_metadata_does_not_hide_the_others(stub: StubPacs, pacs: DicomWebPacs) -> None:
    def answer(request: Request) -> Answer:
        if request.path.endswith("/metadata"):
            return Answer(500)
        seg = item(SOPInstanceUID="1.9.1", SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4", Modality="SEG")
        return json_answer([seg] if first_page(request) else [])

    stub.answer = answer

    assert pacs.list_segs(RUN) == []


def test_what_a_store_refuses_is_named(stub: StubPacs, pacs: DicomWebPacs) -> None:
    dataset = build_xa()
    stub.answer = lambda _request: json_answer({"00081199": {"vr": "SQ"}, "00081198": {"vr": "SQ"}})

    with pytest.raises(PacsRefusedError, match=f"{dataset.SOPInstanceUID}.*not confirmed"):
        pacs.store([dataset])


def test_a_server_error_during_a_store_is_not_a_refusal(stub: StubPacs, pacs: DicomWebPacs) -> None:
    stub.answer = lambda _request: Answer(500)

    with pytest.raises(PacsUnavailableError, match="HTTP 500"):
        pacs.store([build_xa()])


def test_nothing_to_store_sends_nothing(stub: StubPacs, pacs: DicomWebPacs) -> None:
    pacs.store([])

    assert stub.requests == []


def test_a_ping_wants_an_answer_in_dicom_json(stub: StubPacs, pacs: DicomWebPacs) -> None:
    pacs.ping()
    stub.answer = lambda _request: Answer(200, b"<html>Log in</html>", "text/html")

    with pytest.raises(PacsUnavailableError, match="no DICOM JSON"):
        pacs.ping()


def test_every_thread_has_a_session_of_its_own(pacs: DicomWebPacs) -> None:
    sessions = [pacs._connection.session, pacs._connection.session]

    thread = threading.Thread(target=lambda: sessions.append(pacs._connection.session))
    thread.start()
    thread.join()

    assert sessions[0] is sessions[1]
    assert sessions[2] is not sessions[0]


def test_credentials_and_patients_stay_out_of_the_log(
    stub: StubPacs, stub_settings: PacsSettings, caplog: pytest.LogCaptureFixture
) -> None:
    signed = {"username": "user", "password": SecretStr("S3CRET")}
    pacs = connect(stub_settings.model_copy(update=signed))
    dataset = build_xa(patient_name="CANARY^Bird")
    stub.answer = lambda _request: Answer(200, to_bytes(dataset), "application/dicom")

    with caplog.at_level(logging.DEBUG):
        pacs.retrieve(RUN)
        with pytest.raises(PacsUnavailableError) as caught:
            pacs.list_runs()

    assert stub.requests[0].headers["authorization"].startswith("Basic ")
    assert RUN.sop_instance_uid in caplog.text
    assert "CANARY" not in caplog.text
    assert "S3CRET" not in caplog.text + str(caught.value)


def test_a_ping_is_one_question_with_little_patience(stub: StubPacs) -> None:
    stub.answer = lambda _: Answer(503)
    patient = connect(PacsSettings(url=stub.url, timeout_s=600, retries=5, backoff_s=0.01))

    with pytest.raises(PacsUnavailableError):
        patient.ping()

    assert len(stub.requests) == 1
