"""The server's own process: `python -m lib.server.serve MODULE:APP`, its settings in the environment."""

import logging
import sys
from typing import Final

import uvicorn

from lib.errors import FluoroError
from lib.server.graceful import serve
from lib.server.listening import is_in_clear, listening
from lib.server.log_config import log_config
from lib.settings import settings
from lib.start.flags import require_safe_host

logger = logging.getLogger(__name__)

IN_CLEAR: Final = (
    "listening on %s without TLS: keys and images cross the network readable for everybody on it. Set "
    "FLUORO_SERVER__TLS_CERTIFICATE and __TLS_KEY, or put a TLS proxy in front and name it in "
    "FLUORO_SERVER__TRUSTED_PROXIES"
)


def main(app: str) -> None:
    """Serve until a signal comes; what is begun then gets `queues.stop_s` to end.

    There is no access log: a query may hold a patient's name.
    """
    ours = settings()
    require_safe_host(ours.server.host, must_sign_in=ours.auth.enabled)
    config = uvicorn.Config(
        app,
        log_config=log_config(ours.data, ours.log),
        access_log=False,
        timeout_graceful_shutdown=round(ours.queues.stop_s),
        server_header=False,
        **listening(ours.server),
    )
    if is_in_clear(ours.server):
        logger.warning(IN_CLEAR, ours.server.host)
    serve(config)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except FluoroError as error:
        sys.exit(str(error))
