"""Reads the small forms of who has not signed in yet; nothing larger is taken from them."""

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from lib.errors import FormTooLongError

LONGEST: Final = 8192
_FIELDS: Final = 20


async def small_form(request: Request) -> dict[str, str]:
    """Return the fields of an `application/x-www-form-urlencoded` body; of one sent twice the last.

    Raises:
        FormTooLongError: It is longer than a sign-in can be, or no form.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            raise FormTooLongError
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError as error:
        raise FormTooLongError from error
