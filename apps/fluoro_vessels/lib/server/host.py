"""MONAI Label's routes on our application, off the event loop."""

import asyncio
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI
from monailabel.endpoints import activelearning, batch_infer, datastore, info, scoring, session

from lib.errors import InvalidInputError

OFFERED: Final = (activelearning, batch_infer, datastore, info, scoring, session)
"""MONAI Label's modules whose routes are offered.

Not offered: `proxy` reaches beyond DICOMweb (`/dicom-web` takes its place), `ohif` serves a viewer that
cannot show XA, `wsi_infer` has no images here, `model` and `logs` hand out and take in server files,
`login` belongs to a later floor. `infer` and the routes that save are ours (`routes_infer`,
`routes_labels`), because theirs take server paths from clients; so is `train` (`routes_train`), because
trainings have one queue.
"""


def add_host_routes(app: FastAPI) -> None:
    """Register MONAI Label's routes that we offer, each run in a worker thread.

    Call it after our own routes: the first that fits a request answers it.
    """
    for module in OFFERED:
        for route in module.router.routes:
            app.add_api_route(
                route.path,
                _off_the_loop(route.endpoint),
                methods=sorted(route.methods),
                summary=route.summary,
                tags=route.tags,
                include_in_schema=route.include_in_schema,
                response_model=None,
            )


def _off_the_loop(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Return an endpoint that FastAPI runs in a worker thread.

    MONAI Label's endpoints are coroutines that never wait for anything: run on the event loop, one
    inference stops every other request.
    """
    if not inspect.iscoroutinefunction(endpoint):
        return endpoint

    def in_a_thread(**arguments: Any) -> Any:
        try:
            return asyncio.run(endpoint(**arguments))
        except json.JSONDecodeError as error:
            raise InvalidInputError("A field of the request is not JSON. Send a JSON object.") from error

    _copy_signature(endpoint, in_a_thread)
    return in_a_thread


def _copy_signature(source: Callable[..., Any], target: Callable[..., Any]) -> None:
    """Give `target` the name and parameters of `source`, with which FastAPI reads a request."""
    annotations: Mapping[str, Any] = inspect.get_annotations(source, eval_str=True)
    signature = inspect.signature(source)
    target.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[
            parameter.replace(annotation=annotations.get(name, parameter.annotation))
            for name, parameter in signature.parameters.items()
        ],
        return_annotation=inspect.Signature.empty,
    )
    target.__name__ = source.__name__
    target.__doc__ = source.__doc__
