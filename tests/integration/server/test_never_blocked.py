"""A busy server answers, refuses in time, notices who left, remembers what was asked, and stops in order."""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import requests

from lib.cli.main import run as fluoro
from lib.datastore.audit_records import check_chain
from lib.datastore.ledger import Ledger
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.servers import TestServer

CANARY = "CANARY^BIRD"
SHAPES = {"long": (900, 128, 128), "labelled": (200, 128, 128), "short": (4, 128, 128)}
STAGES = ["queue", "fetch", "pre", "infer", "write", "total"]


@pytest.fixture(scope="module")
def runs(orthanc: TestPacs) -> dict[str, str]:
    """Image ids of a run that takes many seconds, of one whose label takes one, and of a short one."""
    found = {}
    for name, (n_frames, rows, columns) in SHAPES.items():
        run = build_xa(n_frames=n_frames, rows=rows, columns=columns, patient_name=CANARY)
        connect(PacsSettings(url=orthanc.url)).store([run])
        found[name] = str(run.SOPInstanceUID)
    return found


@pytest.fixture(scope="module")
def busy(orthanc: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server with one place for inferences, and one that waits."""
    settings = {"FLUORO_QUEUES__INFER__AT_ONCE": "1", "FLUORO_QUEUES__INFER__WAITING": "1"}
    server = TestServer(tmp_path_factory.mktemp("a busy server"), orthanc.url, settings)
    server.start()
    yield server
    server.stop()


def infer(server: TestServer, image_id: str, output: str = "json", **request: Any) -> requests.Response:
    query = {"image": image_id, "output": output}
    return requests.post(f"{server.url}/infer/vessels", params=query, **{"timeout": 120, **request})


def figure(server: TestServer, line: str) -> float:
    """Return a figure of the metrics."""
    text = requests.get(f"{server.url}/fluoro/api/metrics", timeout=10).text
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    assert found is not None, f"no figure {line}"
    return float(found[1])


def wait_for(is_so: Callable[[], bool], timeout_s: float = 30.0) -> bool:
    until = time.monotonic() + timeout_s
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()


def is_running(server: TestServer, queue: str) -> bool:
    return figure(server, f'fluoro_queue_running{{queue="{queue}"}}') == 1


class Asked(threading.Thread):
    """A request in the background; `answer` is there after `join`."""

    def __init__(self, ask: Callable[[], requests.Response]) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self.answer: requests.Response | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self._ask()
        except requests.RequestException:
            self.answer = None


def test_every_inference_says_where_its_time_went(busy: TestServer, runs: dict[str, str]) -> None:
    told = infer(busy, runs["short"]).json()["latencies"]
    header = infer(busy, runs["short"], output="image").headers["Server-Timing"]

    assert list(told) == STAGES
    assert sum(told.values()) - told["total"] <= told["total"]
    assert re.findall(r"(\w+);dur=", header) == STAGES
    counted = 'fluoro_stage_seconds_count{stage="infer",task="vessels"}'
    assert wait_for(lambda: figure(busy, counted) == 2, timeout_s=5)


def test_beside_an_inference_others_are_answered_and_one_too_many_is_refused(
    busy: TestServer, runs: dict[str, str]
) -> None:
    infer(busy, runs["short"])
    long = Asked(lambda: infer(busy, runs["long"], timeout=2))
    assert wait_for(lambda: is_running(busy, "infer"))
    waiting = Asked(lambda: infer(busy, runs["short"]))
    assert wait_for(lambda: figure(busy, 'fluoro_queue_waiting{queue="infer"}') == 1)

    refused = infer(busy, runs["short"])
    began = time.monotonic()
    info = requests.get(f"{busy.url}/info/", timeout=10)
    info_s = time.monotonic() - began
    long.join()
    waiting.join(30)

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (info.status_code, info_s < 2) == (200, True)
    assert long.answer is None
    assert waiting.answer is not None
    assert waiting.answer.status_code == 200


def test_the_audit_log_knows_who_asked_what_and_is_whole(
    busy: TestServer, runs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    requests.put(
        f"{busy.url}/fluoro/api/runs/{runs['short']}/state",
        json={"state": "skipped"},
        headers={"X-Client-Id": "anna"},
        timeout=10,
    )

    ledger = Ledger.in_folder(busy.data)
    [newest] = ledger.audit(most=1)
    check = check_chain(ledger.whole_audit())
    ledger.close()
    code = fluoro(["audit", "verify", "--data", str(busy.data)])

    event = newest.event
    assert (event.who, event.image_id, event.result) == ("anna", runs["short"], 200)
    assert event.what == "PUT /fluoro/api/runs/{image_id}/state"
    assert (check.problem, code) == (None, 0)
    assert check.head in capsys.readouterr().out


def test_a_stop_finishes_the_save_gives_up_the_inference_and_loses_nothing(
    busy: TestServer, runs: dict[str, str], tmp_path: Path
) -> None:
    volume = np.random.default_rng(7).integers(0, 2, SHAPES["labelled"][::-1], np.uint8)
    nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), tmp_path / "label.nii.gz")
    inference = Asked(lambda: infer(busy, runs["long"]))
    assert wait_for(lambda: is_running(busy, "infer"))
    saving = Asked(lambda: save(busy, runs["labelled"], tmp_path / "label.nii.gz"))
    assert wait_for(lambda: is_running(busy, "save"))

    busy.child._process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
    saving.join(30)
    inference.join(30)
    stopped = wait_for(lambda: not busy.child.is_alive)
    ledger = Ledger.in_folder(busy.data)
    labels, audit = ledger.labels(runs["labelled"]), check_chain(ledger.whole_audit())
    ledger.close()

    assert stopped
    assert saving.answer is not None
    assert inference.answer is not None
    assert (saving.answer.status_code, inference.answer.status_code) == (200, 503)
    assert saving.answer.json()["label"] in {label.id for label in labels}
    assert f"the audit log ended at head {audit.head}" in busy.logs()
    assert "CANARY" not in busy.logs()


def save(server: TestServer, image_id: str, file: Path) -> requests.Response:
    with file.open("rb") as label:
        return requests.put(
            f"{server.url}/datastore/label",
            params={"image": image_id, "tag": "final"},
            files={"label": (file.name, label)},
            timeout=60,
        )
