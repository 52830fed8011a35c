"""Checks tokens of the OIDC issuer, and reads who they are about.

Standard: RFC 7519 (JWT), RFC 8725 (what to beware of), OpenID Connect Core 1.0 section 3.1.3.7.
"""

from typing import Any, Final

import jwt
from jwt import InvalidTokenError

from lib.access.person import Person, SignedInBy, checked_name
from lib.access.roles import Role, highest
from lib.errors import PersonNameError, TokenRefusedError
from lib.sections.access import OidcSettings
from lib.server.auth.oidc_issuer import Issuer
from lib.server.auth.oidc_keys import ALGORITHMS, IssuerKey

LONGEST: Final = 16_384
"""Characters of a token; web servers take no longer headers anyway."""

NO_ACCESS: Final = frozenset({"ID", "Refresh", "Offline", "Logout"})
"""What Keycloak writes into `typ` of tokens that are not for opening anything."""

_WANTED: Final = ("exp", "iat", "iss", "aud", "sub")

_WORDS: Final = {
    jwt.ExpiredSignatureError: "it has expired",
    jwt.InvalidIssuerError: "another issuer made it",
    jwt.InvalidAudienceError: "it is meant for another audience",
    jwt.ImmatureSignatureError: "it is not good yet",
    jwt.InvalidIssuedAtError: "it was issued in the future",
    jwt.MissingRequiredClaimError: "a claim is missing",
    jwt.InvalidSignatureError: "its signature is wrong",
}


class TokenChecker:
    """Knows which tokens of which issuer are good here."""

    def __init__(self, settings: OidcSettings, issuer: Issuer) -> None:
        self.settings = settings
        self.issuer = issuer

    async def person(self, token: str) -> Person:
        """Return who a bearer token is about.

        Raises:
            TokenRefusedError: It proves nothing.
            IssuerUnavailableError: The issuer's keys cannot be had.
        """
        claims = await self.claims(token, self.settings.audience)
        if claims.get("typ") in NO_ACCESS:
            raise TokenRefusedError("it is no access token")
        return self.person_in(claims)

    async def claims(self, token: str, audience: str) -> dict[str, Any]:
        """Return what a token says, once it is proven.

        Args:
            token: The token.
            audience: Whom it has to be meant for.

        Raises:
            TokenRefusedError: It proves nothing.
            IssuerUnavailableError: The issuer's keys cannot be had.
        """
        header = _header(token)
        if header.get("alg") not in ALGORITHMS.values():
            raise TokenRefusedError("it is not signed by RS256 or ES256")
        keys = [key for key in await self._keys(header) if key.algorithm == header["alg"]]
        if not keys:
            raise TokenRefusedError("the issuer has no such key")
        refusal = InvalidTokenError()
        for key in keys:
            try:
                return self._decoded(token, key, audience)
            except jwt.InvalidSignatureError as error:
                refusal = error
            except InvalidTokenError as error:
                refusal = error
                break
        has_expired = isinstance(refusal, jwt.ExpiredSignatureError)
        raise TokenRefusedError(_words(refusal), has_expired=has_expired) from refusal

    def person_in(self, claims: dict[str, Any]) -> Person:
        """Return the person that proven claims are about.

        Raises:
            TokenRefusedError: Their name cannot be one.
        """
        name = claims.get(self.settings.name_claim) or claims["sub"]
        try:
            plain = checked_name(str(name))
        except PersonNameError as error:
            raise TokenRefusedError("the name in it is too long or cannot be printed") from error
        return Person(plain, self.role_in(claims), SignedInBy.TOKEN)

    def role_in(self, claims: dict[str, Any]) -> Role | None:
        """Return the highest role that claims grant here, None where they grant none."""
        found = _at(claims, self.settings.roles_claim)
        words = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        prefix = self.settings.role_prefix
        ours = (word for word in words if isinstance(word, str) and word.startswith(prefix))
        return highest(word.removeprefix(prefix) for word in ours)

    async def _keys(self, header: dict[str, Any]) -> list[IssuerKey]:
        kid = header.get("kid")
        if kid is not None and not isinstance(kid, str):
            raise TokenRefusedError("the name of its key is no text")
        return await self.issuer.keys(kid)

    def _decoded(self, token: str, key: IssuerKey, audience: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm],
            audience=audience,
            issuer=self.settings.issuer,
            leeway=self.settings.leeway_s,
            options={"require": list(_WANTED)},
        )


def looks_like_token(text: str) -> bool:
    """Return whether a text has the three parts of a signed token."""
    return text.count(".") == 2 and len(text) <= LONGEST


def _header(token: str) -> dict[str, Any]:
    if not looks_like_token(token):
        raise TokenRefusedError("it is no signed token")
    try:
        return jwt.get_unverified_header(token)
    except InvalidTokenError as error:
        raise TokenRefusedError("it cannot be read") from error


def _at(claims: dict[str, Any], path: str) -> object:
    """Return the value of a claim, by its whole name or by the way through objects to it."""
    found: object = claims
    for part in [path] if path in claims else path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _words(refusal: InvalidTokenError) -> str:
    return next((words for kind, words in _WORDS.items() if isinstance(refusal, kind)), "it cannot be read")
