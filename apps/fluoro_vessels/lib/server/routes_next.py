"""`POST /activelearning/{strategy}` with MONAI Label's contract: which run to label next, and why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import APIRouter
from monailabel.interfaces.app import MONAILabelApp

from lib.access.person import signed_in_name
from lib.activelearning.background import Background
from lib.errors import InvalidInputError
from lib.server.owner import LONGEST, Owner


def next_router(monai: MONAILabelApp, background: Background) -> APIRouter:
    """Return the route; it runs in a worker thread, and runs are scored for it as long as the server runs.

    MONAI Label's own asks for the whole `/info/` each time, which counts all runs and labels, and does not
    know the `X-Client-Id` of who asks.
    """

    @asynccontextmanager
    async def scoring(_: Any) -> AsyncIterator[None]:
        background.start()
        yield
        await anyio.to_thread.run_sync(background.stop)

    router = APIRouter(prefix="/activelearning", tags=["ActiveLearning"], lifespan=scoring)

    @router.post("/{strategy}", summary="The run that is worth most to label now, and the frames of it")
    def next_sample(strategy: str, owner: Owner, params: dict[str, Any] | None = None) -> dict[str, Any]:
        asker = signed_in_name() or (params or {}).get("client_id") or owner
        if not isinstance(asker, str) or len(asker) > LONGEST:
            raise InvalidInputError(
                f"`client_id` is no text of at most {LONGEST} characters. Send such a name."
            )
        found: dict[str, Any] = monai.next_sample(
            {**(params or {}), "strategy": strategy, "user": None, "client_id": asker}
        )
        return {**found, **monai.datastore().get_image_info(found["id"])} if found else {}

    return router
