"""Saving labels and taking them out, with a MONAI Label app that only notes what it is asked."""

import json
from pathlib import Path
from typing import Any

from lib.server.routes_labels import labels_router
from tests.unit.server.conftest import Serve


class NotingApp:
    """Is its own datastore."""

    def __init__(self, archive: Path) -> None:
        self.saved: dict[str, Any] = {}
        self.archive = archive

    def datastore(self) -> "NotingApp":
        return self

    def save_label(self, image: str, file: str, tag: str, info: dict[str, Any]) -> str:
        self.saved = {"image": image, "tag": tag, "info": info, "suffix": Path(file).suffix}
        return "label-1"

    def on_save_label(self, image: str, label_id: str) -> dict[str, Any]:
        del image, label_id
        return {"version": 1}

    def get_dataset_archive(self, limit_cases: int | None = None) -> str:
        self.archive.write_text(f"at most {limit_cases}")
        return str(self.archive)


def test_a_client_may_say_which_model_its_label_began_from(serve: Serve, tmp_path: Path) -> None:
    app = NotingApp(tmp_path / "dataset.zip")

    answer = serve(labels_router(app)).put(
        "/datastore/label",
        params={"image": "1.2"},
        data={"params": json.dumps({"model": "vesselness@1"})},
        files={"label": ("a.nrrd", b"")},
    )

    assert answer.json() == {"version": 1, "image": "1.2", "label": "label-1"}
    assert app.saved == {"image": "1.2", "tag": "final", "info": {"model": "vesselness@1"}, "suffix": ".nrrd"}


def test_an_archive_is_gone_once_it_was_sent(serve: Serve, tmp_path: Path) -> None:
    app = NotingApp(tmp_path / "dataset.zip")

    answer = serve(labels_router(app)).get("/datastore/dataset", params={"limit_cases": 3})

    assert answer.text == "at most 3"
    assert not app.archive.exists()
