"""Requests that schemathesis makes up from a server's own OpenAPI, and what is wrong with their answers."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
TIMEOUT_S: Final = 60
MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
TEMPLATE: Final = re.compile(r"\{.*?\}")


@dataclass
class Tally:
    """What was tried.

    Attributes:
        n_cases: Requests that were answered.
        statuses: How often each status was the answer.
        problems: What was wrong, by operation and sentence, with the request that shows it.
    """

    n_cases: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def try_cases(
    url: str, n_cases: int, known: Mapping[str, Sequence[str]], without: Sequence[str] = ()
) -> Tally:
    """Make up so many requests, spread over all operations, half of them against the schema.

    Args:
        url: A server that may be filled with whatever comes of it.
        n_cases: How many at least.
        known: Values of parameters that name something that is there, such as `image_id`; taken half of the
            time, because what is made up is never found.
        without: Operations to leave out, such as `POST /train/{model}`.
    """
    tally = Tally()
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", timeout=TIMEOUT_S)
    operations = [found.ok() for found in schema.get_all_operations()]
    wanted = [one for one in operations if f"{one.method.upper()} {one.path}" not in without]
    each = -(-n_cases // (len(wanted) * len(MODES)))
    for number, (operation, mode) in enumerate(itertools.product(wanted, MODES)):
        _try(operation.as_strategy(generation_mode=mode), url, each, known, tally, number)
    return tally


def _try(
    cases: Any, url: str, n_cases: int, known: Mapping[str, Sequence[str]], tally: Tally, number: int
) -> None:
    @seed(number)
    @settings(
        max_examples=n_cases,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases, st.booleans(), st.randoms())
    def one(case: Any, knows: bool, chance: Any) -> None:
        if knows:
            _name_what_is_there(case, known, chance)
        _ask(case, url, tally)

    try:
        one()
    except Exception as error:
        if type(error).__name__ != "Unsatisfiable":
            raise


def _name_what_is_there(case: Any, known: Mapping[str, Sequence[str]], chance: Any) -> None:
    for place in (case.path_parameters, case.query, case.body):
        if not isinstance(place, dict):
            continue
        for name in place.keys() & known.keys():
            place[name] = chance.choice(known[name])


def _ask(case: Any, url: str, tally: Tally) -> None:
    try:
        answer = case.call(base_url=url, timeout=TIMEOUT_S)
    except requests.exceptions.InvalidHeader:
        return  # no client can send it
    tally.n_cases += 1
    tally.statuses[answer.status_code] = tally.statuses.get(answer.status_code, 0) + 1
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        for failure in _leaves(group):
            title = f"{case.method} {case.operation.path}: {failure.title} {answer.status_code}"
            tally.problems.setdefault(title, f"{case.as_curl_command()[:600]} -> {answer.content[:300]!r}")


def _leaves(group: Any) -> Iterator[Any]:
    for one in group.exceptions:
        yield from _leaves(one) if hasattr(one, "exceptions") else (one,)
