"""Masks of single frames below `/fluoro/api/masks`: points on a frame, with label and colour, make one."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from numpy.typing import NDArray
from starlette.responses import Response

from lib.datastore.ledger_masks import WhichMasks
from lib.datastore.session_records import AUTOMATIC, NewMask
from lib.frames.layout import MOST_FRAMES
from lib.interaction.clean_up import clean_up
from lib.interaction.prompts import check_inside
from lib.server.clicked_frames import ClickedFrames
from lib.server.mask_files import MaskFormat, mask_response
from lib.server.mask_models import (
    DeletedAnswer,
    MaskAnswer,
    MaskBody,
    MaskList,
    SubtractBody,
    mask_answer,
    mask_list,
)
from lib.server.observe.facts import note
from lib.server.openapi import a_file
from lib.server.owner import Owner
from lib.server.prompt_models import PROBLEMS
from lib.server.services import Services

FrameChosen = Annotated[int | None, Query(ge=1, le=MOST_FRAMES, description="Only of this frame")]
LabelChosen = Annotated[str | None, Query(max_length=128, description="Only of this label")]


def masks_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads. A mask is its owner's: for others it is not there."""
    router = APIRouter(prefix="/fluoro/api/masks", tags=["Fluoro Vessels"], responses=PROBLEMS)
    _add_making(router, services)
    _add_looking(router, services)
    _add_deleting(router, services)
    return router


def _add_making(router: APIRouter, services: Services) -> None:
    ledger, table = services.ledger, services.desk.table

    @router.post("", status_code=201, summary="Make a mask from points on one frame")
    def make(body: MaskBody, owner: Owner) -> MaskAnswer:
        run, label = services.shelf.run(body.image_id), table.by_name(body.label)
        note(image_id=run.image_id)
        mask = _mask_from(services.clicks, run.image_id, body)
        color, points = body.color_of(label), body.prompts()
        new = NewMask(owner, run.image_id, body.frame_number - 1, label.index, color, points, mask)
        return mask_answer(ledger.put_mask(new), table)

    @router.post("/subtract", summary="Take a label's pixels from other labels; answers with what changed")
    def subtract(body: SubtractBody, owner: Owner) -> MaskList:
        image_id, label = services.shelf.run(body.image_id).image_id, table.by_name(body.label).index
        others = (
            None if body.from_labels is None else {table.by_name(name).index for name in body.from_labels}
        )
        frames = None if body.frame_numbers is None else {number - 1 for number in body.frame_numbers}
        changed = ledger.subtract_mask(WhichMasks(owner, image_id), label, others, frames)
        return mask_list(changed, table)


def _add_looking(router: APIRouter, services: Services) -> None:
    ledger, table = services.ledger, services.desk.table

    @router.get("", summary="Your masks, of all runs or of one")
    def list_own(
        owner: Owner,
        image_id: str | None = None,
        frame_number: FrameChosen = None,
        label: LabelChosen = None,
    ) -> MaskList:
        return mask_list(ledger.masks(_chosen(services, owner, image_id, frame_number, label)), table)

    @router.get(
        "/{mask_id}.{kind}",
        summary="A mask as png, npy or nrrd: its label's index inside, 0 outside",
        response_class=Response,
        responses=a_file("image/png", "application/octet-stream"),
    )
    def file(mask_id: str, kind: MaskFormat, owner: Owner) -> Response:
        mask = ledger.mask(mask_id, owner)
        return mask_response(mask.mask * np.uint8(mask.label), kind)

    @router.get("/{mask_id}", summary="A mask's label, colour, points and size")
    def show(mask_id: str, owner: Owner) -> MaskAnswer:
        return mask_answer(ledger.mask(mask_id, owner), table)


def _add_deleting(router: APIRouter, services: Services) -> None:
    ledger = services.ledger

    @router.delete("", summary="Delete your masks of one run, all or those of a frame or label")
    def delete_chosen(
        owner: Owner, image_id: str, frame_number: FrameChosen = None, label: LabelChosen = None
    ) -> DeletedAnswer:
        chosen = _chosen(services, owner, image_id, frame_number, label)
        return DeletedAnswer(n_deleted=ledger.delete_masks(chosen))

    @router.delete("/{mask_id}", status_code=204, summary="Delete one mask")
    def delete(mask_id: str, owner: Owner) -> None:
        ledger.delete_mask(mask_id, owner)


def _mask_from(clicks: ClickedFrames, image_id: str, body: MaskBody) -> NDArray[np.bool_]:
    """Return the mask, (H, W), that the engine makes of points.

    Raises:
        FrameNotFoundError: The run has no such frame.
        PointOutOfFrameError: A point lies outside it.
    """
    encoding, prompts = clicks.encoding(image_id, body.frame_number - 1), body.prompts()
    for prompt in prompts:
        check_inside(prompt, encoding.shape)
    is_corrected = body.start == AUTOMATIC
    mask = clicks.clicker.start(encoding) if is_corrected else np.zeros(encoding.shape, bool)
    for prompt in prompts:
        mask = clicks.clicker.answer(encoding, mask, prompt)
    clicked = [prompt.points[0] for prompt in prompts if prompt.is_positive]
    return clean_up(mask, body.clean_up.rules(), clicked)


def _chosen(
    services: Services, owner: str, image_id: str | None, frame_number: int | None, label: str | None
) -> WhichMasks:
    """Return which masks a query means.

    Raises:
        RunNotFoundError: There is no such run.
        UnknownLabelError: The table has no such label.
    """
    return WhichMasks(
        owner,
        None if image_id is None else services.shelf.run(image_id).image_id,
        None if frame_number is None else frame_number - 1,
        None if label is None else services.desk.table.by_name(label).index,
    )
