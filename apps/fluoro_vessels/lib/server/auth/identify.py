"""Finds out who a request is from: by an API key, a token of the issuer, or a sign-in."""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from lib.access.api_key import id_in
from lib.access.key_file import KeyFile
from lib.access.person import Person, SignedInBy
from lib.access.roles import role_named
from lib.errors import (
    KeyRefusedError,
    SignInEndedError,
    SignInWantedError,
    TokenRefusedError,
    UnknownKeyError,
)
from lib.server.auth.cookie import SIGN_IN, cookie_in
from lib.server.auth.failures import Failures
from lib.server.auth.oidc_tokens import TokenChecker, looks_like_token
from lib.server.auth.sign_ins import SignIns, is_token

BEARER: Final = "bearer"
_NO_KEY: Final = "no key"
_TOKEN: Final = "token"


class Identifier:
    """Knows all ways to show who one is.

    Args:
        keys: The API keys.
        sign_ins: Who signed in.
        tokens: What checks the issuer's tokens; None: there is no issuer.
        failures: Counts those that failed.
    """

    def __init__(
        self, keys: KeyFile, sign_ins: SignIns, tokens: TokenChecker | None, failures: Failures
    ) -> None:
        self.keys = keys
        self.sign_ins = sign_ins
        self.tokens = tokens
        self.failures = failures

    async def person(self, scope: Scope) -> tuple[Person, bool]:
        """Return who a request is from, and whether only a cookie says so.

        Raises:
            NotSignedInError: Nobody says who asks, or what they show is not good.
            TooManyFailuresError: Too many tries failed lately.
            IssuerUnavailableError: The issuer cannot be asked about a token.
        """
        headers = Headers(scope=scope)
        shown = bearer_in(headers)
        if shown is not None:
            return await self._of_bearer(shown, address_of(scope)), False
        cookie = cookie_in(scope, SIGN_IN)
        if cookie is None:
            raise SignInWantedError
        return self.of_sign_in(cookie), True

    async def _of_bearer(self, shown: str, address: str) -> Person:
        if is_token(shown):
            return self.of_sign_in(shown)
        if self.tokens is not None and looks_like_token(shown):
            return await self._of_token(shown, address)
        return self.of_key(shown, address)

    def of_key(self, key: str, address: str) -> Person:
        """Return whose API key something is.

        Raises:
            KeyRefusedError: Nobody's, or it is no longer good.
            TooManyFailuresError: Too many tries failed lately.
        """
        key_id = id_in(key) or ""
        claim = key_id if self.keys.has(key_id) else _NO_KEY
        self.failures.require_few(address, claim)
        try:
            record = self.keys.check(key)
        except UnknownKeyError:
            self.failures.count(address, claim)
            raise
        return Person(record.name, record.role, SignedInBy.KEY, record.id)

    def of_sign_in(self, token: str) -> Person:
        """Return who signed in and got a token; a key that was revoked since then ends it.

        Raises:
            SignInEndedError: Nobody who still is.
        """
        found = self.sign_ins.find(token)
        if found.key_id is None:
            return Person(found.name, role_named(found.role), SignedInBy.PAGE)
        try:
            record = self.keys.good(found.key_id)
        except KeyRefusedError as error:
            raise SignInEndedError from error
        return Person(record.name, record.role, SignedInBy.PAGE, record.id)

    async def _of_token(self, token: str, address: str) -> Person:
        """Return who a token is about; a forged one counts, one whose time was up does not."""
        if self.tokens is None:
            raise SignInWantedError
        try:
            return await self.tokens.person(token)
        except TokenRefusedError as error:
            if not error.has_expired:
                self.failures.require_few(address, _TOKEN)
                self.failures.count(address, _TOKEN)
            raise


def bearer_in(headers: Headers) -> str | None:
    """Return what an Authorization header shows, None where there is none.

    Raises:
        SignInWantedError: It shows something of another kind, such as a password.
    """
    said = headers.get("authorization")
    if said is None:
        return None
    scheme, _, shown = said.partition(" ")
    if scheme.lower() != BEARER:
        raise SignInWantedError
    return shown.strip()


def address_of(scope: Scope) -> str:
    """Return the address that a request came from."""
    client = scope.get("client")
    return str(client[0]) if client else ""
