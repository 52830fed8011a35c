"""The table of who may what."""

import pytest

from lib.access.roles import Role
from lib.errors import NoSuchRouteError, RouteMethodError
from lib.server.auth import rules
from lib.server.auth.rules import Rule, least_role


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("GET", "/fluoro/api/health", None),
        ("GET", "/fluoro/api/runs/1.2.3", Role.VIEWER),
        ("GET", "/dicom-web/studies/1.2/series/3", Role.VIEWER),
        ("POST", "/dicom-web/studies", Role.ANNOTATOR),
        ("POST", "/infer/vessels", Role.ANNOTATOR),
        ("PUT", "/datastore/label", Role.ANNOTATOR),
        ("PUT", "/datastore/label/info", Role.REVIEWER),
        ("POST", "/fluoro/api/labels/7/reviews", Role.REVIEWER),
        ("POST", "/fluoro/api/models/rollback", Role.ADMIN),
        ("POST", "/train/vessels", Role.ADMIN),
        ("GET", "/info", Role.VIEWER),
    ],
)
def test_a_request_takes_the_role_of_its_route(method: str, path: str, role: Role | None) -> None:
    assert least_role(method, path) is role


@pytest.mark.parametrize(
    "path",
    ["/nothing", "//info/", "/info/x", "/proxy/dicom/", "/logs/", "/model/x", "/reload"],
)
def test_what_is_not_in_the_table_is_not_there(path: str) -> None:
    with pytest.raises(NoSuchRouteError):
        least_role("GET", path)


def test_another_method_is_told_those_that_there_are() -> None:
    with pytest.raises(RouteMethodError, match="GET, PUT"):
        least_role("POST", "/datastore/image/info")


@pytest.mark.parametrize("order", [1, -1])
def test_where_several_rules_fit_the_strictest_counts(monkeypatch: pytest.MonkeyPatch, order: int) -> None:
    fitting = [Rule("GET", "/a/{name}", None), Rule("GET", "/a/{path:path}", Role.ADMIN)][::order]
    monkeypatch.setattr(rules, "_COMPILED", [(rule, rule.pattern) for rule in fitting])

    assert least_role("GET", "/a/b") is Role.ADMIN
