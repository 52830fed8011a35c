"""Requests that nobody wrote: made up from the server's own OpenAPI, and bodies with broken bytes.

Few of them run each time. `API_CASES=2000` and `FUZZ_INPUTS=5000` in the environment make it many.
"""

import logging
import os
from collections import Counter

import pytest
import requests
import torch
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.api_cases import try_cases
from tests.broken_bodies import BrokenBody, broken_bodies
from tests.broken_multiparts import odd_forms, stow_bodies
from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.watched_server import WatchedServer

logger = logging.getLogger(__name__)

API_CASES = int(os.environ.get("API_CASES", "130"))
FUZZ_INPUTS = int(os.environ.get("FUZZ_INPUTS", "150"))
MOST_MEMORY_MB = 400
"""What broken bodies may cost beyond what the server needs anyway: two models and a few small runs."""

STARTS_WORK = ("POST /fluoro/api/trainings", "POST /batch/infer/{model}", "POST /train/{model}")
"""Left out unless many run: each may begin a process that learns for minutes."""


@pytest.fixture(autouse=True)
def whole_floats() -> None:
    """An engine of an earlier test left tiny floats flushed to nought; hypothesis needs them."""
    torch.set_flush_denormal(False)


@pytest.fixture(scope="module")
def image_id(orthanc: TestPacs) -> str:
    run = build_xa(n_frames=2)
    connect(PacsSettings(url=orthanc.url)).store([run])
    return str(run.SOPInstanceUID)


@pytest.mark.timeout(3600)
def test_no_made_up_request_breaks_the_server_or_its_own_description(
    served: WatchedServer, image_id: str
) -> None:
    known = {
        "image_id": [image_id],
        "image": [image_id],
        "model": ["vesselness", "clicks", "watershed", "propagation"],
        "label": ["vessel", "catheter"],
        "strategy": ["first", "mixed"],
    }

    tally = try_cases(served.url, API_CASES, known, STARTS_WORK)

    logger.info("%d requests: %s", tally.n_cases, tally.statuses)
    assert tally.problems == {}
    assert tally.n_cases >= API_CASES / 2
    assert served.outside() == []


@pytest.mark.timeout(3600)
def test_no_broken_body_breaks_the_server(served: WatchedServer, image_id: str) -> None:
    statuses: Counter[tuple[str, int]] = Counter()

    @seed(7)
    @settings(
        max_examples=FUZZ_INPUTS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(broken_bodies(image_id), odd_forms(image_id), stow_bodies()))
    def one(body: BrokenBody) -> None:
        answer = requests.request(
            body.method,
            f"{served.url}{body.path}",
            data=body.content,
            headers={"Content-Type": body.content_type},
            timeout=60,
        )
        statuses[body.path.partition("?")[0], answer.status_code] += 1
        assert answer.status_code != 500, f"{answer.text}\n{served.server.logs()[-1500:]}\n{body}"

    requests.post(f"{served.url}/infer/vesselness", params={"image": image_id}, timeout=120)
    before = served.memory_mb("VmHWM")

    one()

    grown_mb = served.memory_mb("VmHWM") - before
    logger.info("%d bodies: %s; %.0f MB more memory", statuses.total(), statuses, grown_mb)
    assert statuses.total() >= FUZZ_INPUTS
    assert statuses["/dicom-web/studies", 200], "no STOW request was ever taken"
    for path in ("/fluoro/api/ready", "/datastore/", "/fluoro/api/runs"):
        assert requests.get(f"{served.url}{path}", timeout=30).ok, path
    assert served.outside() == []
    assert served.left_behind() == []
    assert grown_mb < MOST_MEMORY_MB, statuses
