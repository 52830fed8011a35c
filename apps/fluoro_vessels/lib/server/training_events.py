"""Server-sent events of a training: its present state first, then each change, until it ends.

Its process writes into a file, which is looked at once a second; whoever is slow gets the newest state.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

import anyio.to_thread

from lib.server.job_events import HEARTBEAT, HEARTBEAT_S
from lib.server.training_models import TrainingAnswer

LOOK_S: Final = 1.0


async def training_events(
    look: Callable[[], TrainingAnswer], look_s: float = LOOK_S, heartbeat_s: float = HEARTBEAT_S
) -> AsyncIterator[str]:
    """Yield the events of a training.

    Args:
        look: Returns what is known now; it may take its time.
        look_s: How often it is asked.
        heartbeat_s: Longest silence.
    """
    told, silent_s = "", 0.0
    while True:
        answer = await anyio.to_thread.run_sync(look)
        text = answer.model_dump_json()
        if text != told:
            told, silent_s = text, 0.0
            yield f"data: {text}\n\n"
        elif silent_s >= heartbeat_s:
            silent_s = 0.0
            yield HEARTBEAT
        if answer.ended_at is not None:
            return
        await asyncio.sleep(look_s)
        silent_s += look_s
