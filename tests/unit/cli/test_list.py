from collections.abc import Callable
from typing import Any

import pytest

from lib.cli.main import run
from lib.pacs.qido import TAGS
from tests.stub_pacs import Answer, Request, StubPacs, json_answer

UID = "1.2.826.0.1.3680043.8.498.37175805854946509535449862161209381780"


@pytest.fixture
def one_run(stub: StubPacs) -> StubPacs:
    """Return a PACS with one run of a patient called CANARY."""
    values = {"SOPInstanceUID": UID, "Modality": "XA", "NumberOfFrames": 96, "Rows": 512, "Columns": 1024}
    item = {TAGS[keyword]: {"Value": [value]} for keyword, value in values.items()}
    item["00100010"] = {"Value": [{"Alphabetic": "CANARY"}]}

    def answer(request: Request) -> Answer:
        is_here = request.query["Modality"] == ["XA"] and request.query["offset"] == ["0"]
        return json_answer([item] if is_here else [])

    stub.answer = answer
    return stub


def test_the_table_shows_whole_uids_and_no_patient(
    one_run: StubPacs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["list", "--studies", one_run.url]) == 0

    out = capsys.readouterr().out
    assert UID in out
    assert "512 x 1024" in out
    assert "CANARY" not in out


def test_json_names_every_run(
    one_run: StubPacs, run_json: Callable[..., tuple[int, dict[str, Any], str]]
) -> None:
    code, said, err = run_json("list", "--studies", one_run.url)

    assert (code, said["n_runs"], err) == (0, 1, "")
    assert said["runs"][0]["sop_instance_uid"] == UID
    assert said["runs"][0]["n_frames"] == 96
