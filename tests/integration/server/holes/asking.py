"""Requests that go out as they are written, also where their path climbs."""

import json
from typing import Any

import requests

from tests.watched_server import WatchedServer

TIMEOUT_S = 60


def ask(served: WatchedServer, method: str, path: str, **more: Any) -> requests.Response:
    """Send a path as it is written: requests would take the dots out of it."""
    request = requests.Request(method, f"{served.url}/", **more).prepare()
    query = request.url.partition("?")[2] if request.url else ""
    request.url = f"{served.url}{path}{'?' + query if query else ''}"
    with requests.Session() as session:
        return session.send(request, timeout=TIMEOUT_S)


def infer(
    served: WatchedServer, image_id: str, params: object, task: str = "vesselness"
) -> requests.Response:
    body = {"params": json.dumps(params)}
    return ask(served, "POST", f"/infer/{task}", params={"image": image_id}, data=body)


def put_file(served: WatchedServer, path: str, name: str, data: bytes, **params: str) -> requests.Response:
    field = {"/datastore/label": "label", "/session/": "files"}.get(path, "file")
    return ask(served, "PUT", path, params=params, files={field: (name, data)})
