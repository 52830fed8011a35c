"""The one table of who may what. A route that is not in it is answered to nobody.

Of all rules that fit a request the strictest counts, so the order of routes and rules cannot matter:
whichever route answers, its own rule was among them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.routing import compile_path

from lib.access.roles import Role
from lib.errors import NoSuchRouteError, RouteMethodError


@dataclass(frozen=True)
class Rule:
    """Who may use a route.

    Attributes:
        method: Such as GET.
        path: As the router has it, such as `/fluoro/api/runs/{image_id}`.
        role: The least role that may; None: anyone, also who did not sign in.
    """

    method: str
    path: str
    role: Role | None

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a request's path has to be."""
        return compile_path(self.path)[0]


def _rules(role: Role | None, *lines: str) -> Iterator[Rule]:
    for line in lines:
        methods, path = line.split()
        for method in methods.split(","):
            yield Rule(method, path, role)


RULES: Final = (
    *_rules(
        None,
        "GET /fluoro/api/health",
        "GET /fluoro/api/ready",
        "GET,POST /login",
        "GET /login/oidc",
        "GET /login/callback",
        "POST /logout",
        "GET /auth/",
        "POST /auth/token",
    ),
    *_rules(
        Role.VIEWER,
        "GET,HEAD /",
        "GET,HEAD /ohif",
        "GET,HEAD /ohif/{path:path}",
        "GET,HEAD /fluoro/viewer/{path:path}",
        "GET,HEAD /openapi.json",
        "GET /auth/token/valid",
        "GET /fluoro/api/me",
        "GET /fluoro/api/metrics",
        "GET,HEAD /dicom-web/{path:path}",
        "GET /info/",
        "GET /datastore/",
        "GET,HEAD /datastore/image",
        "GET /datastore/image/info",
        "GET,HEAD /datastore/label",
        "GET /datastore/label/info",
        "GET /train/",
        "GET /batch/infer",
        "GET /scoring/",
        "GET /fluoro/api/runs",
        "GET /fluoro/api/runs/{image_id}",
        "GET /fluoro/api/runs/{image_id}.nii.gz",
        "GET /fluoro/api/runs/{image_id}/thumbnail.png",
        "GET /fluoro/api/runs/{image_id}/frames/{frame_number:int}.png",
        "GET /fluoro/api/runs/{image_id}/labels",
        "GET /fluoro/api/runs/{image_id}/excluded-frames",
        "GET /fluoro/api/runs/{image_id}/finished-frames",
        "GET /fluoro/api/measurements",
        "GET /fluoro/api/measurements/{measurement_id}",
        "GET /fluoro/api/measurements/{measurement_id}/{kind}",
        "GET /fluoro/api/label-table",
        "POST /fluoro/api/label-table/match",
        "GET /fluoro/api/labels/{label_id}/reviews",
        "GET /fluoro/api/models",
        "GET /fluoro/api/models/{version}",
        "GET /fluoro/api/arrivals",
        "GET /fluoro/api/arrivals/rules",
        "GET /fluoro/api/arrivals/{image_id}",
        "GET /fluoro/api/trainings",
        "GET /fluoro/api/trainings/{training_id}",
        "GET /fluoro/api/trainings/{training_id}/events",
        "GET /fluoro/api/pacs/nodes",
        "GET /fluoro/api/pacs/received",
        "GET /fluoro/api/pacs/pushes",
        "GET /fluoro/api/pacs/pushes/{push_id}",
    ),
    *_rules(
        Role.ANNOTATOR,
        "POST /infer/{model}",
        "POST /activelearning/{strategy}",
        "PUT /session/",
        "GET,DELETE /session/{session_id}",
        "PUT /datastore/",
        "PUT /datastore/image",
        "PUT /datastore/image/info",
        "PUT /datastore/label",
        "POST,PUT,PATCH,DELETE,OPTIONS /dicom-web/{path:path}",
        "POST /fluoro/api/upload",
        "PUT /fluoro/api/runs/{image_id}/state",
        "PUT /fluoro/api/runs/{image_id}/excluded-frames",
        "PUT /fluoro/api/runs/{image_id}/finished-frames",
        "GET,POST /fluoro/api/sessions",
        "GET,DELETE /fluoro/api/sessions/{session_id}",
        "POST /fluoro/api/sessions/{session_id}/prompts",
        "POST /fluoro/api/sessions/{session_id}/undo",
        "POST /fluoro/api/sessions/{session_id}/redo",
        "POST /fluoro/api/sessions/{session_id}/reset",
        "POST /fluoro/api/sessions/{session_id}/save",
        "GET /fluoro/api/sessions/{session_id}/frames/{frame_number}/mask.{kind}",
        "PUT /fluoro/api/sessions/{session_id}/frames/{frame_number}/mask",
        "GET,POST,DELETE /fluoro/api/masks",
        "POST /fluoro/api/masks/subtract",
        "GET,DELETE /fluoro/api/masks/{mask_id}",
        "GET /fluoro/api/masks/{mask_id}.{kind}",
        "POST /fluoro/api/measurements",
        "POST /fluoro/api/measurements/branches",
        "POST /fluoro/api/measurements/branches/mask",
        "DELETE /fluoro/api/measurements/{measurement_id}",
        "POST /fluoro/api/measurements/{measurement_id}/accept",
        "POST /fluoro/api/measurements/{measurement_id}/send",
        "POST /fluoro/api/jobs/propagate",
        "GET /fluoro/api/jobs",
        "GET,DELETE /fluoro/api/jobs/{job_id}",
        "GET /fluoro/api/jobs/{job_id}/events",
        "POST /fluoro/api/label-table",
        "GET /fluoro/api/reviews/returned",
        "POST /fluoro/api/arrivals/{image_id}/retry",
    ),
    *_rules(
        Role.REVIEWER,
        "POST /fluoro/api/labels/{label_id}/reviews",
        "GET /fluoro/api/reviews/waiting",
        "GET /fluoro/api/quality/agreement",
        "GET /fluoro/api/quality/look-again",
        "POST /fluoro/api/pacs/pushes",
        "POST /fluoro/api/pacs/pushes/{push_id}/retry",
        "DELETE /fluoro/api/pacs/pushes/{push_id}",
        "PUT /datastore/label/info",
        "PUT /datastore/updatelabelinfo",
        "GET /datastore/dataset",
        "PUT,DELETE /fluoro/api/label-table/{index}",
    ),
    *_rules(
        Role.ADMIN,
        "DELETE /datastore/",
        "DELETE /datastore/image",
        "DELETE /datastore/label",
        "POST,DELETE /train/",
        "POST /train/{model}",
        "POST /batch/infer/{model}",
        "DELETE /batch/infer",
        "POST,DELETE /scoring/",
        "POST /scoring/{method}",
        "POST /fluoro/api/trainings",
        "DELETE /fluoro/api/trainings/{training_id}",
        "POST /fluoro/api/models/rollback",
        "POST /fluoro/api/models/{version}/promote",
    ),
)
"""Every route of the server, and who may use it."""

_COMPILED: Final = tuple((rule, rule.pattern) for rule in RULES)


def least_role(method: str, path: str) -> Role | None:
    """Return the least role that a request takes; None: anyone may.

    Raises:
        NoSuchRouteError: No rule is about this path.
        RouteMethodError: There are rules about it, and none about this method.
    """
    found = _about(path) or _about(_with_the_other_end(path))
    if not found:
        raise NoSuchRouteError
    roles = [rule.role for rule in found if rule.method == method]
    if not roles:
        raise RouteMethodError(method, sorted({rule.method for rule in found}))
    return max(roles, key=lambda role: role or 0)


def _about(path: str) -> list[Rule]:
    return [rule for rule, pattern in _COMPILED if pattern.match(path)]


def _with_the_other_end(path: str) -> str:
    """Return a path with or without its last slash; the router leads from the one to the other."""
    return path.removesuffix("/") if path.endswith("/") else f"{path}/"
