import pytest

from lib.errors import PacsUnavailableError
from lib.pacs.orthanc import OrthancExtras, orthanc_behind, root_of
from lib.settings import PacsSettings
from tests.stub_pacs import Answer, Request, StubPacs, json_answer


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://127.0.0.1:8042/dicom-web", "http://127.0.0.1:8042/"),
        ("https://pacs/orthanc/dicom-web/", "https://pacs/orthanc/"),
    ],
)
def test_the_root_lies_above_the_dicomweb_root(url: str, root: str) -> None:
    assert root_of(url) == root


def test_an_orthanc_says_that_it_is_one(stub: StubPacs, stub_settings: PacsSettings) -> None:
    stub.answer = lambda _request: json_answer({"Version": "1.10.1", "DatabaseVersion": 6})

    assert isinstance(orthanc_behind(stub_settings), OrthancExtras)
    assert stub.paths == ["/system"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404),
        Answer(401),
        Answer(200, b"<html>", "text/html"),
        json_answer({"Version": "5"}),
        json_answer([]),
    ],
)
def test_another_pacs_is_no_orthanc(answer: Answer, stub: StubPacs, stub_settings: PacsSettings) -> None:
    stub.answer = lambda _request: answer

    assert orthanc_behind(stub_settings) is None


def test_a_pacs_that_is_down_is_not_taken_for_another_pacs() -> None:
    settings = PacsSettings(url="http://127.0.0.1:1/dicom-web", connect_timeout_s=0.2)

    with pytest.raises(PacsUnavailableError, match=r"http://127\.0\.0\.1:1 "):
        orthanc_behind(settings)


def test_a_silent_orthanc_runs_into_the_time_out(stub: StubPacs, stub_settings: PacsSettings) -> None:
    stub.answer = lambda _request: Answer(500)

    with pytest.raises(PacsUnavailableError, match="HTTP 500"):
        OrthancExtras(stub_settings).health()


def test_only_new_runs_of_the_change_feed_count(stub: StubPacs, stub_settings: PacsSettings) -> None:
    feed = [("NewInstance", "run"), ("NewStudy", "study"), ("NewInstance", "seg"), ("NewInstance", "gone")]
    changes = [
        {"ChangeType": kind, "Date": "20260101T000000", "Seq": n + 5, "ResourceType": "Instance", "ID": name}
        for n, (kind, name) in enumerate(feed)
    ]
    said = {
        "/changes": json_answer({"Changes": changes, "Last": 8, "Done": True}),
        "/instances/run": json_answer({"ParentSeries": "xa", "MainDicomTags": {"SOPInstanceUID": "1.3"}}),
        "/instances/seg": json_answer({"ParentSeries": "seg", "MainDicomTags": {"SOPInstanceUID": "1.4"}}),
        "/series/xa": json_answer({"MainDicomTags": {"Modality": "XA"}}),
        "/series/seg": json_answer({"MainDicomTags": {"Modality": "SEG"}}),
        "/instances/run/metadata/SopClassUid": Answer(200, b"1.2.840.10008.5.1.4.1.1.12.1", "text/plain"),
    }

    def answer(request: Request) -> Answer:
        return said.get(request.path, Answer(404))

    stub.answer = answer

    new = OrthancExtras(stub_settings).changes(since=4)

    assert (new.image_ids, new.last) == (("1.3",), 8)
    assert stub.requests[0].query["since"] == ["4"]
    assert "/instances/study" not in stub.paths
