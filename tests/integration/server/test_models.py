"""Another version goes live in a server that runs: by another process, without a restart, and back again."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import torch

from lib.networks.weights import load_net, save_weights
from lib.registry import Model, VersionStore
from lib.registry.store import SHIPPED
from lib.settings import PROJECT_FOLDER
from tests.builders import build_xa, to_bytes
from tests.integration.conftest import TestPacs
from tests.model_builders import build_model
from tests.servers import TestServer
from tests.version_builders import WEIGHTS, build_draft

RUN = build_xa(n_frames=2, rows=64, columns=64)
IMAGE_ID = str(RUN.SOPInstanceUID)


@pytest.fixture
def server(orthanc: TestPacs, tmp_path: Path) -> Iterator[TestServer]:
    server = TestServer(tmp_path / "data", orthanc.url, {"FLUORO_DATASTORE__LIST_SECONDS": "0"})
    dicom = {"Content-Type": "application/dicom"}
    try:
        server.start()
        requests.post(f"{server.url}/fluoro/api/upload", data=to_bytes(RUN), headers=dicom, timeout=60)
        yield server
    finally:
        server.stop()


def add_candidate(data: Path, folder: Path) -> str:
    """Keep the shipped weights, a little changed, as a candidate; return its version."""
    net = load_net(SHIPPED / WEIGHTS)
    with torch.no_grad():
        for weight in net.parameters():
            weight *= 1.01
    sha256 = save_weights(net, folder / WEIGHTS)
    draft = build_draft(folder, card=build_model(folder, {WEIGHTS: "weights"}, version=sha256[:12]))
    return VersionStore(data).add(folder, draft).name


def fluoro(data: Path, *arguments: str) -> Any:
    """Run `./fluoro` in a process of its own and return its JSON."""
    done = subprocess.run(
        [str(PROJECT_FOLDER / "fluoro"), *arguments, "--data", str(data), "--json"],
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if not key.startswith("FLUORO_")},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def infer(server: TestServer, method: str, output: str) -> requests.Response:
    params = {"foreground": [[20, 20, 0]]} if method == "clicks" else {}
    found = requests.post(
        f"{server.url}/infer/{method}",
        params={"image": IMAGE_ID, "output": output},
        data={"params": json.dumps(params)},
        timeout=300,
    )
    assert found.status_code == 200, found.text
    return found


def saved_model(server: TestServer, folder: Path, method: str) -> str:
    """Segment the run, save it as a label, and return which model its record says."""
    file = folder / "label.nii.gz"
    file.write_bytes(infer(server, method, "image").content)
    answer = infer(server, method, "json").json()
    with file.open("rb") as label:
        saved = requests.put(
            f"{server.url}/datastore/label",
            params={"image": IMAGE_ID, "tag": "draft"},
            data={"params": json.dumps({"params": answer.get("params", answer)})},
            files={"label": label},
            timeout=60,
        )
    assert saved.status_code == 200, saved.text
    labels = requests.get(f"{server.url}/fluoro/api/runs/{IMAGE_ID}/labels", timeout=60).json()["labels"]
    return str(labels[0]["model"])


def weights_of(model: Model) -> bytes:
    return (model.folder / WEIGHTS).read_bytes()


def test_a_version_goes_live_without_a_restart_and_labels_say_what_they_began_from(
    server: TestServer, tmp_path: Path
) -> None:
    store = VersionStore(server.data)
    old, shipped = store.live().name, weights_of(store.live().model)
    new = add_candidate(server.data, tmp_path / "trained")
    before = {saved_model(server, tmp_path, method) for method in ("vessels", "clicks")}

    promoted = fluoro(server.data, "models", "promote", new, "--reason", "tried", "--by", "anna", "--yes")
    after = {saved_model(server, tmp_path, method) for method in ("vessels", "clicks")}
    shown = requests.get(f"{server.url}/fluoro/api/models", timeout=60).json()
    back = requests.post(f"{server.url}/fluoro/api/models/rollback", timeout=120).json()
    again = saved_model(server, tmp_path, "vessels")

    assert {name.split("@")[0] for name in before} == {"network", "branches"}
    assert {name.split("@")[1].split("-")[0] for name in before} == {old}
    assert promoted["version"] == new
    assert {name.split("@")[1].split("-")[0] for name in after} == {new}
    assert [(model["version"], model["is_live"]) for model in shown["models"]] == [(old, False), (new, True)]
    assert (back["version"], again.split("@")[1].split("-")[0]) == (old, old)
    assert weights_of(store.live().model) == shipped
    assert (
        "/fluoro/api/models/{version}/promote"
        in requests.get(f"{server.url}/openapi.json", timeout=60).json()["paths"]
    )
