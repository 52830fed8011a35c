"""The `params` of MONAI Label's requests: a JSON object, checked before a task sees it."""

import json
from collections.abc import Collection
from typing import Any, Final

from lib.errors import InvalidInputError

RESERVED: Final = frozenset({"model", "image", "session", "image_path", "label_path", "model_filename"})
"""Keys that name things on the server; a request states them in its address, never in `params`.

`label` is none of them: clients that work with points name the segment by it.
"""


def parse_params(text: str | None, reserved: Collection[str] = RESERVED) -> dict[str, Any]:
    """Return the JSON object that a request carries as text.

    Args:
        text: What the client sent.
        reserved: Keys that it may not have. What is only kept and never acted on may have any.

    Raises:
        InvalidInputError: It is no JSON object, or has a key that only the server may set.
    """
    try:
        values = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise InvalidInputError(
            f"`params` is not JSON ({error.msg} at {error.pos}). Send a JSON object."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("`params` has a number or a nesting without end. Send less.") from error
    if not isinstance(values, dict):
        raise InvalidInputError("`params` is not a JSON object. Send keys and values: {...}.")
    if taken := values.keys() & set(reserved):
        raise InvalidInputError(
            f"`params` may not set {', '.join(sorted(taken))}; the address of the request does."
        )
    return values
