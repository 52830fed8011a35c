"""Puts together who may: keys, sign-ins, the issuer, the gate."""

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from lib.access.key_file import KeyFile, open_keys
from lib.sections.access import AuthSettings
from lib.server.auth.failures import Failures
from lib.server.auth.gate import Door, Gate, GuardedDoor, OpenDoor
from lib.server.auth.headers import SecurityHeaders
from lib.server.auth.identify import Identifier
from lib.server.auth.oidc_issuer import Issuer
from lib.server.auth.oidc_login import CodeFlow
from lib.server.auth.oidc_tokens import TokenChecker
from lib.server.auth.sign_ins import FILE as SIGN_INS
from lib.server.auth.sign_ins import SignIns
from lib.settings import Settings

logger = logging.getLogger(__name__)

NO_SIGN_IN = "nobody has to sign in: the server answers on loopback only, and whoever is here may do all"
NO_WAY_IN = "people have to sign in, and there is neither a key nor an issuer: make one by `fluoro keys add`"

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
HEADERS = ("Authorization", "Content-Type", "X-Client-Id")
"""What pages of listed origins may send; cookies never."""


@dataclass(frozen=True)
class Access:
    """Who may, as the settings have it; made once for an application.

    Attributes:
        settings: Ours.
        data: The data folder.
        transport: What carries requests to the issuer instead of the network, for tests.
    """

    settings: AuthSettings
    data: Path
    transport: httpx.AsyncBaseTransport | None = None

    @cached_property
    def keys(self) -> KeyFile:
        """The API keys."""
        return open_keys(self.settings, self.data)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Who signed in."""
        return SignIns(self.data / SIGN_INS, self.settings.session_hours)

    @cached_property
    def tokens(self) -> TokenChecker | None:
        """What checks the issuer's tokens; None where there is no issuer."""
        oidc = self.settings.oidc
        return None if oidc is None else TokenChecker(oidc, Issuer(oidc.issuer, self.transport))

    @cached_property
    def code_flow(self) -> CodeFlow | None:
        """The way of browsers to the issuer and back; None where we have no name there."""
        if self.tokens is None or self.tokens.settings.client_id is None:
            return None
        return CodeFlow(self.tokens)

    @cached_property
    def identifier(self) -> Identifier:
        """What finds out who asks."""
        failures = Failures(self.settings.failed_logins, self.settings.failed_minutes * 60)
        return Identifier(self.keys, self.sign_ins, self.tokens, failures)

    def door(self) -> Door:
        """Return what decides about requests."""
        own = self.settings
        if not own.enabled:
            return OpenDoor(own.hosts, own.cors_origins)
        return GuardedDoor(self.identifier, own.cors_origins)

    def warn(self) -> None:
        """Log how people come in, where that may surprise."""
        if not self.settings.enabled:
            logger.warning(NO_SIGN_IN)
        elif self.settings.oidc is None and not self.keys.records():
            logger.warning(NO_WAY_IN)


def open_access(settings: Settings) -> Access:
    """Return who may, as the settings have it."""
    return Access(settings.auth, settings.data)


def install_gate(app: FastAPI, access: Access) -> None:
    """Put the gate in front of an application, and around it what every answer gets.

    Call it after all other middleware that needs to know who asks, and before what should also see
    requests that were refused.
    """
    app.add_middleware(Gate, door=access.door())
    if access.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=access.settings.cors_origins,
            allow_methods=METHODS,
            allow_headers=HEADERS,
            expose_headers=("Content-Disposition", "Location", "Retry-After"),
        )
    app.add_middleware(SecurityHeaders, is_private=access.settings.enabled)
    access.warn()
