"""What an OIDC issuer says of itself: its addresses and its keys, asked for when they are needed.

Standard: OpenID Connect Discovery 1.0 sections 3 and 4.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from lib.errors import IssuerUnavailableError
from lib.sections.access import is_loopback_name
from lib.server.auth.oidc_keys import IssuerKey, keys_in

logger = logging.getLogger(__name__)

TIMEOUT_S: Final = 5.0
FRESH_S: Final = 300.0
"""So long keys are believed; a key that the issuer has withdrawn is good for no longer."""

KEPT_S: Final = 3600.0
"""So long keys are believed while the issuer does not answer."""

PAUSE_S: Final = 10.0
"""So long after an answer no unknown key is a reason to ask again."""

PAUSE_AFTER_SILENCE_S: Final = 30.0
"""So long after a failure nobody waits for the issuer again."""

LONGEST_ANSWER: Final = 2**20

_WELL_KNOWN: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Addresses:
    """Where an issuer answers."""

    authorization: str
    token: str
    keys: str
    end_session: str | None


class Issuer:
    """One issuer; used in the event loop only.

    Args:
        url: The issuer as its tokens name it.
        transport: What carries requests instead of the network, for tests.
        now: The clock, in seconds.
    """

    def __init__(
        self,
        url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        self._transport = transport
        self._now = now
        self._lock = asyncio.Lock()
        self._addresses: Addresses | None = None
        self._keys: tuple[IssuerKey, ...] = ()
        self._known_at = self._ask_again_at = float("-inf")

    async def addresses(self) -> Addresses:
        """Return where the issuer answers.

        Raises:
            IssuerUnavailableError: It does not say, or says what cannot be.
        """
        if self._addresses is None:
            said = await self.fetch(f"{self.url.rstrip('/')}{_WELL_KNOWN}")
            self._addresses = self._addresses_in(said)
        return self._addresses

    async def keys(self, kid: str | None) -> list[IssuerKey]:
        """Return the keys that may have signed a token; [] where the issuer has no such key.

        Args:
            kid: What the token calls its key; None: it does not say, so it may be any.

        Raises:
            IssuerUnavailableError: The issuer's keys are not known and cannot be asked for.
        """
        async with self._lock:
            now = self._now()
            is_wanted = now - self._known_at > FRESH_S or not self._named(kid)
            if is_wanted and now >= self._ask_again_at:
                await self._ask_for_keys(now)
            if now - self._known_at > KEPT_S:
                raise IssuerUnavailableError(self.url, "its keys could not be fetched")
            return self._named(kid)

    def _named(self, kid: str | None) -> list[IssuerKey]:
        return [key for key in self._keys if kid is None or key.kid == kid]

    async def _ask_for_keys(self, now: float) -> None:
        """Take the issuer's present keys in the place of those of before."""
        try:
            found = keys_in(await self.fetch((await self.addresses()).keys))
        except IssuerUnavailableError as error:
            logger.warning("%s", error)
            self._ask_again_at = now + PAUSE_AFTER_SILENCE_S
            return
        self._keys, self._known_at, self._ask_again_at = found, now, now + PAUSE_S
        logger.info("fetched %d keys of the OIDC issuer", len(found))

    async def fetch(self, url: str) -> Any:
        """Return the JSON that lies at an address of the issuer.

        Raises:
            IssuerUnavailableError: It does not answer, or not with JSON.
        """
        status, said = await self.ask("GET", url)
        if status != HTTPStatus.OK:
            raise IssuerUnavailableError(self.url, f"it answered HTTP {status}")
        return said

    async def ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Return the status and the JSON of an answer of the issuer; redirects are not followed.

        Args:
            method: GET or POST.
            url: One of its addresses.
            form: What is posted.
            auth: Our user name and password there.

        Raises:
            IssuerUnavailableError: It does not answer, or not with JSON.
        """
        trust_env = not is_loopback_name(urlsplit(url).hostname or "")
        try:
            async with httpx.AsyncClient(
                timeout=TIMEOUT_S, transport=self._transport, trust_env=trust_env, auth=auth
            ) as http:
                answer = await http.request(method, url, data=form, headers={"Accept": "application/json"})
            if len(answer.content) > LONGEST_ANSWER:
                raise IssuerUnavailableError(self.url, "its answer is too long")
            return answer.status_code, answer.json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise IssuerUnavailableError(self.url, f"no answer ({type(error).__name__})") from error
        except ValueError as error:
            raise IssuerUnavailableError(self.url, "its answer is no JSON") from error

    def _addresses_in(self, said: Any) -> Addresses:
        if not isinstance(said, dict) or said.get("issuer") != self.url:
            raise IssuerUnavailableError(self.url, "it says that it is another issuer")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorization, token, keys = (self._secure(said.get(name)) for name in wanted)
        end = said.get("end_session_endpoint")
        return Addresses(authorization, token, keys, self._secure(end) if end else None)

    def _secure(self, url: object) -> str:
        """Return an address that others cannot listen to."""
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        if parts.scheme != "https" and not (
            parts.scheme == "http" and is_loopback_name(parts.hostname or "")
        ):
            raise IssuerUnavailableError(self.url, "one of its addresses is missing or not HTTPS")
        return str(url)
