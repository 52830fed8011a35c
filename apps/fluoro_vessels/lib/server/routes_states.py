"""What a person decides about a run: its state, frames that nobody should use, frames that are finished."""

from collections.abc import Set as AbstractSet
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from lib.datastore.states import run_state
from lib.frames.layout import MOST_FRAMES
from lib.server.owner import Owner
from lib.server.services import Services


class StateBody(BaseModel):
    """Where a run goes: new, in progress, done, skipped or rejected."""

    model_config = ConfigDict(extra="forbid")
    state: str


class FramesBody(BaseModel):
    """Frames by their DICOM numbers, from 1."""

    model_config = ConfigDict(extra="forbid")
    frame_numbers: Annotated[list[Annotated[int, Field(ge=1, le=MOST_FRAMES)]], Field(max_length=MOST_FRAMES)]


class StateAnswer(BaseModel):
    """The state of a run."""

    image_id: str
    state: str


class FramesAnswer(BaseModel):
    """Frames of a run by their DICOM numbers, from 1, in rising order."""

    image_id: str
    frame_numbers: list[int]


def states_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads."""
    router = APIRouter(prefix="/fluoro/api/runs", tags=["Fluoro Vessels"])
    shelf, ledger = services.shelf, services.ledger

    @router.put("/{image_id}/state", summary="Move a run to a state, such as skipped or rejected")
    def set_state(image_id: str, body: StateBody, owner: Owner) -> StateAnswer:
        run = shelf.run(image_id)
        ledger.set_run_state(run.image_id, run_state(body.state), owner)
        return StateAnswer(image_id=run.image_id, state=ledger.run(run.image_id).state)

    @router.get("/{image_id}/excluded-frames", summary="Frames that nobody should annotate or learn from")
    def excluded_frames(image_id: str) -> FramesAnswer:
        run = shelf.run(image_id)
        return _frames(run.image_id, ledger.excluded_frames(run.image_id))

    @router.put("/{image_id}/excluded-frames", summary="Say which frames are excluded, all of them")
    def exclude_frames(image_id: str, body: FramesBody, owner: Owner) -> FramesAnswer:
        run, wanted = shelf.run(image_id), _times(body)
        ledger.exclude_frames(run.image_id, wanted, owner)
        ledger.include_frames(run.image_id, ledger.excluded_frames(run.image_id) - wanted)
        return _frames(run.image_id, ledger.excluded_frames(run.image_id))

    @router.get("/{image_id}/finished-frames", summary="Frames whose label nothing automatic changes")
    def finished_frames(image_id: str) -> FramesAnswer:
        run = shelf.run(image_id)
        return _frames(run.image_id, ledger.finished_frames(run.image_id))

    @router.put("/{image_id}/finished-frames", summary="Say which frames are finished, all of them")
    def finish_frames(image_id: str, body: FramesBody, owner: Owner) -> FramesAnswer:
        run, wanted = shelf.run(image_id), _times(body)
        ledger.finish_frames(run.image_id, wanted, owner)
        ledger.reopen_frames(run.image_id, ledger.finished_frames(run.image_id) - wanted)
        return _frames(run.image_id, ledger.finished_frames(run.image_id))

    return router


def _times(body: FramesBody) -> set[int]:
    return {number - 1 for number in body.frame_numbers}


def _frames(image_id: str, times: AbstractSet[int]) -> FramesAnswer:
    return FramesAnswer(image_id=image_id, frame_numbers=sorted(t + 1 for t in times))
