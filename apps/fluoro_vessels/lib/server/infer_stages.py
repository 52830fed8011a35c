"""Runs an inference and tells where its time went: in the JSON, the Server-Timing header, the metrics."""

import os
from typing import Any, Final

from monailabel.interfaces.app import MONAILabelApp

from lib.infers.stages import TOTAL, Stages
from lib.server.observe.facts import current_facts

QUEUE: Final = "queue"
"""Waiting for one's turn."""
FETCH: Final = "fetch"
"""Getting the run from the PACS into the cache; next to nothing where it is there."""


def timed_infer(monai: MONAILabelApp, request: dict[str, Any]) -> dict[str, Any]:
    """Return MONAI Label's result of a request; `params.latencies` has all stages in seconds.

    `total` begins when the request came and so includes `queue`; what it has beyond the others is the
    reading of the request.
    """
    stages, facts = Stages(), current_facts()
    if not os.path.exists(request["image"]):  # noqa: PTH110  as MONAI Label asks
        with stages.of(FETCH):
            monai.datastore().get_image_uri(request["image"])
    result: dict[str, Any] = monai.infer(request)
    params = result.setdefault("params", {})
    seconds = stages.seconds() | dict(params.get("latencies") or {})
    total_s = seconds.pop(TOTAL)
    if facts is not None:
        seconds, total_s = {QUEUE: round(facts.queue_s, 4), **seconds}, facts.age_s()
    seconds[TOTAL] = total_s
    if facts is not None:
        facts.task, facts.stages = str(request["model"]), seconds
        facts.add_image(request["image"])
    params["latencies"] = seconds
    return result
