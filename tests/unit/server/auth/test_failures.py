"""Who tries one key after another has to wait; nobody else has."""

import pytest

from lib.errors import TooManyFailuresError
from lib.server.auth import failures as module
from lib.server.auth.failures import Failures, network_of
from tests.small_issuer import SmallIssuer
from tests.unit.server.auth.conftest import Guarded, House

WRONG = "fv_00000000_" + "A" * 43


def try_wrong(house: House, n: int, **headers: str) -> list[int]:
    client = house.client(**headers)
    return [client.post("/auth/token", data={"password": WRONG}).status_code for _ in range(n)]


def test_after_some_wrong_keys_the_next_has_to_wait(guarded: Guarded) -> None:
    house = guarded(failed_logins=3)

    assert try_wrong(house, 5) == [401, 401, 401, 429, 429]


def test_the_answer_says_how_long(guarded: Guarded) -> None:
    house = guarded(failed_logins=1, failed_minutes=2)
    try_wrong(house, 1)

    answer = house.client().post("/login", data={"key": WRONG})

    assert answer.status_code == 429
    assert 110 <= int(answer.headers["Retry-After"]) <= 121
    assert "Too many sign-ins failed" in answer.text


def test_a_wrong_key_in_a_header_counts_too(guarded: Guarded) -> None:
    house = guarded(failed_logins=2)
    client = house.client(Authorization=f"Bearer {WRONG}")

    assert [client.get("/info/").status_code for _ in range(3)] == [401, 401, 429]


def test_who_has_a_key_is_not_locked_out_by_a_neighbour_who_guesses(guarded: Guarded) -> None:
    house = guarded(failed_logins=1)
    client, browser = house.with_key(), house.signed_in(name="bob")
    try_wrong(house, 3)

    assert client.get("/info/").status_code == 200
    assert browser.get("/info/").status_code == 200
    assert house.client().post("/auth/token", data={"password": house.key()}).status_code == 200


def test_who_guesses_the_rest_of_a_known_key_is_stopped_even_with_the_right_one(guarded: Guarded) -> None:
    house = guarded(failed_logins=2)
    key = house.key()
    guess = key[:-4] + "AAAA"
    client = house.client()

    tries = [client.post("/login", data={"key": text}).status_code for text in (guess, guess, key)]

    assert tries == [401, 401, 429]


def test_a_key_that_was_good_once_is_no_guess(guarded: Guarded) -> None:
    house = guarded(failed_logins=2)
    client = house.with_key()
    house.access.keys.revoke("ada")

    assert [client.get("/info/").status_code for _ in range(4)] == [401] * 4


def test_forged_tokens_count_and_expired_ones_do_not(guarded: Guarded, issuer: SmallIssuer) -> None:
    house = guarded(failed_logins=2)
    old = house.client(Authorization=f"Bearer {issuer.token(exp=1_700_000_000)}")
    forged = house.client(Authorization=f"Bearer {issuer.token()}x")

    assert [old.get("/info/").status_code for _ in range(4)] == [401] * 4
    assert [forged.get("/info/").status_code for _ in range(4)] == [401, 401, 429, 429]
    good = house.client(Authorization=f"Bearer {issuer.token()}")
    assert good.get("/info/").status_code == 200


def test_after_a_while_a_pair_may_try_again() -> None:
    now = 0.0
    failures = Failures(2, 60, lambda: now)
    failures.count("10.0.0.1", "a")
    now = 10.0
    failures.count("10.0.0.1", "a")

    with pytest.raises(TooManyFailuresError) as raised:
        failures.require_few("10.0.0.1", "a")
    now = 61.0
    failures.require_few("10.0.0.1", "a")

    assert raised.value.retry_after_s == 51


def test_other_addresses_and_other_keys_are_not_concerned() -> None:
    failures = Failures(1, 60)
    failures.count("10.0.0.1", "a")

    failures.require_few("10.0.0.2", "a")
    failures.require_few("10.0.0.1", "b")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    failures = Failures(1, 60)

    for number in range(20):
        failures.count(f"10.0.0.{number}", "a")

    failures.require_few("10.0.0.1", "a")
    with pytest.raises(TooManyFailuresError):
        failures.require_few("10.0.0.19", "a")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_one_network_of_ipv6_is_one_place(address: str, network: str) -> None:
    assert network_of(address) == network
