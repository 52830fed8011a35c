"""MONAI Label's routes on our application."""

import json

import pytest

from lib.errors import InvalidInputError
from lib.server.host import _off_the_loop


def test_json_that_monai_label_cannot_read_is_the_senders_fault() -> None:
    async def endpoint(info: str) -> object:
        return json.loads(info)

    with pytest.raises(InvalidInputError, match="not JSON"):
        _off_the_loop(endpoint)(info="{")
