"""An ASGI application that answers all with 200: the real one where only its process matters."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer."""
    if scope["type"] == "lifespan":
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


_questions: list[str] = []


async def not_ready_at_once(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer as `app`, but say the first times that the PACS does not answer."""
    if scope.get("path") != "/fluoro/api/ready" or len(_questions) == 3:
        await app(scope, receive, send)
        return
    _questions.append(scope["path"])
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b'{"pacs": "The PACS sleeps.", "ledger": "ok"}'})
