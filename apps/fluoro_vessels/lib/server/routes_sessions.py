"""Sessions of prompts below `/fluoro/api/sessions`: a few clicks make the mask of a frame."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lib.datastore.session_records import NewSession, NewStep
from lib.frames.layout import MOST_FRAMES
from lib.interaction.overlap import Overlap
from lib.interaction.session import Drawing
from lib.server.mask_body import MASK_BODY, receive_mask
from lib.server.mask_files import MaskFormat, mask_response, read_mask
from lib.server.openapi import a_file
from lib.server.owner import Owner
from lib.server.prompt_models import PROBLEMS, LabelName
from lib.server.services import Services
from lib.server.session_answers import (
    FrameAnswer,
    SavedAnswer,
    SessionAnswer,
    SessionDetails,
    SessionList,
    SessionView,
)
from lib.server.session_label import save_session
from lib.server.session_models import PromptBody, SaveBody, SessionBody

FrameInPath = Annotated[int, Path(ge=1, le=MOST_FRAMES, description="The frame, counted from 1")]


def sessions_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads. A session is its owner's: for others it is not there."""
    router = APIRouter(prefix="/fluoro/api/sessions", tags=["Fluoro Vessels"], responses=PROBLEMS)
    _add_session_routes(router, services)
    _add_prompt_routes(router, services)
    _add_mask_routes(router, services)
    return router


def _add_session_routes(router: APIRouter, services: Services) -> None:
    """Begin, list, show and close."""
    desk, view = services.sessions, SessionView(services.sessions.idle, services.desk.table)

    @router.post("", status_code=201, summary="Begin a session about a run")
    def create(body: SessionBody, owner: Owner) -> SessionAnswer:
        image_id = services.shelf.run(body.image_id).image_id
        new = NewSession(image_id, owner, body.start, services.clicks.engine, body.clean_up.rules())
        return view.session(desk.begin(new))

    @router.get("", summary="Your sessions, the one changed last first")
    def list_own(owner: Owner, image_id: str | None = None) -> SessionList:
        records = [record for record in desk.all_of(owner) if image_id in (None, record.image_id)]
        return SessionList(sessions=[view.session(record) for record in records])

    @router.get("/{session_id}", summary="A session with its prompts")
    def show(session_id: str, owner: Owner) -> SessionDetails:
        return view.details(desk.open(session_id, owner))

    @router.delete("/{session_id}", status_code=204, summary="Close a session; its prompts are kept")
    def close(session_id: str, owner: Owner) -> None:
        desk.close(session_id, owner)


def _add_prompt_routes(router: APIRouter, services: Services) -> None:
    """Prompt, undo, redo, reset."""
    desk, table = services.sessions, services.desk.table
    view = SessionView(desk.idle, table)

    @router.post("/{session_id}/prompts", summary="Show something on a frame; answers with its mask")
    def prompt(session_id: str, body: PromptBody, owner: Owner) -> FrameAnswer:
        record, label_map = desk.add(session_id, owner, body.step(table, owner))
        return view.frame(record, body.frame_number - 1, label_map)

    @router.post("/{session_id}/undo", summary="Undo the last prompt, whatever frame it is on")
    def undo(session_id: str, owner: Owner) -> FrameAnswer:
        record, step = desk.undo(session_id, owner)
        return view.frame(record, step.t, desk.masks.label_map(record, step.t))

    @router.post("/{session_id}/redo", summary="Do again what was undone last")
    def redo(session_id: str, owner: Owner) -> FrameAnswer:
        record, step = desk.redo(session_id, owner)
        return view.frame(record, step.t, desk.masks.label_map(record, step.t))

    @router.post("/{session_id}/reset", summary="Undo all prompts; redo brings them back")
    def reset(session_id: str, owner: Owner) -> SessionAnswer:
        return view.session(desk.reset(session_id, owner))


def _add_mask_routes(router: APIRouter, services: Services) -> None:
    """Masks out, masks in, and the way to a saved label."""
    desk, table = services.sessions, services.desk.table
    view = SessionView(desk.idle, table)

    @router.get(
        "/{session_id}/frames/{frame_number}/mask.{kind}",
        summary="A frame's label map: png, npy or nrrd, indices of the label table",
        response_class=Response,
        responses=a_file("image/png", "application/octet-stream"),
    )
    def mask(session_id: str, frame_number: FrameInPath, kind: MaskFormat, owner: Owner) -> Response:
        return mask_response(desk.masks.label_map(desk.open(session_id, owner), frame_number - 1), kind)

    @router.put(
        "/{session_id}/frames/{frame_number}/mask",
        summary="Draw: a mask as PNG or .npy becomes the session's next prompt",
        openapi_extra=MASK_BODY,
    )
    async def draw(
        request: Request,
        session_id: str,
        frame_number: FrameInPath,
        label: LabelName,
        owner: Owner,
        overlap: Overlap = Overlap.REPLACE,
    ) -> FrameAnswer:
        data = await receive_mask(request)

        def take() -> FrameAnswer:
            index, t = table.by_name(label).index, frame_number - 1
            shape = services.clicks.encoding(desk.open(session_id, owner).image_id, t).shape
            new = NewStep(t, index, overlap, Drawing(read_mask(data, shape)), owner)
            record, label_map = desk.add(session_id, owner, new)
            return view.frame(record, t, label_map)

        return await run_in_threadpool(take)

    @router.post(
        "/{session_id}/save", status_code=201, summary="Save the session's masks as a label of its run"
    )
    def save(session_id: str, body: SaveBody, owner: Owner) -> SavedAnswer:
        record = desk.open(session_id, owner)
        wish = body.wish(record.session.frames())
        if body.base_label_id is not None:
            services.ledger.label_of(record.image_id, body.base_label_id)
        return view.saved(save_session(record, desk.masks, services.desk, wish), wish.frames)
