"""The one translator: what went wrong inside becomes an HTTP answer with one sentence.

Every answer is `{"detail": sentence}`. The sentence of a FluoroError goes out as it is. Whatever
else was raised goes out as a fixed sentence with an incident number; the log has, under this
number, the type and the place, but not the message, which may quote patient data.
"""

import logging
import secrets
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from monailabel.interfaces.exception import (
    ImageNotFoundException,
    LabelNotFoundException,
    MONAILabelError,
    MONAILabelException,
)
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.errors import (
    BusyError,
    ConflictError,
    FluoroError,
    InvalidInputError,
    MethodRefusedError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    StorageError,
    TooLargeError,
    UnavailableError,
)

logger = logging.getLogger(__name__)

RETRY_AFTER_S: Final = 5
"""When a client may ask again after 429 or 503, unless the error knows better."""

STATUS_OF: Final[Mapping[type[FluoroError], HTTPStatus]] = {
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MethodRefusedError: HTTPStatus.METHOD_NOT_ALLOWED,
    InvalidInputError: HTTPStatus.BAD_REQUEST,
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    NotAllowedError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    BusyError: HTTPStatus.TOO_MANY_REQUESTS,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageError: HTTPStatus.INSUFFICIENT_STORAGE,
    FluoroError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Status of each kind; the first that fits counts."""

_SENDERS_FAULT: Final = {
    MONAILabelError.INVALID_INPUT: HTTPStatus.BAD_REQUEST,
    MONAILabelError.APP_INIT_ERROR: HTTPStatus.NOT_FOUND,
}
"""MONAI Label says APP_INIT_ERROR for a strategy that it does not know."""


def status_of(error: FluoroError) -> HTTPStatus:
    """Return the HTTP status of an error's kind."""
    return next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))


def headers_of(error: FluoroError) -> dict[str, str]:
    """Return what belongs beside the sentence: when to ask again, or what is possible instead."""
    if isinstance(error, BusyError | UnavailableError):
        return {"Retry-After": str(getattr(error, "retry_after_s", RETRY_AFTER_S))}
    if isinstance(error, MethodRefusedError):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, NotSignedInError):
        return {"WWW-Authenticate": "Bearer"}
    return {}


def answer_to(error: Exception) -> Response:
    """Return the answer to anything that was raised, and log what is not the sender's fault."""
    if isinstance(error, FluoroError):
        status = status_of(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.warning("answered %d: %s", status, error)
        return JSONResponse({"detail": str(error)}, status, headers_of(error))
    if isinstance(error, ImageNotFoundException | LabelNotFoundException):
        return JSONResponse({"detail": str(error.msg)}, HTTPStatus.NOT_FOUND)
    if isinstance(error, MONAILabelException) and error.error in _SENDERS_FAULT:
        return JSONResponse({"detail": str(error.msg)}, _SENDERS_FAULT[error.error])
    if isinstance(error, HTTPException):
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
    return JSONResponse({"detail": incident(error)}, HTTPStatus.INTERNAL_SERVER_ERROR)


class ErrorTranslator:
    """ASGI middleware: nothing that is raised below it reaches the server or the client as it is.

    It catches every Exception, because it is the outermost door of the house: nobody else could tell
    the client. Once an answer has begun it can only be cut off, which the client sees as incomplete.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def noting_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except ClientDisconnect:
            logger.info("the client left before its request was complete")
        except Exception as error:
            answer = answer_to(error)
            if not has_begun:
                await answer(scope, receive, send)


def install_error_translator(app: FastAPI) -> None:
    """Put the translator in front of everything that the app answers, MONAI Label's part too.

    Call it before other middleware is added, so that CORS and the like wrap the error answers.
    """
    app.add_middleware(ErrorTranslator)
    app.add_exception_handler(RequestValidationError, _invalid_request)


async def _invalid_request(_: Request, error: Exception) -> Response:
    """Say which field is wrong, without repeating what was in it."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    said = "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)
    return JSONResponse({"detail": f"The request is not valid. {said}."}, HTTPStatus.BAD_REQUEST)


def incident(error: Exception) -> str:
    """Return a sentence for what was not raised on purpose, and log where it was raised under its number."""
    number = secrets.token_hex(4)
    logger.error("incident %s: %s at %s", number, type(error).__name__, places(error))
    return (
        f"Something went wrong inside the server (incident {number}). Repeat the request; if it fails again, "
        "look for this number in the server's log."
    )


def places(error: BaseException) -> str:
    """Return where an exception came from, innermost last: file:line function, never its message."""
    stack = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{entry.filename.rpartition('/')[2]}:{entry.lineno} {entry.name}" for entry in stack)
