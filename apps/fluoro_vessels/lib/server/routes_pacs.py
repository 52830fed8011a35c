"""DICOM nodes below `/fluoro/api/pacs`: what came from them, and what they get."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Response

from lib.datastore.dicom_door import DicomDoor
from lib.datastore.push_records import PushState
from lib.datastore.received_records import ReceivedState
from lib.errors import FluoroError
from lib.server.dimse.models import (
    PREFIX,
    NodeList,
    PushAnswer,
    PushBody,
    PushList,
    ReceivedList,
    node_answer,
    push_answer,
    received_answer,
)
from lib.server.dimse.push_sources import PushSources
from lib.server.observe.facts import note
from lib.server.owner import Owner
from lib.server.services import Services

logger = logging.getLogger(__name__)

Most = Annotated[int, Query(ge=1, le=1000, description="How many")]


def pacs_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads. All people see both queues."""
    door = services.dicom_door

    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(_start, door)
        yield
        await anyio.to_thread.run_sync(door.stop)

    router = APIRouter(prefix=PREFIX, tags=["Fluoro Vessels"], lifespan=running)
    _add_looking(router, services)
    _add_pushing(router, services, door, PushSources(services))
    return router


def _start(door: DicomDoor) -> None:
    try:
        door.start()
    except FluoroError as error:
        logger.error("%s", error)
        raise


def _add_looking(router: APIRouter, services: Services) -> None:
    ours, ledger = services.settings.dimse, services.ledger

    @router.get("/nodes", summary="The DICOM nodes of the settings, and where this server listens")
    def nodes() -> NodeList:
        named = [node_answer(name, node) for name, node in sorted(ours.nodes.items())]
        return NodeList(ae_title=ours.ae_title, listens_on=ours.port, nodes=named)

    @router.get("/received", summary="What DICOM nodes stored here, newest first")
    def received(state: ReceivedState | None = None, most: Most = 100) -> ReceivedList:
        records = ledger.received(most, state)
        return ReceivedList(
            counts=ledger.count_received(), received=[received_answer(record) for record in records]
        )

    @router.get("/pushes", summary="What DICOM nodes are to get, newest first")
    def pushes(state: PushState | None = None, most: Most = 100) -> PushList:
        return PushList(pushes=[push_answer(push) for push in ledger.pushes(most, state)])


def _add_pushing(router: APIRouter, services: Services, door: DicomDoor, sources: PushSources) -> None:
    ledger = services.ledger

    @router.post("/pushes", status_code=HTTPStatus.ACCEPTED, summary="Let a DICOM node get something")
    def push(body: PushBody, owner: Owner, response: Response) -> PushAnswer:
        door.pushes.node(body.node)
        with sources.file(body) as file:
            pushed = door.pushes.push(body.node, file, owner)
        note(image_id=pushed.new.sop_instance_uid, subject=body.node)
        response.headers["Location"] = f"{PREFIX}/pushes/{pushed.id}"
        return push_answer(pushed)

    @router.get("/pushes/{push_id}", summary="How far a push is")
    def show(push_id: int) -> PushAnswer:
        return push_answer(ledger.push(push_id))

    @router.post("/pushes/{push_id}/retry", summary="Try a push now that waits or was refused")
    def retry(push_id: int) -> PushAnswer:
        pushed = ledger.retry_push(push_id, datetime.now(UTC))
        door.push_sender.wake()
        return push_answer(pushed)

    @router.delete("/pushes/{push_id}", status_code=HTTPStatus.NO_CONTENT, summary="Give a push up")
    def give_up(push_id: int) -> None:
        door.pushes.give_up(push_id)
