"""Tasks and batches take the parameters that they know, and no others."""

import pytest

from tests.integration.server.holes.asking import ask, infer
from tests.watched_server import WatchedServer


@pytest.mark.parametrize(
    "params",
    [
        {"image": "/etc/passwd"},
        {"label": "/etc/passwd"},
        {"label_path": "/etc/passwd"},
        {"model": "../../x"},
        {"model_filename": "/srv/x.pt"},
        {"image_path": "/etc"},
        {"session": "x"},
        {"bundle_path": "/srv"},
        {"logging": "DEBUG"},
        {"timeout": 10**9},
        {"label_tag": "../..", "save_label": True},
        {"result_extension": "/../../x.nii.gz"},
        {"sensitivity": "1e999"},
        {"client_id": ["x"] * 10},
        {"device": "cuda; rm"},
        {"result_dtype": "object"},
    ],
)
def test_params_name_no_server_path_and_nothing_that_the_task_does_not_take(
    served: WatchedServer, image_id: str, params: dict[str, object]
) -> None:
    answer = infer(served, image_id, params)

    assert answer.status_code == 400, answer.text


def test_what_clients_send_with_every_request_is_taken(served: WatchedServer, image_id: str) -> None:
    usual = {
        "client_id": "slicer-1",
        "result_extension": ".nrrd",
        "result_dtype": "uint8",
        "result_compress": False,
        "label_info": [{"name": "vessel", "idx": 1}],
        "reset_state": True,
        "device": "cuda",
    }

    assert infer(served, image_id, usual).status_code == 200


@pytest.mark.parametrize(
    "params", [{"bundle_path": "/srv"}, {"gpus": "0;x"}, {"logging": "x"}, {"max_workers": 10**6}, {"x": 1}]
)
def test_a_batch_hands_nothing_to_its_process_that_it_does_not_know(
    served: WatchedServer, params: dict[str, object]
) -> None:
    answer = ask(served, "POST", "/batch/infer/vesselness", json=params)

    assert answer.status_code == 400
