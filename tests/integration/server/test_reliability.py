"""What comes in wrong, what goes down, what is killed: nothing that was saved is lost."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import requests

from lib.labels import load_label_table
from lib.pacs.dicomweb import DicomWebPacs, connect
from lib.seg.read import read_seg
from lib.settings import APP_FOLDER, PROJECT_FOLDER, PacsSettings
from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.servers import TestServer

N_FRAMES, ROWS, COLUMNS = 4, 32, 48
CANARY = "CANARY^BIRD"


@pytest.fixture
def own_server(fresh_orthanc: TestPacs, tmp_path: Path) -> Iterator[TestServer]:
    """A server that a test may kill, on an Orthanc that it may stop; started by the test."""
    server = TestServer(
        tmp_path / "data",
        fresh_orthanc.url,
        {"FLUORO_DATASTORE__LIST_SECONDS": "0", "FLUORO_DATASTORE__OUTBOX_RETRY_S": "0.5"},
    )
    yield server
    server.stop()


@pytest.fixture
def label_file(tmp_path: Path) -> Callable[..., Path]:
    def write(shape: tuple[int, int, int] = (COLUMNS, ROWS, N_FRAMES)) -> Path:
        volume = np.zeros(shape, np.uint8)
        for t in range(shape[2]):
            volume[4 * t : 4 * t + 6, 8:16, t] = 1
        path = tmp_path / f"label-{shape[2]}.nii.gz"
        nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), path)
        return path

    return write


def pacs_of(orthanc: TestPacs) -> DicomWebPacs:
    return connect(PacsSettings(url=orthanc.url))


def store_run(orthanc: TestPacs, **elements: Any) -> str:
    run = build_xa(n_frames=N_FRAMES, rows=ROWS, columns=COLUMNS, patient_name=CANARY, **elements)
    pacs_of(orthanc).store([run])
    return str(run.SOPInstanceUID)


def save(server: TestServer, image_id: str, file: Path, tag: str = "final") -> requests.Response:
    with file.open("rb") as label:
        return requests.put(
            f"{server.url}/datastore/label",
            params={"image": image_id, "tag": tag},
            files={"label": (file.name, label)},
            timeout=60,
        )


def infer(server: TestServer, image_id: str) -> requests.Response:
    return requests.post(
        f"{server.url}/infer/vesselness", params={"image": image_id, "output": "json"}, timeout=60
    )


def n_segs(orthanc: TestPacs, image_id: str) -> int:
    pacs = pacs_of(orthanc)
    return len(pacs.list_segs(pacs.find_run(image_id)))


def wait_for(is_so: Callable[[], bool], timeout_s: float = 30.0) -> bool:
    until = time.monotonic() + timeout_s
    while not is_so() and time.monotonic() < until:
        time.sleep(0.2)
    return is_so()


def test_an_unknown_run_is_not_found(server: TestServer, label_file: Callable[..., Path]) -> None:
    answers = [infer(server, "1.2.3.4"), save(server, "1.2.3.4", label_file())]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "'1.2.3.4'" in answers[0].json()["detail"]


@pytest.mark.parametrize("image_id", ["../../etc/passwd", "/etc/passwd", "a\\b", "a b"])
def test_an_id_that_is_a_path_is_refused(server: TestServer, image_id: str) -> None:
    answer = infer(server, image_id)

    assert answer.status_code == 400
    assert "image id" in answer.json()["detail"]


def test_a_tag_that_is_a_path_is_refused(
    server: TestServer, orthanc: TestPacs, label_file: Callable[..., Path]
) -> None:
    answer = save(server, store_run(orthanc), label_file(), tag="../..")

    assert answer.status_code == 400


@pytest.mark.parametrize("params", ['{"image": "/etc/passwd"}', '{"model": "x"}', "[]", "{"])
def test_params_that_name_things_on_the_server_or_are_no_object_are_refused(
    server: TestServer, orthanc: TestPacs, params: str
) -> None:
    answer = requests.post(
        f"{server.url}/infer/vessels",
        params={"image": store_run(orthanc)},
        data={"params": params},
        timeout=30,
    )

    assert answer.status_code == 400
    assert "`params`" in answer.json()["detail"]


def test_an_unknown_task_is_not_found(server: TestServer, orthanc: TestPacs) -> None:
    answer = requests.post(f"{server.url}/infer/livers", params={"image": store_run(orthanc)}, timeout=30)

    assert answer.status_code == 404
    assert "vessels" in answer.json()["detail"]


def test_a_run_without_pixels_is_refused(server: TestServer, orthanc: TestPacs) -> None:
    answer = infer(server, store_run(orthanc, PixelData=None))

    assert answer.status_code == 400
    assert "Pixel Data" in answer.json()["detail"]


def test_truncated_pixel_data_is_refused(server: TestServer, orthanc: TestPacs) -> None:
    answer = infer(server, store_run(orthanc, PixelData=bytes(ROWS * COLUMNS * N_FRAMES // 2)))

    assert answer.status_code == 400
    assert "decoded" in answer.json()["detail"]


def test_a_label_of_another_shape_is_refused_and_not_stored(
    server: TestServer, orthanc: TestPacs, label_file: Callable[..., Path]
) -> None:
    image_id = store_run(orthanc)

    answer = save(server, image_id, label_file((COLUMNS, ROWS, N_FRAMES + 1)))

    detail = answer.json()["detail"]
    objects = requests.get(f"{server.url}/datastore/", params={"output": "all"}, timeout=30).json()["objects"]
    assert answer.status_code == 400
    assert "(48, 32, 5)" in detail
    assert "(48, 32, 4)" in detail
    assert objects[image_id]["labels"] == {}
    assert n_segs(orthanc, image_id) == 0


def test_the_pacs_may_be_down_at_the_start_and_in_the_middle(
    own_server: TestServer, fresh_orthanc: TestPacs
) -> None:
    image_id = store_run(fresh_orthanc)
    fresh_orthanc.stop()
    own_server.start()

    down = requests.get(f"{own_server.url}/datastore/", timeout=30)
    fresh_orthanc.start()
    up = requests.get(f"{own_server.url}/datastore/", timeout=30)
    fresh_orthanc.stop()
    down_again = infer(own_server, image_id)
    fresh_orthanc.start()
    up_again = infer(own_server, image_id)

    assert [down.status_code, up.status_code] == [503, 200]
    assert fresh_orthanc.url in down.json()["detail"]
    assert "Retry-After" in down.headers
    assert [down_again.status_code, up_again.status_code] == [503, 200]


def test_what_was_saved_while_the_pacs_was_down_is_sent_when_it_is_back(
    own_server: TestServer, fresh_orthanc: TestPacs, label_file: Callable[..., Path]
) -> None:
    image_id = store_run(fresh_orthanc)
    own_server.start()
    infer(own_server, image_id)
    fresh_orthanc.stop()

    answer = save(own_server, image_id, label_file())
    fresh_orthanc.start()

    assert answer.status_code == 200
    assert wait_for(lambda: n_segs(fresh_orthanc, image_id) == 1)


def test_a_kill_between_ledger_and_pacs_loses_nothing(
    own_server: TestServer, fresh_orthanc: TestPacs, label_file: Callable[..., Path]
) -> None:
    image_id = store_run(fresh_orthanc)
    own_server.start()
    infer(own_server, image_id)
    fresh_orthanc.stop()
    answer = save(own_server, image_id, label_file())
    own_server.kill()

    fresh_orthanc.start()
    n_before = n_segs(fresh_orthanc, image_id)
    own_server.start()

    assert answer.status_code == 200
    assert n_before == 0
    assert wait_for(lambda: n_segs(fresh_orthanc, image_id) == 1)
    pacs = pacs_of(fresh_orthanc)
    [seg] = pacs.list_segs(pacs.find_run(image_id))
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    back = read_seg(pacs.retrieve_seg(seg), N_FRAMES, table).label_map()
    assert np.array_equal(back.transpose(2, 1, 0), np.asarray(nibabel.load(label_file()).dataobj))


def test_no_log_has_the_name_of_a_patient(
    own_server: TestServer, fresh_orthanc: TestPacs, label_file: Callable[..., Path]
) -> None:
    image_id = store_run(fresh_orthanc)
    broken = store_run(fresh_orthanc, PixelData=b"CANARY", StudyDate="CANARY")
    own_server.start()

    requests.get(f"{own_server.url}/dicom-web/studies", params={"PatientName": CANARY}, timeout=30)
    requests.get(f"{own_server.url}/fluoro/api/runs/{image_id}", timeout=30)
    infer(own_server, image_id)
    infer(own_server, broken)
    save(own_server, image_id, label_file())
    requests.post(
        f"{own_server.url}/infer/vessels",
        params={"image": image_id},
        data={"params": f'{{"PatientName": "{CANARY}"}}'},
        timeout=60,
    )

    assert image_id in own_server.logs()
    assert "CANARY" not in own_server.logs()
    assert "CANARY" not in fresh_orthanc.log.read_text()


def test_the_older_label_stays_when_the_disk_is_full(tmp_path: Path) -> None:
    """A process whose files may not grow beyond 16 kB, as on a full disk, saves a second label."""
    outcome = subprocess.run(
        [sys.executable, "-c", SAVE_ON_A_FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": f"{APP_FOLDER}:{PROJECT_FOLDER}", "PATH": ""},
    )

    assert outcome.stdout.split() == ["DiskFullError", "1", "[1]"], outcome.stderr[-2000:]


SAVE_ON_A_FULL_DISK = """
import errno, os, resource, signal, sys
from pathlib import Path
import numpy as np
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import LabelContent, LabelStore
from lib.datastore.ledger import LabelDraft, Ledger
from lib.datastore.states import LabelState
from lib.errors import DiskFullError
from lib.pacs.runs import RunRef

folder = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
ledger = Ledger.in_folder(folder)
ledger.note_runs([RunRef("1.1", "1.2", "1.3", "1.4", "XA", 4, 32, 48)])
store = LabelStore(ledger, LabelFiles(folder / "labels_saved"))
draft = LabelDraft("1.3", "final", LabelState.SUBMITTED, "ann")
store.save(draft, lambda version: LabelContent(b"first"))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (16384, hard))
try:
    store.save(draft, lambda version: LabelContent(os.urandom(1 << 20)))
except DiskFullError as error:
    print(type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(len([path for path in (folder / "labels_saved").rglob("*") if path.is_file()]))
print([label.version for label in ledger.labels("1.3")])
"""
