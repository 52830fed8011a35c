"""The log says what happened and never to whom."""

import logging
import warnings
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from pydicom import Dataset
from pydicom.dataset import FileDataset

from lib.errors import RunNotFoundError
from lib.server.log_config import QUIET, configure_logging, log_config
from lib.server.routes_frames import frames_router
from lib.server.routes_upload import upload_router
from tests.builders import build_xa, to_bytes
from tests.unit.server.conftest import MakeServices, Serve

CANARY = "CANARY"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Set up the real logging, return its file, and put everything back."""
    root, shown = logging.getLogger(), warnings.showwarning
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    configure_logging(tmp_path)
    yield tmp_path / "logs" / "server.log"
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], root.level, warnings.showwarning = handlers, level, shown
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def canary_run() -> FileDataset:
    return build_xa(patient_name=f"{CANARY}^Jane", PatientID=f"{CANARY}-1", PatientComments=f"{CANARY} sings")


def test_a_patient_never_appears_in_the_log(
    log: Path, make_services: MakeServices, serve: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    run = canary_run()
    services = make_services()
    client = serve(upload_router(services), frames_router(services))

    stored = client.post("/fluoro/api/upload", files={"file": (f"{CANARY}.dcm", to_bytes(run))})
    client.post("/fluoro/api/upload", files={"file": (f"{CANARY}.txt", f"{CANARY} is no DICOM")})
    for path in ("", f"/{run.SOPInstanceUID}", f"/{run.SOPInstanceUID}/frames/1.png", f"/{CANARY}%20Jane"):
        client.get(f"/fluoro/api/runs{path}")

    assert stored.status_code == 200
    written = log.read_text()
    assert str(run.SOPInstanceUID) in written
    assert CANARY not in written
    assert CANARY not in capfd.readouterr().err


def test_what_an_exception_quotes_stays_out_of_the_log(log: Path) -> None:
    try:
        raise ValueError(f"Invalid value for VR PN: '{CANARY}'")
    except ValueError:
        logging.getLogger("lib.anywhere").exception("failed to read run 1.2.3")

    written = log.read_text()
    assert "failed to read run 1.2.3" in written
    assert "ValueError at test_log_config.py" in written
    assert CANARY not in written


def test_the_sentence_of_our_own_error_is_in_the_log(log: Path) -> None:
    try:
        raise RunNotFoundError("1.2.3")
    except RunNotFoundError:
        logging.getLogger("lib.anywhere").exception("failed")

    assert "The PACS has no XA or RF run '1.2.3'" in log.read_text()


def test_a_warning_is_logged_without_the_element_that_it_quotes(log: Path) -> None:
    dataset = Dataset()
    warnings.simplefilter("always")  # the settings of pytest leave pydicom's out

    dataset.StudyDate = CANARY

    written = log.read_text()
    assert "UserWarning at" in written
    assert CANARY not in written


def test_monai_labels_requests_and_httpx_addresses_stay_out(log: Path) -> None:
    logging.getLogger("monailabel.endpoints.infer").info("Infer Request: %s", {"name": CANARY})
    transport = httpx.MockTransport(lambda _: httpx.Response(200))

    with httpx.Client(transport=transport) as client:
        client.get("http://pacs.test/studies", params={"PatientName": CANARY})
    logging.getLogger("lib.anywhere").info("done")

    assert CANARY not in log.read_text()


def test_the_log_file_is_bounded(tmp_path: Path, log: Path) -> None:
    del log
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, RotatingFileHandler))

    assert handler.maxBytes * (handler.backupCount + 1) <= 100 * 2**20
    assert log_config(tmp_path)["handlers"]["file"]["filename"] == str(tmp_path / "logs" / "server.log")


def test_an_incident_is_in_the_log_once_and_without_its_text(log: Path, serve: Serve) -> None:
    router = APIRouter()

    @router.get("/try")
    def fail() -> None:
        raise ValueError(CANARY)

    serve(router).get("/try")

    written = log.read_text()
    assert written.count("incident") == 1
    assert CANARY not in written
