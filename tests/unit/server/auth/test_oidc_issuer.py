"""Keys of an issuer come and go."""

import asyncio
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from lib.errors import IssuerUnavailableError, TokenRefusedError
from lib.sections.access import OidcSettings
from lib.server.auth.oidc_issuer import FRESH_S, KEPT_S, PAUSE_S, Issuer
from lib.server.auth.oidc_keys import keys_in
from lib.server.auth.oidc_tokens import TokenChecker
from tests.small_issuer import AUDIENCE, ISSUER, SmallIssuer, rsa_key


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def checker(issuer: SmallIssuer, clock: Clock) -> TokenChecker:
    settings = OidcSettings(issuer=ISSUER, audience=AUDIENCE)
    return TokenChecker(settings, Issuer(ISSUER, issuer.transport(), clock))


Check = Callable[[str], str]


@pytest.fixture
def check(checker: TokenChecker) -> Check:
    """Return whose token it is."""
    loop = asyncio.new_event_loop()
    return lambda token: loop.run_until_complete(checker.person(token)).name


def test_keys_are_asked_for_once(check: Check, issuer: SmallIssuer) -> None:
    for _ in range(5):
        check(issuer.token())

    assert issuer.n_key_questions == 1


def test_a_new_key_is_found_when_a_token_names_it(check: Check, issuer: SmallIssuer, clock: Clock) -> None:
    check(issuer.token())
    issuer.signing, issuer.published = 2, [1, 2]
    clock.now += PAUSE_S + 1

    assert check(issuer.token()) == "ada"


def test_a_key_that_was_withdrawn_soon_opens_nothing(check: Check, issuer: SmallIssuer, clock: Clock) -> None:
    old = issuer.token()
    check(old)
    issuer.signing, issuer.published = 2, [2]
    clock.now += FRESH_S + 1

    with pytest.raises(TokenRefusedError, match="no such key"):
        check(old)
    assert check(issuer.token()) == "ada"


def test_made_up_keys_do_not_make_us_ask_again_and_again(
    check: Check, issuer: SmallIssuer, clock: Clock
) -> None:
    check(issuer.token())
    issuer.signing = 3
    for _ in range(50):
        clock.now += 0.1
        with pytest.raises(TokenRefusedError, match="no such key"):
            check(issuer.token())

    assert issuer.n_key_questions == 1


def test_an_issuer_that_is_silent_is_told_from_a_bad_token(check: Check, issuer: SmallIssuer) -> None:
    issuer.is_silent = True

    with pytest.raises(IssuerUnavailableError, match="API keys still work"):
        check(issuer.token())


def test_known_keys_outlast_a_short_silence_but_not_a_long_one(
    check: Check, issuer: SmallIssuer, clock: Clock
) -> None:
    check(issuer.token())
    issuer.is_silent = True
    clock.now += FRESH_S + 5

    assert check(issuer.token()) == "ada"
    clock.now += KEPT_S
    with pytest.raises(IssuerUnavailableError):
        check(issuer.token())


def test_a_token_that_names_no_key_is_tried_with_all(checker: TokenChecker, issuer: SmallIssuer) -> None:
    issuer.published = [4, 1]
    token = jwt.encode(issuer.claims(), rsa_key(1), "RS256")

    assert asyncio.run(checker.person(token)).name == "ada"


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "http://sso.test/certs"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_an_issuer_that_says_what_cannot_be_is_not_used(
    check: Check, issuer: SmallIssuer, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    honest = issuer.answer

    def answer(path: str, form: dict[str, str], authorization: str = "") -> tuple[int, dict[str, Any]]:
        status, found = honest(path, form, authorization)
        return status, found | said if "well-known" in path else found

    monkeypatch.setattr(issuer, "answer", answer)

    with pytest.raises(IssuerUnavailableError):
        check(issuer.token())


def test_only_keys_that_check_signatures_are_taken(issuer: SmallIssuer) -> None:
    found = keys_in(issuer.key_set())

    assert [(key.kid, key.algorithm) for key in found] == [("key-1", "RS256"), ("elliptic", "ES256")]


@pytest.mark.parametrize("key_set", [None, [], {}, {"keys": 1}, {"keys": [1, {}, {"kty": "RSA", "n": "!"}]}])
def test_what_is_no_key_set_holds_no_keys(key_set: object) -> None:
    assert keys_in(key_set) == ()


def test_a_short_rsa_key_is_not_taken() -> None:
    weak = rsa.generate_private_key(65537, 1024).public_key()

    assert keys_in({"keys": [RSAAlgorithm.to_jwk(weak, as_dict=True)]}) == ()
