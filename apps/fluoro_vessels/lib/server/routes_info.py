"""MONAI Label's `GET /info/`: what this server can do, for its clients."""

from typing import Any

from fastapi import APIRouter
from monailabel.interfaces.app import MONAILabelApp


def info_router(monai: MONAILabelApp) -> APIRouter:
    """Return the route; it runs in a worker thread."""
    router = APIRouter(prefix="/info", tags=["App"])

    @router.get("/", summary="Tasks with their labels and parameters, strategies, counts")
    def info() -> dict[str, Any]:
        return dict(monai.info())

    return router
