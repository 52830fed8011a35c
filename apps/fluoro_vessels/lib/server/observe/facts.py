"""What is known of the request that is being answered: a number, who asks, which runs it is about."""

import re
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers, QueryParams
from starlette.types import Scope

from lib.datastore.ids import is_safe
from lib.datastore.incoming import LOCAL
from lib.server.auth.known import person_of

KEY: Final = "fluoro.facts"
REQUEST_ID: Final = "X-Request-Id"
UNROUTED: Final = "none"
"""The route of what no route answers."""

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,64}")
_IMAGE_KEYS: Final = ("image_id", "image")
_SUBJECT_KEYS: Final = (
    "model", "label_id", "label", "session_id", "job_id", "training_id", "measurement_id", "version", "id",
)  # fmt: skip
_MOST_IMAGES: Final = 100

_FACTS: Final[ContextVar["RequestFacts | None"]] = ContextVar("request_facts", default=None)


@dataclass
class RequestFacts:
    """Grows while a request is answered: who reads the body knows more of it than its address says."""

    request_id: str
    owner: str
    origin: str
    person: str | None = None
    """The name that the gate knows; wins over `owner`, which anybody may claim."""
    image_ids: list[str] = field(default_factory=list)
    subject: str | None = None
    queue: str | None = None
    queue_s: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    """How long the stages of an inference took, in seconds; the answer says so too."""
    task: str = ""
    began: float = field(default_factory=time.perf_counter)

    @property
    def who(self) -> str:
        """Who asks, as far as anybody knows."""
        return self.person or self.owner

    def age_s(self) -> float:
        """Return how long ago the request came, in seconds."""
        return round(time.perf_counter() - self.began, 4)

    def waited(self, queue: str, seconds: float) -> None:
        """Note how long the request waited for its turn."""
        self.queue, self.queue_s = queue, seconds

    def add_image(self, value: object) -> None:
        """Note a run; what cannot be an id is left out, as it may be anything."""
        is_new = isinstance(value, str) and is_safe(value) and value not in self.image_ids
        if is_new and len(self.image_ids) < _MOST_IMAGES:
            self.image_ids.append(str(value))


def facts_of(scope: Scope) -> RequestFacts:
    """Return the facts of a request, begun at the first call; once the gate let it in, with its person."""
    facts = scope.get(KEY)
    if not isinstance(facts, RequestFacts):
        facts = scope[KEY] = _begin(scope)
    facts.person = person_of(scope).name or facts.person
    _FACTS.set(facts)
    return facts


def current_facts() -> RequestFacts | None:
    """Return the facts of the request that this thread or task works for, if there is one."""
    return _FACTS.get()


def note(*, image_id: str | None = None, subject: str | None = None) -> None:
    """Say what the present request is about, where its address does not."""
    facts = _FACTS.get()
    if facts is None:
        return
    if image_id is not None:
        facts.add_image(image_id)
    if subject is not None and is_safe(subject):
        facts.subject = subject


def route_of(scope: Scope) -> str:
    """Return the route that answers, such as `/fluoro/api/runs/{image_id}`: it names no run and nobody."""
    path = getattr(scope.get("route"), "path", None)
    return str(path) if path else UNROUTED


def read_address(scope: Scope, facts: RequestFacts) -> None:
    """Note the runs and other ids that the path and the query name, once the route is known."""
    named = {**QueryParams(scope.get("query_string", b"")), **scope.get("path_params", {})}
    for key in _IMAGE_KEYS:
        facts.add_image(named.get(key))
    found = (str(named[key]) for key in _SUBJECT_KEYS if key in named and is_safe(str(named[key])))
    facts.subject = facts.subject or next(found, None)


def _begin(scope: Scope) -> RequestFacts:
    headers = Headers(scope=scope)
    said, name = headers.get(REQUEST_ID, ""), headers.get("X-Client-Id", "")
    client = scope.get("client")
    return RequestFacts(
        request_id=said if _REQUEST_ID.fullmatch(said) else secrets.token_hex(8),
        owner=name if _NAME.fullmatch(name) else LOCAL,
        origin=str(client[0])[:64] if client else "",
    )
