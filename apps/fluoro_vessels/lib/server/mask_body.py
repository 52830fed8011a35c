"""A mask in the body of a request, up to a limit, and how the documentation shows it."""

from typing import Any, Final

from fastapi import Request

from lib.errors import MaskUnreadableError

MOST_BYTES: Final = 64 * 2**20

MASK_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "image/png": {"schema": {"type": "string", "format": "binary"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""For `openapi_extra` of a route that takes a mask: PNG, or .npy."""


async def receive_mask(request: Request) -> bytes:
    """Return the body of a request, or raise MaskUnreadableError when it is too large for a mask."""
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > MOST_BYTES:
            raise MaskUnreadableError(f"it has more than {MOST_BYTES >> 20} MB")
    return bytes(received)
