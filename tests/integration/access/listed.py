"""The real application, which also writes down all its routes, those that no document shows too."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lib.settings import settings

LIST: Final = "routes.json"
"""Where the list is in the data folder: pairs of a method and a path."""


def listed(routes: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route, also of routers within routers."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from listed(inner.routes)
        else:
            yield from ((method, route.path) for method in route.methods)


def __getattr__(name: str) -> Any:
    """Return the application to the server that asks for `app`; tests that import this start nothing."""
    if name != "app":
        raise AttributeError(name)
    from lib.server.app import app

    (settings().data / LIST).write_text(json.dumps([*listed(app.routes)]))
    return app
