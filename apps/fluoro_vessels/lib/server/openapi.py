"""The server's own description of itself, `/openapi.json`, with the errors that it really answers."""

from typing import Any, Final

from fastapi import FastAPI

PROBLEM: Final = "Problem"
_SCHEMA: Final = {
    "title": PROBLEM,
    "description": "What went wrong and what to do about it, in one sentence.",
    "type": "object",
    "properties": {"detail": {"type": "string"}},
    "required": ["detail"],
}
_ANSWER: Final = {
    "description": "What went wrong, in one sentence",
    "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{PROBLEM}"}}},
}
_OF_FASTAPI: Final = ("HTTPValidationError", "ValidationError")
"""Its own form of an invalid request, which the error translator replaces."""


def a_file(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return `responses` of a route that answers with a file; its `response_class` has to be Response."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "The file", "content": dict.fromkeys(media_types, binary)}}


def install_openapi(app: FastAPI) -> None:
    """Let the description name one form for all errors, as `errors` answers them."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = with_problems(described())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a description in which every operation's default answer is a problem, and 422 is none."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            answers.pop("422", None)
            for status in [status for status in answers if status >= "4"]:
                answers[status] = {**_ANSWER, "description": answers[status]["description"]}
            answers["default"] = _ANSWER
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for name in _OF_FASTAPI:
        schemas.pop(name, None)
    schemas[PROBLEM] = _SCHEMA
    return schema
