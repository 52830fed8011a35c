"""Who may use the server, and how they show who they are."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from lib.sections.section import Section

_ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")


def is_loopback_name(host: str) -> bool:
    """Return whether a host, without its port, is this machine under any of its own names."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(text: str) -> str:
    """Refuse what browsers never send as an Origin, such as `*` or an address with a path."""
    if not _ORIGIN.fullmatch(text):
        raise ValueError(f"{text!r} is no origin; write https://HOST or https://HOST:PORT in small letters")
    return text


def _secure_url(text: str) -> str:
    """Refuse an address that others could listen to."""
    parts = urlsplit(text)
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_name(parts.hostname or ""))
    if not is_secure or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError(f"{text!r} is no address for this; write https://HOST/PATH")
    return text


Origin = Annotated[str, AfterValidator(_origin)]
SecureUrl = Annotated[str, AfterValidator(_secure_url)]


class OidcSettings(Section):
    """An OpenID Connect issuer, such as a realm of Keycloak, whose people may come in."""

    issuer: SecureUrl
    """As its tokens name it, such as https://sso.hospital/realms/imaging."""
    audience: str = Field(min_length=1)
    """What the tokens for this server have among their audiences."""
    client_id: str | None = None
    """Our name at the issuer; with it people sign in there from the viewer's sign-in page."""
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    """For a client that has a secret; without, it is a public one. PKCE is used in any case."""
    scopes: str = "openid profile"
    name_claim: str = "preferred_username"
    """The claim whose value is the person's name here; `sub` where a token has none."""
    roles_claim: str = "realm_access.roles"
    """The claim that lists roles; dots lead into objects."""
    role_prefix: str = ""
    """What stands before `viewer`, `annotator`, `reviewer`, `admin` in the issuer's names of roles."""
    leeway_s: float = Field(30.0, ge=0, le=300)
    """By so much the clocks may differ."""

    def secret(self) -> str | None:
        """Return the client's secret from the environment or its file, if there is one."""
        if self.client_secret is not None:
            return self.client_secret.get_secret_value()
        if self.client_secret_file is not None:
            return self.client_secret_file.read_text(encoding="utf-8").strip()
        return None


class AuthSettings(Section):
    """Who may: off only on loopback."""

    enabled: bool = False
    """Whether people have to sign in; beyond loopback nothing else is possible."""
    keys_file: Path | None = None
    """The file of the API keys; None: `access/keys.json` in the data folder."""
    oidc: OidcSettings | None = None
    session_hours: float = Field(10.0, gt=0, le=720)
    """So long a sign-in by the page or by `/auth/token` holds."""
    failed_logins: int = Field(10, ge=1, le=1000)
    """After so many wrong keys within `failed_minutes` an address has to wait."""
    failed_minutes: float = Field(5.0, gt=0, le=1440)
    cors_origins: tuple[Origin, ...] = ()
    """Pages of these origins may talk to this server; exactly these, and never with cookies."""
    public_url: SecureUrl | None = None
    """How browsers reach this server, where a proxy changes that; for the way back from the issuer."""
    hosts: tuple[str, ...] = ()
    """Names by which a server where nobody signs in may be called, beside localhost."""
