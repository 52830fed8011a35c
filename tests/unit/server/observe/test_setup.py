"""An application with queues and observation around it: numbers, metrics, the audit log, 429."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from lib.errors import LedgerBusyError
from lib.server.errors import install_error_translator
from lib.server.observe.facts import current_facts
from lib.server.observe.setup import watch, watch_outermost
from lib.server.services import Services
from tests.unit.server.conftest import MakeServices

ServeWatched = Callable[..., TestClient]


@pytest.fixture
def serve_watched() -> Iterator[ServeWatched]:
    """Return a maker of clients to an application of routers, with all that is around the real one."""
    with ExitStack() as stack:

        def start(services: Services, *routers: APIRouter) -> TestClient:
            app = FastAPI()
            install_error_translator(app)
            watch(app, services)
            for router in routers:
                app.include_router(router)
            watch_outermost(app)
            return stack.enter_context(TestClient(app))

        yield start


def a_router() -> APIRouter:
    """Looks, changes and failures."""
    router = APIRouter()

    @router.get("/look/{image_id}")
    def look(image_id: str) -> str:
        return image_id

    @router.put("/change")
    def change(image: str) -> str:
        return image

    @router.post("/infer/{model}")
    def infer(model: str) -> str:
        facts = current_facts()
        assert facts is not None
        facts.task, facts.stages = model, {"pre": 0.25, "infer": 1.5}
        return model

    @router.get("/broken")
    def broken() -> None:
        raise LedgerBusyError("locked")

    return router


def test_every_answer_has_a_number_which_the_client_may_choose(
    make_services: MakeServices, serve_watched: ServeWatched
) -> None:
    client = serve_watched(make_services(), a_router())

    own = client.get("/look/1.2").headers["x-request-id"]
    chosen = client.get("/look/1.2", headers={"X-Request-Id": "proxy-7"}).headers["x-request-id"]
    refused = client.get("/look/1.2", headers={"X-Request-Id": "a b<script>"}).headers["x-request-id"]

    assert len({own, chosen, refused}) == 3
    assert chosen == "proxy-7"
    assert "script" not in refused


def test_a_change_is_in_the_audit_log_when_its_answer_comes(
    make_services: MakeServices, serve_watched: ServeWatched
) -> None:
    services = make_services()
    client = serve_watched(services, a_router())

    answer = client.put("/change", params={"image": "1.2"}, headers={"X-Client-Id": "anna"})

    [entry] = services.ledger.audit()
    assert (entry.event.who, entry.event.what, entry.event.image_id) == ("anna", "PUT /change", "1.2")
    assert entry.event.request_id == answer.headers["x-request-id"]


def test_looking_at_a_run_again_and_again_is_one_entry(
    make_services: MakeServices, serve_watched: ServeWatched
) -> None:
    services = make_services()
    client = serve_watched(services, a_router())

    for image_id in ("1.2", "1.2", "1.3", "1.2"):
        client.get(f"/look/{image_id}")
    client.put("/change", params={"image": "1.2"})

    assert [entry.event.image_id for entry in services.ledger.audit()] == ["1.2", "1.3", "1.2"]


def test_metrics_tell_routes_stages_queues_cache_outbox_and_model(
    make_services: MakeServices, serve_watched: ServeWatched
) -> None:
    client = serve_watched(make_services(), a_router())
    client.get("/look/CANARY")
    client.post("/infer/vessels")
    client.get("/broken")

    answer = client.get("/fluoro/api/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    for line in (
        'fluoro_request_seconds_count{method="GET",route="/look/{image_id}",status="200"} 1.0',
        'fluoro_request_seconds_count{method="GET",route="/broken",status="503"} 1.0',
        'fluoro_stage_seconds_sum{stage="infer",task="vessels"} 1.5',
        'fluoro_queue_wait_seconds_count{queue="infer"} 1.0',
        'fluoro_queue_waiting{queue="infer"} 0.0',
        'fluoro_queue_refused_total{queue="save"} 0.0',
        "fluoro_cache_bytes 0.0",
        "fluoro_outbox_waiting 0.0",
        'fluoro_model_info{model="vessels",version=',
        "fluoro_state_unknown 0.0",
        "process_resident_memory_bytes",
    ):
        assert line in answer.text
    assert "CANARY" not in answer.text


def test_metrics_come_also_while_the_ledger_is_locked(
    make_services: MakeServices, serve_watched: ServeWatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services()
    client = serve_watched(services)

    def fail() -> None:
        raise LedgerBusyError("locked")

    monkeypatch.setattr(services.ledger, "pending", fail)
    text = client.get("/fluoro/api/metrics").text

    assert "fluoro_state_unknown 1.0" in text
    assert "fluoro_cache_bytes" in text
    assert "fluoro_outbox_waiting" not in text


def test_an_inference_says_where_its_time_went(
    make_services: MakeServices, serve_watched: ServeWatched
) -> None:
    client = serve_watched(make_services(), a_router())

    answer = client.post("/infer/vessels")

    assert answer.headers["server-timing"] == "pre;dur=250.0, infer;dur=1500.0"


def test_a_full_queue_answers_429_and_others_go_on(
    make_services: MakeServices, serve_watched: ServeWatched
) -> None:
    router, may_end, has_begun = a_router(), threading.Event(), threading.Event()

    @router.post("/infer/slow/{model}")
    def slow(model: str) -> str:
        has_begun.set()
        may_end.wait(5)
        return model

    services = make_services(queues={"infer": {"at_once": 1, "waiting": 0}})
    client, answers = serve_watched(services, router), []
    first = threading.Thread(target=lambda: answers.append(client.post("/infer/slow/a")))
    first.start()
    has_begun.wait(5)

    refused, other = client.post("/infer/vessels"), client.get("/look/1.2")
    figures = client.get("/fluoro/api/metrics").text
    may_end.set()
    first.join()

    assert (refused.status_code, other.status_code, answers[0].status_code) == (429, 200, 200)
    assert int(refused.headers["retry-after"]) >= 1
    assert 'fluoro_queue_refused_total{queue="infer"} 1.0' in figures
    assert {entry.event.result for entry in services.ledger.audit()} == {200}


def test_the_log_has_a_line_for_each_change_with_figures_for_programs(
    make_services: MakeServices, serve_watched: ServeWatched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lib.server.requests")
    client = serve_watched(make_services(), a_router())

    client.put("/change", params={"image": "1.2", "name": "CANARY"})
    client.get("/look/1.2")

    [record] = [one for one in caplog.records if one.name == "lib.server.requests"]
    fields: dict[str, Any] = record.fields  # type: ignore[attr-defined]
    assert (fields["route"], fields["status"], fields["image_id"]) == ("/change", 200, "1.2")
    assert "CANARY" not in f"{record.getMessage()} {fields}"
