"""The PACS' addresses in JSON lead through this server."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from lib.server.dicomweb_addresses import Addresses

PACS = "http://pacs.test:8080/arc/aets/ARC/rs"
OURS = "http://viewer.test:8000/dicom-web"


def replaced(addresses: Addresses, text: bytes, chunk: int) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(text), chunk):
            yield text[at : at + chunk]

    async def joined() -> bytes:
        return b"".join([piece async for piece in addresses.replaced(chunks())])

    return asyncio.run(joined())


@pytest.mark.parametrize("chunk", [1, 2, 7, 36, 37, 38, 39, 64, 10_000])
def test_an_address_is_replaced_wherever_the_chunks_part(chunk: int) -> None:
    text = b'[{"vr":"UR","Value":["%s/studies/1.2"]},"%s/studies/1.3/bulkdata/1"]' % ((PACS.encode(),) * 2)

    got = replaced(Addresses(PACS, OURS), text, chunk)

    assert got == text.replace(PACS.encode(), OURS.encode())


def test_an_address_that_a_pacs_made_of_the_forwarded_header_is_replaced_too() -> None:
    told = b'"http://viewer.test:8000/arc/aets/ARC/rs/studies/1.2"'

    assert replaced(Addresses(PACS, OURS), told, 10) == b'"http://viewer.test:8000/dicom-web/studies/1.2"'


@pytest.mark.parametrize(
    "other",
    [
        b'"http://pacs.test:8080/arc/aets/ARC/rs2/studies/1.2"',
        b'"http://pacs.test:8080/other"',
        b'"http://pacs.test:80',
        b"",
    ],
)
def test_other_addresses_stay(other: bytes) -> None:
    assert replaced(Addresses(PACS, OURS), other, 5) == other


def test_an_address_that_is_ours_already_stays() -> None:
    addresses = Addresses("http://127.0.0.1:8042/dicom-web", OURS)
    told = f'"{OURS}/studies/1.2"'.encode()

    assert replaced(addresses, told, 9) == told


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "application/dicom+json"}, True),
        ({"Content-Type": "application/json; charset=utf-8"}, True),
        ({"Content-Type": "application/dicom+json", "Content-Encoding": "gzip"}, False),
        ({"Content-Type": 'multipart/related; type="application/dicom"'}, False),
        ({}, False),
    ],
)
def test_only_plain_json_is_searched(headers: dict[str, str], expected: bool) -> None:
    response = httpx.Response(200, headers=headers)

    assert Addresses(PACS, OURS).concern(response) is expected
