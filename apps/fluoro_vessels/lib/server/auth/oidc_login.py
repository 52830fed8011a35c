"""Signing in at the OIDC issuer with a browser: the authorization code flow with PKCE.

Standard: RFC 6749 section 4.1, RFC 7636 (PKCE), RFC 9207 (`iss`), OpenID Connect Core 1.0 section 3.1.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from lib.access.person import Person, SignedInBy
from lib.access.roles import Role
from lib.errors import RoleTooLowError, SignInFailedError, TokenRefusedError
from lib.server.auth.oidc_tokens import TokenChecker, looks_like_token

CALLBACK: Final = "/login/callback"


@dataclass(frozen=True)
class OnTheWay:
    """What this server has to know again when somebody comes back from the issuer.

    It lies in a cookie of their browser meanwhile, so nothing has to be kept for those who never do.

    Attributes:
        state: Ties the way back to this browser.
        nonce: Ties the token to this way.
        verifier: The secret of PKCE, without which the code is good for nothing.
        wanted: The page that they wanted to see.
    """

    state: str
    nonce: str
    verifier: str
    wanted: str

    @classmethod
    def begun(cls, wanted: str) -> "OnTheWay":
        """Return a new one."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), wanted)

    def as_cookie(self) -> str:
        """Return it as text that a cookie can have."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def of_cookie(cls, text: str | None) -> "OnTheWay":
        """Read it again.

        Raises:
            SignInFailedError: It is none.
        """
        try:
            found = cls(**json.loads(base64.urlsafe_b64decode(text or "")))
            if all(isinstance(value, str) and value for value in asdict(found).values()):
                return found
        except (ValueError, TypeError):
            pass
        raise SignInFailedError("this browser did not begin it, or began it long ago")


class CodeFlow:
    """Sends people to the issuer, and finds out who came back."""

    def __init__(self, checker: TokenChecker) -> None:
        self._checker = checker
        self._settings = checker.settings

    async def address(self, way: OnTheWay, back: str) -> str:
        """Return where at the issuer somebody signs in.

        Args:
            way: What we remember.
            back: The address of ours to which the issuer sends them then.

        Raises:
            IssuerUnavailableError: It does not say where.
        """
        addresses = await self._checker.issuer.addresses()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(way.verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": str(self._settings.client_id),
            "redirect_uri": back,
            "scope": self._settings.scopes,
            "state": way.state,
            "nonce": way.nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        mark = "&" if "?" in addresses.authorization else "?"
        return f"{addresses.authorization}{mark}{urlencode(query)}"

    async def person(self, said: Mapping[str, str], way: OnTheWay, back: str) -> Person:
        """Return who came back.

        Args:
            said: The query with which the issuer sent them.
            way: What we remembered.
            back: As in `address`.

        Raises:
            SignInFailedError: They did not sign in, or not on this way.
            TokenRefusedError: What the issuer gave proves nothing.
            RoleTooLowError: They have no role here.
            IssuerUnavailableError: The issuer does not answer.
        """
        if not secrets.compare_digest(said.get("state", "").encode(), way.state.encode()):
            raise SignInFailedError("the answer belongs to another sign-in")
        if said.get("iss", self._settings.issuer) != self._settings.issuer:
            raise SignInFailedError("the answer is another issuer's")
        if "code" not in said:
            raise SignInFailedError("the issuer did not let you in")
        given = await self._exchange(said["code"], way, back)
        claims = await self._checker.claims(str(given.get("id_token")), str(self._settings.client_id))
        self._require_ours(claims, way)
        person = self._checker.person_in(claims)
        role = person.role or await self._role_of_access(given.get("access_token"), claims["sub"])
        if role is None:
            raise RoleTooLowError(person.name, None, Role.VIEWER.word)
        return Person(person.name, role, SignedInBy.PAGE)

    async def _exchange(self, code: str, way: OnTheWay, back: str) -> dict[str, Any]:
        """Return the tokens that the issuer gives for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": str(self._settings.client_id),
            "code_verifier": way.verifier,
        }
        secret = self._settings.secret()
        issuer = self._checker.issuer
        auth = (form["client_id"], secret) if secret else None
        status, given = await issuer.ask("POST", (await issuer.addresses()).token, form, auth)
        if status != HTTPStatus.OK or not isinstance(given, dict):
            raise SignInFailedError(f"the issuer did not accept the code (HTTP {status})")
        return given

    def _require_ours(self, claims: Mapping[str, Any], way: OnTheWay) -> None:
        """Make sure that an ID token was made for this way, and for us alone or by our wish."""
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), way.nonce.encode()):
            raise SignInFailedError("the token belongs to another sign-in")
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            raise TokenRefusedError("it was given to another client")

    async def _role_of_access(self, token: object, subject: str) -> Role | None:
        """Return the role in the access token; Keycloak lists roles there and not in the ID token."""
        if not isinstance(token, str) or not looks_like_token(token):
            return None
        claims = await self._checker.claims(token, self._settings.audience)
        return self._checker.role_in(claims) if claims["sub"] == subject else None
