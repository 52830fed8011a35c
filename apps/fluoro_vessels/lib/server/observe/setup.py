"""Puts queues and observation around an application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response
from starlette.types import Scope

from lib.sections.running import QueuesSettings
from lib.server.observe.audit_trail import AuditTrail
from lib.server.observe.facts import facts_of
from lib.server.observe.metrics import Metrics
from lib.server.observe.middleware import Observe
from lib.server.observe.state import ServerState
from lib.server.queues.kinds import n_threads, open_queues
from lib.server.queues.middleware import Queued
from lib.server.queues.stopping import STOPPING
from lib.server.services import Services


def watch(app: FastAPI, services: Services) -> None:
    """Let requests wait for their turn, and what becomes of them be known.

    Call it right after the error translator is installed, before whatever asks who may: a request
    that is not let in takes no place. `watch_outermost` comes last.
    """
    queues = open_queues(services.settings.queues)
    trail, metrics = AuditTrail(services.ledger), Metrics()
    metrics.registry.register(ServerState(services, queues, trail))
    app.state.observed = (metrics, trail)
    app.add_middleware(Queued, queues=queues, stopping=STOPPING, owner_of=sharer_of)
    app.include_router(metrics_router(metrics, trail, services.settings.queues))


def watch_outermost(app: FastAPI) -> None:
    """See also what others refuse; call it after all other middleware was added."""
    metrics, trail = app.state.observed
    app.add_middleware(Observe, metrics=metrics, trail=trail)


def metrics_router(metrics: Metrics, trail: AuditTrail, queues: QueuesSettings) -> APIRouter:
    """Return `/fluoro/api/metrics`; the audit log is written as long as the application runs."""

    @asynccontextmanager
    async def writing(_: Any) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = n_threads(queues)
        await anyio.to_thread.run_sync(trail.open)
        yield
        await anyio.to_thread.run_sync(trail.close)

    router = APIRouter(prefix="/fluoro/api", tags=["Fluoro Vessels"], lifespan=writing)

    @router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
    def figures() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


def sharer_of(scope: Scope) -> str:
    """Return between whom the places of a queue are shared: people at their addresses."""
    facts = facts_of(scope)
    return f"{facts.who} {facts.origin}"
