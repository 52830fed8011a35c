"""Measurements below `/fluoro/api/measurements`: measure, look, accept, send to the PACS."""

import json
from typing import Any

import numpy as np
from fastapi import APIRouter
from starlette.responses import Response

from lib.datastore.measurement_drafts import Draft
from lib.measure.anatomy import NameSuggestion, suggest_names
from lib.measure.graph import VesselBranch, vessel_graph
from lib.measure.graph_masks import branch_mask
from lib.measure.out.document import document
from lib.measure.out.files import MEDIA_TYPES, FileKind
from lib.measure.site import chosen_frame
from lib.server.mask_files import MaskFormat, mask_response
from lib.server.measurement_desk import MeasurementDesk
from lib.server.measurement_models import (
    BranchAnswer,
    BranchesBody,
    BranchList,
    BranchMaskBody,
    MeasureBody,
    MeasurementList,
    MeasurementListed,
    listed,
)
from lib.server.owner import Owner
from lib.server.prompt_models import PROBLEMS
from lib.server.services import Services

POINT_STEP = 4
"""Every so many points of a centre line go out; they lie two pixels apart then."""


def measurements_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads. Drafts are their owner's, accepted ones everybody's."""
    router = APIRouter(prefix="/fluoro/api/measurements", tags=["Fluoro Vessels"], responses=PROBLEMS)
    desk = MeasurementDesk(services)
    _add_measuring(router, desk)
    _add_branches(router, desk)
    _add_looking(router, desk, services)
    _add_deciding(router, desk)
    return router


def _add_measuring(router: APIRouter, desk: MeasurementDesk) -> None:
    @router.post("", status_code=201, summary="Measure a vessel; the result is a draft until it is accepted")
    def make(body: MeasureBody, owner: Owner) -> Response:
        return _answer(desk.measure(body, owner), 201)


def _add_branches(router: APIRouter, desk: MeasurementDesk) -> None:
    """Branches to choose from; each can be had as a mask, to become a label of its own in a session."""

    @router.post("/branches", summary="The branches of the vessels of a frame, and what they may be called")
    def branches(body: BranchesBody, owner: Owner) -> BranchList:
        material = desk.materials.of(body, owner).material
        t = chosen_frame(material, body.frame_number - 1)
        graph = vessel_graph(material.mask_of(t))
        names = {name.branch_id: name for name in suggest_names(graph, material.view, material.labels)}
        answers = [_branch(branch, names.get(branch.id)) for branch in graph.branches]
        return BranchList(
            image_id=body.image_id, frame_number=t + 1, branches=answers, problems=list(graph.problems)
        )

    @router.post("/branches/mask", summary="The pixels of one branch as PNG: 1 inside, 0 outside")
    def mask(body: BranchMaskBody, owner: Owner) -> Response:
        material = desk.materials.of(body, owner).material
        of_frame = material.mask_of(chosen_frame(material, body.frame_number - 1))
        found = branch_mask(of_frame, vessel_graph(of_frame), body.branch)
        return mask_response(found.astype(np.uint8), MaskFormat.PNG)


def _add_looking(router: APIRouter, desk: MeasurementDesk, services: Services) -> None:
    @router.get("", summary="The accepted measurements of a run")
    def list_of_run(image_id: str) -> MeasurementList:
        run = services.shelf.run(image_id)
        return MeasurementList(measurements=[listed(one) for one in desk.shelf.of_run(run.image_id)])

    @router.get("/{measurement_id}/{kind}", summary="A file of a measurement")
    def file(measurement_id: str, kind: FileKind, owner: Owner) -> Response:
        data = desk.file(measurement_id, owner, kind)
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{kind}"'}
        return Response(data, media_type=MEDIA_TYPES[kind], headers=headers)

    @router.get("/{measurement_id}", summary="A measurement with its profile and its curve")
    def show(measurement_id: str, owner: Owner) -> Response:
        draft = desk.draft(measurement_id, owner)
        if draft is not None:
            return _answer(draft)
        record = desk.shelf.record(measurement_id)
        told = json.loads(desk.file(measurement_id, owner, FileKind.JSON))
        return _json({"measurement_id": record.id, "state": record.state, "label": record.label, **told})


def _add_deciding(router: APIRouter, desk: MeasurementDesk) -> None:
    @router.post("/{measurement_id}/accept", summary="Keep a measurement")
    def accept(measurement_id: str, owner: Owner) -> MeasurementListed:
        return listed(desk.accept(measurement_id, owner))

    @router.post("/{measurement_id}/send", summary="Keep a measurement and store its report in the PACS")
    def send(measurement_id: str, owner: Owner) -> MeasurementListed:
        return listed(desk.send(measurement_id, owner))

    @router.delete("/{measurement_id}", status_code=204, summary="Forget a measurement that was not sent")
    def delete(measurement_id: str, owner: Owner) -> None:
        desk.remove(measurement_id, owner)


def _answer(draft: Draft, status: int = 200) -> Response:
    told = document(draft.found)
    return _json({"measurement_id": draft.id, "state": "draft", "label": draft.label.name, **told}, status)


def _json(told: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(told, allow_nan=False), status, media_type="application/json")


def _branch(branch: VesselBranch, name: NameSuggestion | None) -> BranchAnswer:
    step = max(1, min(POINT_STEP, len(branch.line) - 1))
    points = [(round(float(x), 2), round(float(y), 2)) for y, x in branch.line.yx[::step]]
    return BranchAnswer(
        branch_id=branch.id,
        points=points,
        length_px=round(branch.line.length_px, 2),
        mean_diameter_px=round(2 * float(branch.radius_px.mean()), 2),
        flags=list(branch.flags),
        suggested_name=None if name is None else name.name,
        confidence=None if name is None else round(name.confidence, 3),
        reason=None if name is None else name.reason,
    )
