"""docs/security.md has every route with its role, and names tests that are there."""

import re

from lib.server.auth.rules import RULES
from lib.settings import PROJECT_FOLDER

DOCUMENT = (PROJECT_FOLDER / "docs" / "security.md").read_text()
ROUTE = re.compile(r"^\| `([A-Z, ]+) (/[^`]*)` \| ([a-z]+) \|", re.MULTILINE)


def test_every_route_is_documented_with_the_role_that_it_takes() -> None:
    documented = {
        (method, path, role)
        for methods, path, role in ROUTE.findall(DOCUMENT)
        for method in methods.split(", ")
    }

    ruled = {(rule.method, rule.path, rule.role.word if rule.role else "anyone") for rule in RULES}
    assert documented - ruled == set()
    assert ruled - documented == set()


def test_every_test_that_holds_a_promise_is_there() -> None:
    for name in re.findall(r"`((?:unit|integration)/[\w/.]+)`", DOCUMENT):
        assert (PROJECT_FOLDER / "tests" / name).exists(), name


def test_every_case_of_signing_in_names_a_test_that_is_there() -> None:
    named = re.findall(r"`((?:unit|integration)/[\w/.]+)::(\w+)`", DOCUMENT)

    missing = [
        name for file, name in named if f"def {name}(" not in (PROJECT_FOLDER / "tests" / file).read_text()
    ]
    assert len(named) > 15
    assert missing == []
