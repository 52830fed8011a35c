"""The server's own process: `python -m lib.server.serve MODULE:APP`, its settings in the environment."""

import sys

import uvicorn

from lib.server.log_config import log_config
from lib.settings import settings


def main(app: str) -> None:
    """Serve until a signal comes; requests get five seconds to end.

    There is no access log: a query may hold a patient's name.
    """
    ours = settings()
    uvicorn.run(
        app,
        host=ours.server.host,
        port=ours.server.port,
        log_config=log_config(ours.data),
        access_log=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )


if __name__ == "__main__":
    main(sys.argv[1])
