"""Every token that must open nothing, sent to a server as its owner would."""

import base64
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.small_issuer import SmallIssuer, rsa_key
from tests.unit.server.auth.conftest import Guarded, House


def ask(house: House, token: str, method: str = "GET", path: str = "/info/") -> tuple[int, str]:
    """Return the status of an answer to who shows a token, and its sentence."""
    answer = house.client(Authorization=f"Bearer {token}").request(method, path)
    return answer.status_code, answer.json().get("detail", "")


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_good_token_lets_its_owner_in(house: House, issuer: SmallIssuer, algorithm: str) -> None:
    answer = house.client(Authorization=f"Bearer {issuer.token(algorithm)}").get("/info/")

    assert answer.json() == {"owner": "ada", "signed_in": "ada"}


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": 1_700_000_000}, "expired"),
        ({"iss": "https://sso.test/realms/other"}, "another issuer"),
        ({"iss": "https://sso.test/realms/imaging/"}, "another issuer"),
        ({"aud": "account"}, "another audience"),
        ({"aud": ["account", "other"]}, "another audience"),
        ({"aud": None}, "a claim is missing"),
        ({"exp": None}, "a claim is missing"),
        ({"sub": None}, "a claim is missing"),
        ({"nbf": 4_000_000_000}, "not good yet"),
        ({"typ": "ID"}, "no access token"),
        ({"typ": "Refresh"}, "no access token"),
        ({"preferred_username": "x" * 65}, "the name in it"),
        ({"preferred_username": "a\nb"}, "the name in it"),
    ],
)
def test_a_token_whose_claims_do_not_fit_opens_nothing(
    house: House, issuer: SmallIssuer, claims: dict[str, object], words: str
) -> None:
    status, sentence = ask(house, issuer.token(**claims))

    assert status == 401
    assert words in sentence


def test_a_clock_that_is_a_little_late_does_no_harm(house: House, issuer: SmallIssuer) -> None:
    now = int(time.time())

    assert ask(house, issuer.token(exp=now - 10))[0] == 200
    assert ask(house, issuer.token(exp=now - 60))[0] == 401


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_without_a_signature_opens_nothing(house: House, issuer: SmallIssuer, algorithm: str) -> None:
    unsigned = f"{encoded({'alg': algorithm, 'kid': 'key-1'})}.{encoded(issuer.claims())}."

    assert ask(house, unsigned)[0] == 401


def test_a_token_signed_with_the_public_key_as_a_shared_secret_opens_nothing(
    house: House, issuer: SmallIssuer
) -> None:
    public = rsa_key(1).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': 'key-1'})}.{encoded(issuer.claims())}"
    signature = jwt.get_algorithm_by_name("HS256").sign(unsigned.encode(), public)
    forged = f"{unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    status, sentence = ask(house, forged)

    assert status == 401
    assert "RS256 or ES256" in sentence


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_an_algorithm_that_is_not_listed_opens_nothing(
    house: House, issuer: SmallIssuer, algorithm: str
) -> None:
    token = jwt.encode(issuer.claims(), rsa_key(1), algorithm, headers={"kid": "key-1"})

    assert ask(house, token)[0] == 401


def test_a_token_of_another_key_under_the_right_name_opens_nothing(house: House, issuer: SmallIssuer) -> None:
    token = jwt.encode(issuer.claims(), rsa_key(9), "RS256", headers={"kid": "key-1"})

    status, sentence = ask(house, token)

    assert status == 401
    assert "signature is wrong" in sentence


def test_a_key_in_the_token_itself_is_not_believed(house: House, issuer: SmallIssuer) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))
    headers = {"kid": "mine", "jwk": jwk, "jku": "https://evil.example/certs"}

    assert ask(house, jwt.encode(issuer.claims(), own, "ES256", headers=headers))[0] == 401


def test_a_changed_claim_breaks_the_signature(house: House, issuer: SmallIssuer) -> None:
    header, _, signature = issuer.token().split(".")
    raised = issuer.claims(realm_access={"roles": ["admin"]})

    assert ask(house, f"{header}.{encoded(raised)}.{signature}")[0] == 401


@pytest.mark.parametrize("token", ["a.b.c", "..", "e30.e30.e30", "a.b." + "c" * 20_000, "\x7f.b.c"])
def test_what_cannot_be_read_as_a_token_opens_nothing(house: House, token: str) -> None:
    assert ask(house, token)[0] == 401


def test_who_has_no_role_here_is_known_and_may_nothing(house: House, issuer: SmallIssuer) -> None:
    status, sentence = ask(house, issuer.token(realm_access={"roles": ["offline_access"]}))

    assert status == 403
    assert sentence.startswith("ada has no role here")


def test_a_role_that_is_too_low_is_refused(house: House, issuer: SmallIssuer) -> None:
    assert ask(house, issuer.token(), "POST", "/fluoro/api/models/rollback")[0] == 403


def test_tokens_mean_nothing_where_there_is_no_issuer(guarded: Guarded, issuer: SmallIssuer) -> None:
    assert ask(guarded(oidc=None), issuer.token())[0] == 401
