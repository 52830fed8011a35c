"""A server process that ends in order: nothing new is begun, and what is begun is finished."""

import sys

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from lib.server.queues.stopping import STOPPING


class GracefulServer(uvicorn.Server):
    """Tells the queues when a signal came; uvicorn then waits for what is being worked on."""

    async def shutdown(self, sockets: object = None) -> None:
        """Refuse what waits, end streams, give up inferences, wait for saves, and close."""
        STOPPING.begin()
        await super().shutdown(sockets)  # type: ignore[arg-type]


def serve(config: uvicorn.Config) -> None:
    """Serve until a signal comes; ends the process with an error status where the start fails."""
    server = GracefulServer(config)
    try:
        server.run()
    except KeyboardInterrupt:
        return
    if not server.started:
        sys.exit(STARTUP_FAILURE)
