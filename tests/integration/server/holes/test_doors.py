"""What is not offered is not there, other sites' pages read nothing, and no log tells a password."""

import pytest

from tests.integration.server.conftest import PASSWORD
from tests.integration.server.holes.asking import ask
from tests.watched_server import WatchedServer


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/reload", "/reload/", "/logs/", "/model/vessels", "/model/info/vessels", "/docs", "/redoc"]
)
def test_routes_that_are_not_offered_are_not_there(served: WatchedServer, method: str, path: str) -> None:
    assert ask(served, method, path).status_code in (404, 405)


def test_no_foreign_page_may_read_an_answer(served: WatchedServer) -> None:
    origin = {"Origin": "https://evil.example"}

    answers = [ask(served, "GET", "/info/", headers=origin)]
    answers.append(
        ask(served, "OPTIONS", "/info/", headers={**origin, "Access-Control-Request-Method": "PUT"})
    )

    for answer in answers:
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_no_log_has_the_password_of_the_pacs(served: WatchedServer) -> None:
    ask(served, "GET", "/fluoro/api/ready")

    assert PASSWORD not in served.server.logs()
