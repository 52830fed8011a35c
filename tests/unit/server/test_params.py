"""The JSON that comes with requests."""

import pytest

from lib.errors import InvalidInputError
from lib.server.params import parse_params


@pytest.mark.parametrize("text", ["{", "[1]", '"x"', '{"x": ' + "1" * 5000 + "}", "[" * 100_000])
def test_what_is_no_json_object_is_the_senders_fault(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_params(text)


@pytest.mark.parametrize("name", ["image", "label_path", "model", "session"])
def test_a_request_cannot_name_things_of_the_server_in_its_params(name: str) -> None:
    with pytest.raises(InvalidInputError, match=name):
        parse_params(f'{{"{name}": "/etc/passwd"}}')


def test_what_is_only_kept_may_have_any_key() -> None:
    assert parse_params('{"model": "vesselness@1"}', reserved=frozenset()) == {"model": "vesselness@1"}
