"""What `/infer` refuses before it segments anything."""

from typing import Any

import pytest

from lib.server.routes_infer import infer_router
from tests.unit.server.conftest import Serve


class RefusingApp:
    """Has one task, which nobody may run."""

    def __init__(self) -> None:
        self._infers = {"vessels": object()}
        self.n_runs = 0

    def infer(self, request: dict[str, Any]) -> dict[str, Any]:
        del request
        self.n_runs += 1
        raise NotImplementedError


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/infer/vessels?output=dicom_seg", 400, "belongs to a run of the PACS"),
        ("/infer/vessels_9?image=1.2", 404, "vessels"),
    ],
)
def test_what_cannot_be_answered_is_not_segmented(serve: Serve, address: str, status: int, said: str) -> None:
    app = RefusingApp()

    answer = serve(infer_router(app)).post(address, files={"file": ("a.nii.gz", b"")})

    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert app.n_runs == 0
