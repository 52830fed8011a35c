from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lib.errors import PacsRefusedError
from lib.pacs.dicomweb import connect
from lib.pacs.dimse import DicomNode, send
from lib.pacs.files import DicomFile, Outcome, examine
from lib.settings import PacsSettings
from tests.builders import build_xa, to_bytes


def files_of(paths: list[Path]) -> list[DicomFile]:
    return [file for path in paths if isinstance(file := examine(path, is_named=True), DicomFile)]


def node_of(orthanc: Any) -> DicomNode:
    return DicomNode(orthanc.ae_title, "127.0.0.1", orthanc.dicom_port)


def test_the_real_files_arrive_in_their_own_transfer_syntax(fresh_orthanc: Any, shared_data: Path) -> None:
    files = files_of(sorted((shared_data / "dicom").glob("*.dcm")))

    outcomes = list(send(files, node_of(fresh_orthanc)))

    assert [outcome.outcome for outcome in outcomes] == [Outcome.STORED] * 5
    pacs = connect(PacsSettings(url=fresh_orthanc.url))
    for file in files:
        copy = BytesIO()
        pacs.retrieve_to(pacs.find_run(file.sop_instance_uid), copy)
        # The receiver writes a preamble and file meta information of its own.
        assert copy.getvalue()[-100_000:] == file.path.read_bytes()[-100_000:]


@pytest.mark.parametrize("calling", ["FLUORO", "STRANGER"])
def test_a_node_that_does_not_know_a_title_refused_and_says_which_to_check(
    orthanc: Any, tmp_path: Path, calling: str
) -> None:
    (tmp_path / "a.dcm").write_bytes(to_bytes(build_xa()))
    called = orthanc.ae_title if calling == "STRANGER" else "WRONG"
    node = DicomNode(called, "127.0.0.1", orthanc.dicom_port)

    with pytest.raises(PacsRefusedError, match=f"ae title.*calling title {calling}, called title {called}"):
        list(send(files_of([tmp_path / "a.dcm"]), node, calling=calling, timeout_s=5))


def test_a_truncated_file_does_not_stop_the_others(orthanc: Any, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        content = to_bytes(build_xa())
        (tmp_path / f"{name}.dcm").write_bytes(content[: len(content) // 2] if name == "b" else content)

    outcomes = send(files_of(sorted(tmp_path.iterdir())), node_of(orthanc), timeout_s=2)

    assert [str(outcome.outcome) for outcome in outcomes] == ["stored", "failed", "stored"]


def test_a_sop_class_that_the_node_does_not_take_is_named(orthanc: Any, tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(to_bytes(build_xa(sop_class_uid="1.2.3.4.5")))
    (tmp_path / "b.dcm").write_bytes(to_bytes(build_xa()))

    outcomes = list(send(files_of(sorted(tmp_path.iterdir())), node_of(orthanc), timeout_s=5))

    assert [str(outcome.outcome) for outcome in outcomes] == ["failed", "stored"]
    assert "does not accept SOP class 1.2.3.4.5" in outcomes[0].reason
