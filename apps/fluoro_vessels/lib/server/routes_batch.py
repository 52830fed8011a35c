"""MONAI Label's contract for segmenting many runs in a process of its own.

Its own routes hand every parameter on to that process and its environment.
"""

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body
from monailabel.interfaces.app import MONAILabelApp
from monailabel.utils.async_tasks.task import AsyncTask
from starlette.exceptions import HTTPException

from lib.errors import UnknownTaskError
from lib.errors.incoming import NothingRunsError, RunSyncRefusedError
from lib.infers.parameter import Parameter, ParameterType
from lib.infers.request_keys import flag, matching, of_parameters, require_known_keys

BATCH: Final = "batch_infer"
BUSY: Final = "A batch of inferences runs already. Wait for its end, or stop it."

Params = Annotated[dict[str, Any] | None, Body()]


class Images(StrEnum):
    """Which runs are segmented."""

    ALL = "all"
    LABELED = "labeled"
    UNLABELED = "unlabeled"


OF_BATCHES: Final = MappingProxyType(
    {
        "multi_gpu": flag,
        "gpus": matching(re.compile(r"all|[0-9]{1,2}(,[0-9]{1,2}){0,15}"), "all, or numbers with commas"),
        "logging": matching(re.compile("DEBUG|INFO|WARNING|ERROR"), "DEBUG, INFO, WARNING or ERROR"),
        "images": matching(re.compile("|".join(Images)), "all, labeled or unlabeled"),
        **of_parameters(
            (
                Parameter("max_workers", ParameterType.INT, 0, "Runs at a time; 0 chooses.", (0, 64)),
                Parameter("max_batch_size", ParameterType.INT, 0, "Most runs; 0 is all.", (0, 1_000_000)),
            )
        ),
    }
)
"""What MONAI Label's batches take beside the task's own parameters."""


def batch_router(monai: MONAILabelApp) -> APIRouter:
    """Return the routes; they run in worker threads."""
    router = APIRouter(prefix="/batch", tags=["Infer"])

    @router.get("/infer", summary="How far the newest batch is, or all of them")
    def status(all: bool = False, check_if_running: bool = False) -> Any:
        found, _ = AsyncTask.status(BATCH, all, check_if_running)
        if found is None:
            raise NothingRunsError
        return found

    @router.post("/infer/{model}", summary="Segment many runs and save drafts")
    def run(
        model: str, images: Images = Images.ALL, params: Params = None, run_sync: bool = False
    ) -> dict[str, Any]:
        if run_sync:
            raise RunSyncRefusedError
        if model not in monai._infers:
            raise UnknownTaskError(model, sorted(monai._infers))
        request = {"model": model, "images": images.value}
        started, _ = AsyncTask.run(BATCH, request=request, params=checked(monai, model, params or {}))
        if started is None:
            raise HTTPException(429, BUSY, {"Retry-After": "60"})
        return dict(started)

    @router.delete("/infer", summary="Stop the batch that runs")
    def stop() -> Any:
        return AsyncTask.stop(BATCH)

    return router


def checked(monai: MONAILabelApp, model: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a batch, or raise UnknownParameterError or ParameterValueError."""
    of_batch = {key: value for key, value in params.items() if key in OF_BATCHES}
    for key, value in of_batch.items():
        OF_BATCHES[key](key, value)
    of_task = {key: value for key, value in params.items() if key not in of_batch}
    require_known_keys(model, monai._infers[model], of_task)
    return params
