"""What a person decides about a run: its state, and frames that nobody should use."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from lib.datastore.incoming import LOCAL
from lib.datastore.states import run_state
from lib.frames.layout import MOST_FRAMES
from lib.server.services import Services


class StateBody(BaseModel):
    """Where a run goes: new, in progress, done, skipped or rejected."""

    model_config = ConfigDict(extra="forbid")
    state: str


class FramesBody(BaseModel):
    """Frames by their DICOM numbers, from 1."""

    model_config = ConfigDict(extra="forbid")
    frame_numbers: Annotated[list[Annotated[int, Field(ge=1, le=MOST_FRAMES)]], Field(max_length=MOST_FRAMES)]


def states_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads."""
    router = APIRouter(prefix="/fluoro/api/runs", tags=["Fluoro Vessels"])
    shelf, ledger = services.shelf, services.ledger

    @router.put("/{image_id}/state", summary="Move a run to a state, such as skipped or rejected")
    def set_state(image_id: str, body: StateBody) -> dict[str, Any]:
        run = shelf.run(image_id)
        ledger.set_run_state(run.image_id, run_state(body.state), LOCAL)
        return {"image_id": run.image_id, "state": ledger.run(run.image_id).state.value}

    @router.get("/{image_id}/excluded-frames", summary="Frames that nobody should annotate or learn from")
    def excluded_frames(image_id: str) -> dict[str, Any]:
        return _excluded(shelf.run(image_id).image_id)

    @router.put("/{image_id}/excluded-frames", summary="Say which frames are excluded, all of them")
    def exclude_frames(image_id: str, body: FramesBody) -> dict[str, Any]:
        run = shelf.run(image_id)
        wanted = {number - 1 for number in body.frame_numbers}
        ledger.exclude_frames(run.image_id, wanted, LOCAL)
        ledger.include_frames(run.image_id, ledger.excluded_frames(run.image_id) - wanted)
        return _excluded(run.image_id)

    def _excluded(image_id: str) -> dict[str, Any]:
        numbers = sorted(t + 1 for t in ledger.excluded_frames(image_id))
        return {"image_id": image_id, "frame_numbers": numbers}

    return router
