"""The `params` of MONAI Label's requests: a JSON object, checked before a task sees it."""

import json
from typing import Any, Final

from lib.errors import InvalidInputError

RESERVED: Final = frozenset(
    {"model", "image", "label", "session", "image_path", "label_path", "model_filename"}
)
"""Keys that name things on the server; a request states them in its address, never in `params`."""


def parse_params(text: str | None) -> dict[str, Any]:
    """Return the JSON object that a request carries as text.

    Raises:
        InvalidInputError: It is no JSON object, or has a key that only the server may set.
    """
    try:
        values = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise InvalidInputError(
            f"`params` is not JSON ({error.msg} at {error.pos}). Send a JSON object."
        ) from error
    if not isinstance(values, dict):
        raise InvalidInputError("`params` is not a JSON object. Send keys and values: {...}.")
    if taken := RESERVED & values.keys():
        raise InvalidInputError(
            f"`params` may not set {', '.join(sorted(taken))}; the address of the request does."
        )
    return values
