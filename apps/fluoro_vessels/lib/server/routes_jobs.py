"""Long work over HTTP: start it, watch it, cancel it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

import anyio.to_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from lib.access.person import proven
from lib.datastore.job_records import JobState
from lib.propagation.open_tracker import TrackerName
from lib.propagation.tracker import Tracker
from lib.server.job import Job
from lib.server.job_events import job_events
from lib.server.observe.facts import note
from lib.server.owner import LONGEST, Owner
from lib.server.propagate_body import PropagateBody, PropagationResult
from lib.server.propagate_job import KIND, PropagateJob
from lib.server.propagate_plan import Planner
from lib.server.services import Services

PREFIX: Final = "/fluoro/api/jobs"
EVENT_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Nothing between may keep events back."""

EVENTS: Final = (
    "`data:` lines, each a JobAnswer: the present state at once, then each change. A comment when nothing "
    "changes for ten seconds. The stream ends with the job."
)

ClientId = Annotated[
    str | None,
    Query(max_length=LONGEST, description="For clients that cannot send X-Client-Id, such as an EventSource"),
]


class JobAnswer(BaseModel):
    """What is known of a job."""

    id: str
    kind: str = Field(description="What it does: `propagate`")
    image_id: str | None = Field(description="The run that it is about")
    state: JobState
    progress: float = Field(ge=0, le=1)
    message: str = Field(description="What is being done")
    detail: str | None = Field(description="Why it failed or was lost, one sentence")
    result: PropagationResult | None = Field(description="What it became, once it is done")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    address: str = Field(description="Where to look again; below it lies `/events`")


class JobList(BaseModel):
    """A person's jobs, newest first."""

    jobs: list[JobAnswer]


def jobs_router(services: Services, open_tracker: Callable[[TrackerName], Tracker]) -> APIRouter:
    """Return the routes; jobs begin and end with the application."""
    jobs, planner = services.jobs, Planner(services)

    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(jobs.open)
        yield
        await anyio.to_thread.run_sync(jobs.close)

    router = APIRouter(prefix=PREFIX, tags=["Fluoro Vessels"], lifespan=running)

    @router.post(
        "/propagate", status_code=HTTPStatus.ACCEPTED, summary="Carry a label from key frames to a run"
    )
    def propagate(body: PropagateBody, owner: Owner, response: Response) -> JobAnswer:
        work = PropagateJob(services, planner.plan(body, owner), open_tracker(body.tracker))
        job = jobs.start(KIND, owner, work.plan.run.image_id, work)
        note(image_id=job.image_id, subject=job.id)
        response.headers["Location"] = address_of(job)
        return answer_of(job)

    @router.get("", summary="One's own jobs, newest first")
    def list_jobs(owner: Owner) -> JobList:
        return JobList(jobs=[answer_of(job) for job in jobs.of_owner(owner)])

    @router.get("/{job_id}", summary="How far a job is, and what it became")
    def show(job_id: str, owner: Owner) -> JobAnswer:
        return answer_of(jobs.job(job_id, owner))

    @router.get(
        "/{job_id}/events",
        summary="How far a job is, as server-sent events until it ends",
        response_class=StreamingResponse,
        responses={HTTPStatus.OK: {"content": {"text/event-stream": {}}, "description": EVENTS}},
    )
    async def events(job_id: str, owner: Owner, client_id: ClientId = None) -> StreamingResponse:
        job = jobs.job(job_id, proven(client_id or owner))
        return StreamingResponse(
            job_events(job, lambda job: answer_of(job).model_dump_json()),
            media_type="text/event-stream",
            headers=EVENT_HEADERS,
        )

    @router.delete("/{job_id}", summary="Cancel a job; nothing of it is stored")
    def cancel(job_id: str, owner: Owner) -> JobAnswer:
        return answer_of(jobs.cancel(job_id, owner))

    return router


def address_of(job: Job) -> str:
    """Return where a job is looked at."""
    return f"{PREFIX}/{job.id}"


def answer_of(job: Job) -> JobAnswer:
    """Return what clients see of a job."""
    news = job.news
    return JobAnswer(
        id=job.id,
        kind=job.kind,
        image_id=job.image_id,
        state=news.state,
        progress=round(news.progress, 4),
        message=news.message,
        detail=news.detail,
        result=news.result,
        created_at=job.created_at,
        started_at=news.started_at,
        ended_at=news.ended_at,
        address=address_of(job),
    )
