"""Server-sent events of a job, read as a client does."""

import asyncio
import json
from collections.abc import AsyncIterator

from lib.datastore.job_records import JobState
from lib.server.job import Job
from lib.server.job_events import HEARTBEAT, job_events
from tests.unit.server.job_builders import a_job


def text_of(job: Job) -> str:
    return json.dumps({"state": job.news.state, "progress": job.news.progress})


def read(event: str) -> tuple[str, float]:
    data = json.loads(event.removeprefix("data: "))
    return data["state"], data["progress"]


async def next_of(events: AsyncIterator[str]) -> tuple[str, float]:
    return read(await asyncio.wait_for(anext(events), 30))


def test_a_client_that_comes_late_gets_the_present_state_first() -> None:
    async def listen() -> None:
        job = a_job()
        job.begin()
        job.tell(0.5)

        events = job_events(job, text_of)

        assert await next_of(events) == ("running", 0.5)

    asyncio.run(listen())


def test_changes_made_by_another_thread_arrive() -> None:
    async def listen() -> None:
        job = a_job()
        events = job_events(job, text_of)
        await next_of(events)

        await asyncio.to_thread(job.tell, 0.25)

        assert await next_of(events) == ("queued", 0.25)

    asyncio.run(listen())


def test_the_events_end_with_the_job() -> None:
    async def listen() -> list[tuple[str, float]]:
        job = a_job()
        events = job_events(job, text_of)
        await next_of(events)
        job.end(JobState.DONE)
        return [read(event) async for event in events]

    assert asyncio.run(listen()) == [("done", 1.0)]


def test_a_job_that_is_over_is_told_once() -> None:
    async def listen() -> list[tuple[str, float]]:
        job = a_job()
        job.stop(JobState.CANCELLED)
        return [read(event) async for event in job_events(job, text_of)]

    assert asyncio.run(listen()) == [("cancelled", 0.0)]


def test_a_slow_client_gets_the_newest_state_and_not_each_in_between() -> None:
    async def listen() -> None:
        job = a_job()
        events = job_events(job, text_of)
        await next_of(events)

        for share in range(100):
            job.tell(share / 100)

        assert await next_of(events) == ("queued", 0.99)

    asyncio.run(listen())


def test_silence_is_filled_with_heartbeats() -> None:
    async def listen() -> None:
        job = a_job()
        events = job_events(job, text_of, heartbeat_s=0.001)
        await next_of(events)

        assert await anext(events) == HEARTBEAT
        assert await anext(events) == HEARTBEAT

        job.end(JobState.DONE)
        assert [read(event) async for event in events if event != HEARTBEAT] == [("done", 1.0)]

    asyncio.run(listen())


def test_a_client_that_goes_away_leaves_no_listener_behind() -> None:
    async def listen() -> None:
        job = a_job()
        events = job_events(job, text_of)
        await anext(events)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        assert len(job._listeners) == 1

        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

        assert not job._listeners

    asyncio.run(listen())


def test_a_job_goes_on_although_the_loop_of_a_listener_was_closed() -> None:
    job = a_job()
    events = []

    async def listen() -> None:
        events.append(job_events(job, text_of))
        await anext(events[0])

    loop = asyncio.new_event_loop()
    loop.run_until_complete(listen())
    loop.close()

    job.tell(0.5)

    assert job.news.progress == 0.5
