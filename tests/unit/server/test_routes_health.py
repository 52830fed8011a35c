"""Alive is not ready."""

from typing import Any

from lib.errors import LedgerBusyError
from lib.server.routes_health import BELIEVED_S, NOT_OK, Checks, health_router
from tests.fakes import FakePacs
from tests.unit.server.conftest import MakeServices, Serve


def test_the_server_lives_without_a_pacs(make_services: MakeServices, serve: Serve) -> None:
    services = make_services()
    assert isinstance(services.pacs, FakePacs)
    services.pacs.is_down = True

    answer = serve(health_router(services)).get("/fluoro/api/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_it_is_ready_when_the_pacs_answers_and_the_ledger_is_open(
    make_services: MakeServices, serve: Serve
) -> None:
    answer = serve(health_router(make_services())).get("/fluoro/api/ready")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "pacs": "ok", "ledger": "ok"})


def test_it_is_not_ready_while_the_pacs_is_down(make_services: MakeServices, serve: Serve) -> None:
    services = make_services()
    assert isinstance(services.pacs, FakePacs)
    services.pacs.is_down = True

    answer = serve(health_router(services)).get("/fluoro/api/ready")

    body: dict[str, Any] = answer.json()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (body["ready"], body["ledger"]) == (False, "ok")
    assert services.pacs.address in body["pacs"]


def test_it_is_not_ready_while_the_ledger_is_locked(make_services: MakeServices, serve: Serve) -> None:
    services = make_services()

    def fail() -> None:
        raise LedgerBusyError("locked")

    services.ledger.pending = fail  # type: ignore[method-assign,assignment]
    answer = serve(health_router(services)).get("/fluoro/api/ready")

    assert answer.status_code == 503
    assert "locked" in answer.json()["ledger"]


def test_over_the_network_nobody_learns_where_the_pacs_is(make_services: MakeServices, serve: Serve) -> None:
    services = make_services(auth={"enabled": True})
    assert isinstance(services.pacs, FakePacs)
    services.pacs.is_down = True

    answer = serve(health_router(services)).get("/fluoro/api/ready")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "pacs": NOT_OK, "ledger": "ok"}


def test_many_who_ask_at_once_are_one_question_to_the_pacs() -> None:
    now, asked = 0.0, []
    checks = Checks({"pacs": lambda: asked.append(1)}, lambda: now)

    for _ in range(20):
        checks.problems()
    now = BELIEVED_S
    checks.problems()

    assert len(asked) == 2
