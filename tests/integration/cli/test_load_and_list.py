"""The command line against a real PACS."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from lib.settings import PROJECT_FOLDER


def fluoro(*arguments: object) -> tuple[int, dict[str, Any], str]:
    """Run the script with --json: exit code, the object on standard output, standard error."""
    command = [PROJECT_FOLDER / "fluoro", *map(str, arguments), "--json"]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_the_real_files_are_loaded_and_listed(fresh_orthanc: Any, shared_data: Path) -> None:
    code, loaded, err = fluoro("load", shared_data / "dicom", "--studies", fresh_orthanc.url)

    assert (code, loaded["stored"], loaded["failed"]) == (0, 5, 0)
    assert "Warning" not in err

    code, listed, err = fluoro("list", "--studies", fresh_orthanc.url)

    assert (code, listed["n_runs"], err) == (0, 5, "")
    sent = {file["sop_instance_uid"] for file in loaded["files"] if file["outcome"] == "stored"}
    assert {run["sop_instance_uid"] for run in listed["runs"]} == sent
    assert sorted(run["n_frames"] for run in listed["runs"]) == [1, 1, 1, 12, 96]


def test_the_real_files_are_sent_by_c_store(fresh_orthanc: Any, shared_data: Path) -> None:
    node = f"{fresh_orthanc.ae_title}@127.0.0.1:{fresh_orthanc.dicom_port}"

    code, sent, err = fluoro("load", shared_data / "dicom", "--to", node)

    assert (code, sent["stored"], sent["target"]) == (0, 5, node)
    assert "Invalid value" not in err
    assert fluoro("list", "--studies", fresh_orthanc.url)[1]["n_runs"] == 5
