"""The keys with which an issuer signs, out of its JSON Web Key Set.

Standard: RFC 7517 (JWK), RFC 7518 section 3.1 (RS256, ES256).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

ALGORITHMS: Final = {"RSA": "RS256", "EC": "ES256"}
"""The one algorithm that each type of key is used with; no token can choose another."""

LEAST_RSA_BITS: Final = 2048


@dataclass(frozen=True)
class IssuerKey:
    """A public key of an issuer, and the algorithm that it is for."""

    kid: str | None
    algorithm: str
    key: RSAPublicKey | EllipticCurvePublicKey


def keys_in(key_set: Any) -> tuple[IssuerKey, ...]:
    """Return the keys of a set that can check signatures; those of other kinds are left out."""
    listed = key_set.get("keys") if isinstance(key_set, dict) else None
    return tuple(_usable(listed)) if isinstance(listed, list) else ()


def _usable(listed: list[Any]) -> Iterator[IssuerKey]:
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        algorithm = ALGORITHMS.get(str(entry.get("kty")))
        if algorithm is None or entry.get("alg", algorithm) != algorithm:
            continue
        try:
            key = PyJWK(entry, algorithm).key
        except (PyJWTError, ValueError, TypeError):
            continue
        if _is_strong(key):
            yield IssuerKey(entry.get("kid"), algorithm, key)


def _is_strong(key: object) -> bool:
    if isinstance(key, RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
