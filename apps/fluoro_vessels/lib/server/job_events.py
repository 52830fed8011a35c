"""Server-sent events of a job: its present state first, then each change, until it ends.

A client that is slow gets the newest state, not every one in between. One that goes away costs
nothing: no thread waits for it, and its listener leaves with it.

    data: {"id": "...", "state": "running", "progress": 0.4, ...}
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final

from lib.server.job import Job

HEARTBEAT_S: Final = 10.0
"""After so long without news a comment is sent, so that nothing between takes the line for dead."""

HEARTBEAT: Final = ": still here\n\n"


async def job_events(
    job: Job, text_of: Callable[[Job], str], heartbeat_s: float = HEARTBEAT_S
) -> AsyncIterator[str]:
    """Yield the events of a job.

    Args:
        job: The job.
        text_of: Says what is known of it, one line of JSON.
        heartbeat_s: Longest silence.
    """
    changed, loop = asyncio.Event(), asyncio.get_running_loop()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop was closed: nobody reads any more
            loop.call_soon_threadsafe(changed.set)

    with job.listening(wake):
        while True:
            changed.clear()
            is_over = job.news.is_over
            yield f"data: {text_of(job)}\n\n"
            if is_over:
                return
            while not await _came(changed, heartbeat_s):
                yield HEARTBEAT


async def _came(changed: asyncio.Event, within_s: float) -> bool:
    """Wait for news; False when none came."""
    try:
        async with asyncio.timeout(within_s):
            await changed.wait()
    except TimeoutError:
        return False
    return True
